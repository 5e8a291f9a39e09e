/// How belief spreads and how a failure is recognised: gossip sections, suspicion, reports.
@NullMarked
package io.skein.engine.cluster.gossip;

import org.jspecify.annotations.NullMarked;
