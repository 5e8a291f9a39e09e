package io.skein.engine.cluster.migration;

import java.util.Locale;

/// Where the node that gives slots away stands.
public enum ExportState {
  /// The connection to the target is being made.
  CONNECTING,

  /// The target was sent our password.
  READING_AUTH_RESPONSE,

  /// The target was told what is to come.
  READING_ESTABLISH_RESPONSE,

  /// Another snapshot is in the way.
  WAITING_TO_SNAPSHOT,

  /// The slots are sent as they were when the snapshot began.
  SNAPSHOTTING,

  /// What was written to them since is sent.
  REPLICATING,

  /// Writes to the slots are held back; the target has everything soon.
  FAILOVER_PAUSED,

  /// The target may claim the slots; commands on their keys are held back.
  FAILOVER_GRANTED,

  /// The target has claimed them.
  SUCCESS,

  FAILED,

  CANCELLED;

  /// Whether nothing follows.
  public boolean isOver() {
    return this == SUCCESS || this == FAILED || this == CANCELLED;
  }

  /// The name that GETSLOTMIGRATIONS shows, which is Valkey's.
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
