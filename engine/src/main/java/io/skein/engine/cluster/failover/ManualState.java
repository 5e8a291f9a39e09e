package io.skein.engine.cluster.failover;

import java.util.EnumSet;
import java.util.Map;

/// How far a manual failover has come, on the replica that was asked and on its primary.
public enum ManualState {
  /// None is under way.
  NONE,
  /// Replica: the primary was asked to hold back writes; its final offset is waited for.
  AWAITING_OFFSET,
  /// Replica: the final offset is known and not reached yet.
  CATCHING_UP,
  /// Replica: it may stand for election.
  READY,
  /// Primary: it asks a replica to take its place.
  OFFERING,
  /// Primary: it holds back writes for a replica.
  PAUSING;

  static final States<ManualState> TABLE =
      new States<>(
          ManualState.class,
          Map.of(
              NONE, EnumSet.of(AWAITING_OFFSET, READY, OFFERING, PAUSING),
              AWAITING_OFFSET, EnumSet.of(CATCHING_UP, NONE),
              CATCHING_UP, EnumSet.of(READY, NONE),
              READY, EnumSet.of(NONE),
              OFFERING, EnumSet.of(PAUSING, NONE),
              PAUSING, EnumSet.of(NONE)));
}
