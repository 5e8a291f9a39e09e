package io.skein.engine.cluster.bus;

/// What a node tells the others of itself, so that each can compare: nobody acts on it but `CLUSTER
/// DOCTOR`.
///
/// @param nodeTimeoutMs `cluster-node-timeout`
/// @param maxmemoryBytes `maxmemory`, 0 for no limit
/// @param clockMs its wall clock when this was sent, in Unix milliseconds
/// @param validityFactor `cluster-replica-validity-factor`
/// @param flags bits: [#APPENDONLY], [#SNAPSHOTS], [#OUT_OF_SYNC]
public record NodeFacts(
    long nodeTimeoutMs, long maxmemoryBytes, long clockMs, int validityFactor, int flags) {
  /// It writes an append only file.
  public static final int APPENDONLY = 1;

  /// It saves snapshots by itself.
  public static final int SNAPSHOTS = 2;

  /// A replica that has no connection to its primary, or is being synchronized by it.
  public static final int OUT_OF_SYNC = 4;

  /// Whether anything of its data outlives the process.
  public boolean isPersistent() {
    return (flags & (APPENDONLY | SNAPSHOTS)) != 0;
  }

  public boolean isOutOfSync() {
    return (flags & OUT_OF_SYNC) != 0;
  }
}
