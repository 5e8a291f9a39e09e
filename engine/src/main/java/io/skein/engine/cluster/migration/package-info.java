/// Slots that move from one node to another as a whole: the decisions of both sides.
@NullMarked
package io.skein.engine.cluster.migration;

import org.jspecify.annotations.NullMarked;
