/// Strings: values, counters, ranges of bytes.
@NullMarked
package io.skein.engine.command.string;

import org.jspecify.annotations.NullMarked;
