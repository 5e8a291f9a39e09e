@NullMarked
package io.skein.engine.structure;

import org.jspecify.annotations.NullMarked;
