/// The control plane of a Redis Cluster node: one deterministic machine, and the view it publishes.
@NullMarked
package io.skein.engine.cluster;

import org.jspecify.annotations.NullMarked;
