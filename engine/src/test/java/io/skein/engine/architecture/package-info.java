/// What is true of the code as a whole: its layers, what the engine may not touch, and its style.
@NullMarked
package io.skein.engine.architecture;

import org.jspecify.annotations.NullMarked;
