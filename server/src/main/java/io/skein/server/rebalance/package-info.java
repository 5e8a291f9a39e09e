/// `./skein cluster rebalance`: spreads the slots of a running cluster over its primaries.
@NullMarked
package io.skein.server.rebalance;

import org.jspecify.annotations.NullMarked;
