@NullMarked
package io.skein.engine.node;

import org.jspecify.annotations.NullMarked;
