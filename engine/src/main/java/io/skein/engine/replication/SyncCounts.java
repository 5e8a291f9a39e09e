package io.skein.engine.replication;

/// How often replicas were brought up to date, as the `stats` section of INFO has it.
public final class SyncCounts {
  int full;
  int partial;
  int partialRefused;

  /// Returns `sync_full`: snapshots that were asked for.
  public int full() {
    return full;
  }

  /// Returns `sync_partial_ok`: replicas that needed no more than the backlog.
  public int partial() {
    return partial;
  }

  /// Returns `sync_partial_err`: replicas that hoped so in vain.
  public int partialRefused() {
    return partialRefused;
  }

  /// Counts from zero again, as CONFIG RESETSTAT does.
  public void reset() {
    full = 0;
    partial = 0;
    partialRefused = 0;
  }
}
