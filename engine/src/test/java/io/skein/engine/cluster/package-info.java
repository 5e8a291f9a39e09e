@NullMarked
package io.skein.engine.cluster;

import org.jspecify.annotations.NullMarked;
