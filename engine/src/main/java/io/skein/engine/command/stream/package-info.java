/// Streams: entries by time, ranges of them, and groups of consumers that share them.
@NullMarked
package io.skein.engine.command.stream;

import org.jspecify.annotations.NullMarked;
