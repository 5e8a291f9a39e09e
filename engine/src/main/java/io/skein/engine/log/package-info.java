/// The command log: one history of bytes that replicas, files and waiting replies all read.
@NullMarked
package io.skein.engine.log;

import org.jspecify.annotations.NullMarked;
