@NullMarked
package io.skein.engine.value;

import org.jspecify.annotations.NullMarked;
