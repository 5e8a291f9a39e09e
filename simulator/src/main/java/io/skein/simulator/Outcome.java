package io.skein.simulator;

import java.util.EnumMap;

/// What came of a run in which everything held.
///
/// @param virtualUs how long it was, in virtual time
/// @param healUs how long the cluster took to become whole after the last fault
/// @param acknowledged the writes that were acknowledged, those with WAIT included
/// @param lost those of them that are not there at the end
/// @param replicated the writes that a replica confirmed by WAIT
/// @param replicatedLost those of them that are not there at the end, by how that came
/// @param crashes how often a process died
record Outcome(
    long hash,
    long events,
    long virtualUs,
    long healUs,
    int elections,
    EnumMap<Fault, Integer> faults,
    long acknowledged,
    long lost,
    long replicated,
    EnumMap<Fates.Fate, Integer> replicatedLost,
    long longestIsolatedWriteMs,
    int crashes) {}
