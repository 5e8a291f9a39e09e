@NullMarked
package io.skein.engine;

import org.jspecify.annotations.NullMarked;
