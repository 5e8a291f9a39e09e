package io.skein.engine.cluster;

/// What a node alone knows of itself and `CLUSTER DOCTOR` looks at.
///
/// @param maxmemoryBytes `maxmemory`, 0 for none
/// @param appendOnly whether it writes an append only file
/// @param neverFlushes `appendfsync no`
/// @param snapshots whether it saves snapshots by itself
/// @param minReplicasToWrite `min-replicas-to-write`
/// @param backlogBytes how much of its log it keeps for replicas that were away, on disk too
/// @param bytesPerSecond how fast the log grew in the last minute
/// @param outOfSync whether it is a replica without a link to its primary, or not in sync yet
public record Condition(
    long maxmemoryBytes,
    boolean appendOnly,
    boolean neverFlushes,
    boolean snapshots,
    long minReplicasToWrite,
    long backlogBytes,
    long bytesPerSecond,
    boolean outOfSync) {}
