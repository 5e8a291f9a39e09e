/// The commands on sets.
@NullMarked
package io.skein.engine.command.set;

import org.jspecify.annotations.NullMarked;
