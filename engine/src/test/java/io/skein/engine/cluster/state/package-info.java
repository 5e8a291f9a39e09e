@NullMarked
package io.skein.engine.cluster.state;

import org.jspecify.annotations.NullMarked;
