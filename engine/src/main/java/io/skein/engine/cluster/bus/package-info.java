/// The messages of the binary cluster bus of Redis 7 and their codec.
@NullMarked
package io.skein.engine.cluster.bus;

import org.jspecify.annotations.NullMarked;
