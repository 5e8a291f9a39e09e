@NullMarked
package io.skein.engine.cluster.bus;

import org.jspecify.annotations.NullMarked;
