/// The commands on sorted sets.
@NullMarked
package io.skein.engine.command.zset;

import org.jspecify.annotations.NullMarked;
