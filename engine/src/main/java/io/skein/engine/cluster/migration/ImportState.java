package io.skein.engine.cluster.migration;

import java.util.Locale;

/// Where the node that takes slots over stands.
public enum ImportState {
  /// The source has said what is to come, and nothing yet of it.
  WAITING_FOR_ACK,

  /// The slots come as they were when the source's snapshot began.
  RECEIVING_SNAPSHOT,

  /// What was written to them since comes.
  WAITING_FOR_PAUSED,

  /// Everything is here, and the source is asked for the slots as soon as it is safe here.
  FAILOVER_REQUESTED,

  /// The slots are being claimed.
  FAILOVER_GRANTED,

  /// On a replica: its primary takes the slots over.
  OCCURRING_ON_PRIMARY,

  SUCCESS,

  FAILED;

  /// Whether nothing follows.
  public boolean isOver() {
    return this == SUCCESS || this == FAILED;
  }

  /// The name that GETSLOTMIGRATIONS shows, which is Valkey's.
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
