/// Whole quorums of Sentinels in virtual time: the engine's own Sentinels over servers of which
/// only the roles are simulated, under crashes, pauses, partitions and torn files.
@NullMarked
package io.skein.simulator.sentinel;

import org.jspecify.annotations.NullMarked;
