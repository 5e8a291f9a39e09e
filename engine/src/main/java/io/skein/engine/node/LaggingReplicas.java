package io.skein.engine.node;

import io.skein.engine.log.CommandLog;
import io.skein.engine.replication.LinkState;
import io.skein.engine.replication.PrimarySide;
import io.skein.engine.replication.ReplicaView;

/// Those who replicate this node, for a shutdown that waits for them.
final class LaggingReplicas implements ShutdownWait.Followers {
  private final CommandLog log;
  private final PrimarySide primary;

  LaggingReplicas(CommandLog log, PrimarySide primary) {
    this.log = log;
    this.primary = primary;
  }

  @Override
  public boolean lag() {
    // Only the offsets are looked at, not the times.
    for (ReplicaView replica : primary.replicas(0)) {
      if (replica.state() == LinkState.ONLINE && replica.ackOffset() < log.offset()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void hurry() {
    primary.requestAcks();
  }
}
