/// Tests of `./skein cluster rebalance`.
@NullMarked
package io.skein.server.rebalance;

import org.jspecify.annotations.NullMarked;
