package io.skein.engine.cluster.failover;

import java.util.EnumSet;
import java.util.Map;

/// Where a replica stands on its way to its primary's place.
public enum ElectionState {
  /// There is nothing to stand for.
  QUIET,
  /// It will stand when its delay is over.
  DELAYED,
  /// It has asked for votes and counts them.
  VOTING,
  /// It did not get a majority and waits before it tries again.
  EXPIRED;

  static final States<ElectionState> TABLE =
      new States<>(
          ElectionState.class,
          Map.of(
              QUIET, EnumSet.of(DELAYED),
              DELAYED, EnumSet.of(VOTING, QUIET),
              VOTING, EnumSet.of(EXPIRED, QUIET),
              EXPIRED, EnumSet.of(DELAYED, QUIET)));
}
