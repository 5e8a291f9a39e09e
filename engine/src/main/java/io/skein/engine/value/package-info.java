/// The types of values that hold many elements: their encodings, and how one becomes another.
@NullMarked
package io.skein.engine.value;

import org.jspecify.annotations.NullMarked;
