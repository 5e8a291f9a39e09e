/// The append only file, both ways, without files: its manifest, the bytes of its parts taken
/// apart, and the annotations that stand between commands.
@NullMarked
package io.skein.engine.aof;

import org.jspecify.annotations.NullMarked;
