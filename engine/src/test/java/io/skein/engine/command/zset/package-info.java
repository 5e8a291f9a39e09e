@NullMarked
package io.skein.engine.command.zset;

import org.jspecify.annotations.NullMarked;
