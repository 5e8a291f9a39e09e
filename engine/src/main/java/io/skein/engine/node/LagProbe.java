package io.skein.engine.node;

import io.skein.engine.command.InfoText;
import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.log.CommandLog;
import io.skein.engine.replication.LagEffect;
import io.skein.engine.replication.LagEvent;
import io.skein.engine.replication.LagSettings;
import io.skein.engine.replication.ReadLag;
import io.skein.engine.replication.ReplicaSide;
import io.skein.engine.replication.ReplicaStatus;
import org.jspecify.annotations.Nullable;

/// How stale the data of this replica are, and whether they may be read: carries out what [ReadLag]
/// asks for.
final class LagProbe {
  private static final int MOST_HERTZ = 500;

  private final Settings settings;
  private final NodeHost host;
  private final ReplicaSide replica;
  private final ReadLag machine;
  private @Nullable PeerLink link;
  private @Nullable String primaryHost;
  private int primaryPort;

  LagProbe(Settings settings, CommandLog log, NodeHost host, ReplicaSide replica) {
    this.settings = settings;
    this.host = host;
    this.replica = replica;
    machine = new ReadLag(log, LagSettings.of(settings));
    settings.onChange(ReplicationSettings.REPLICA_READ_MAX_LAG_MS, s -> tick());
    settings.onChange(ReplicationSettings.REPLICA_READ_MAX_LAG_BYTES, s -> tick());
  }

  private long nowMs() {
    return host.nanos() / 1_000_000;
  }

  /// Does what is due at this time.
  void tick() {
    machine.configure(LagSettings.of(settings));
    heedPrimary();
    machine.tick(nowMs(), this::carryOut);
  }

  /// How often [#tick] should be called at least, in times per second.
  int hertz() {
    return isBounded() && !replica.isPrimary()
        ? Math.clamp(1000 / machine.settings().intervalMs(), 1, MOST_HERTZ)
        : 1;
  }

  /// Whether reads on a replica have a bound.
  boolean isBounded() {
    return machine.settings().isBounded();
  }

  /// Why the data of this replica may not be read now, in words for the client, or null.
  @Nullable String refusal() {
    heedPrimary();
    return replica.holdsData()
        ? machine.refusal(nowMs())
        : "this replica has no whole data set of its primary";
  }

  /// How many milliseconds the data are stale at most, or -1 if that is not known.
  long lagMs() {
    heedPrimary();
    return replica.holdsData() ? machine.lagMs(nowMs()) : ReadLag.UNKNOWN;
  }

  private long lagBytes() {
    return replica.holdsData() ? machine.lagBytes(nowMs()) : ReadLag.UNKNOWN;
  }

  /// What was measured is worth nothing from the moment at which another primary is followed.
  private void heedPrimary() {
    if (replica.isPrimary()) {
      if (primaryHost != null) {
        primaryHost = null;
        machine.on(new LagEvent.Stop(), nowMs(), this::carryOut);
      }
      return;
    }
    if (primaryHost == null || !replica.follows(primaryHost, primaryPort)) {
      ReplicaStatus status = replica.status(nowMs());
      primaryHost = status.host();
      primaryPort = status.port();
      machine.on(new LagEvent.Follow(primaryHost, primaryPort), nowMs(), this::carryOut);
    }
  }

  private void carryOut(LagEffect effect) {
    switch (effect) {
      case LagEffect.Connect e ->
          link = host.connectToPrimary(e.host(), e.port(), new Handler(e.link()));
      case LagEffect.Send e -> {
        if (link != null) {
          link.write(e.bytes(), 0, e.bytes().length);
        }
      }
      case LagEffect.Close e -> {
        PeerLink old = link;
        link = null;
        if (old != null) {
          old.close();
        }
      }
      case LagEffect.Log e -> host.log(e.level(), e.text());
    }
  }

  /// What INFO says of it.
  void describe(InfoText out) {
    if (isBounded() && !replica.isPrimary()) {
      out.field("slave_read_lag_ms", lagMs());
      out.field("slave_read_lag_bytes", lagBytes());
    }
  }

  private final class Handler implements PeerHandler {
    private final long mine;

    Handler(long mine) {
      this.mine = mine;
    }

    private void tell(LagEvent event) {
      machine.on(event, nowMs(), LagProbe.this::carryOut);
    }

    @Override
    public void opened() {
      tell(new LagEvent.Opened(mine));
    }

    @Override
    public void refused(String reason) {
      tell(new LagEvent.Closed(mine, reason));
    }

    @Override
    public void received(byte[] bytes, int offset, int length) {
      tell(new LagEvent.Received(mine, bytes, offset, length));
    }

    @Override
    public void closed(String reason) {
      tell(new LagEvent.Closed(mine, reason));
    }
  }
}
