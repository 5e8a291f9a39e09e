@NullMarked
package io.skein.engine.bytes;

import org.jspecify.annotations.NullMarked;
