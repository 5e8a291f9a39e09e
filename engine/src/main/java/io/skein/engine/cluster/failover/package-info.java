/// How a replica takes its primary's place: elections, votes, manual failover, replica migration.
@NullMarked
package io.skein.engine.cluster.failover;

import org.jspecify.annotations.NullMarked;
