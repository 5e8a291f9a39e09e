package io.skein.engine.node;

import io.skein.engine.config.LogLevel;
import io.skein.engine.log.CommandLog;
import io.skein.engine.replication.LinkState;
import io.skein.engine.replication.PrimarySide;
import io.skein.engine.replication.ReplicaView;
import java.util.Locale;
import java.util.function.BiConsumer;

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
  public void report(BiConsumer<LogLevel, String> to) {
    int all = 0;
    int inSync = 0;
    for (ReplicaView replica : primary.replicas(0)) {
      all++;
      if (replica.state() == LinkState.ONLINE && replica.ackOffset() >= log.offset()) {
        inSync++;
        continue;
      }
      to.accept(
          LogLevel.NOTICE,
          "Lagging replica "
              + replica.ip()
              + ":"
              + replica.port()
              + " has confirmed "
              + (log.offset() - replica.ackOffset())
              + " bytes less than there are, state="
              + replica.state().toString().toLowerCase(Locale.ROOT)
              + ".");
    }
    to.accept(
        inSync == all ? LogLevel.NOTICE : LogLevel.WARNING,
        inSync + " of " + all + " replicas are in sync when shutting down.");
  }

  @Override
  public void hurry() {
    primary.requestAcks();
  }
}
