package io.skein.simulator;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The replica's side of modelled replication.
final class ModelFollower implements Handler {
  private static final long CHECK_US = 500_000;
  private static final long TIMEOUT_MS = 5000;

  private final ModelData data;
  private final ModelHistory history;
  private @Nullable Host primary;
  private int port;
  private @Nullable Side side;
  private boolean inSync;
  private long lastContactMs;
  private long triedMs;

  ModelFollower(ModelData data, ModelHistory history) {
    this.data = data;
    this.history = history;
    check();
  }

  boolean isFollowing() {
    return primary != null;
  }

  boolean isInSync() {
    return primary == null || inSync;
  }

  /// How long ago something came last, or the link went down; negative when nothing ever came.
  long primarySilentMs() {
    return lastContactMs == 0 ? -1 : data.node.nowMs() - lastContactMs;
  }

  void follow(Host newPrimary, int newPort) {
    stop();
    primary = newPrimary;
    port = newPort;
    connect();
  }

  void stop() {
    primary = null;
    disconnect();
  }

  private void disconnect() {
    Side s = side;
    side = null;
    inSync = false;
    if (s != null) {
      data.node.world.network.close(s);
    }
  }

  private void connect() {
    Host to = primary;
    if (to != null) {
      triedMs = data.node.nowMs();
      side = data.node.world.network.connect(data.node, data.node.data, to, port, this);
    }
  }

  private void check() {
    long silentMs = data.node.nowMs() - Math.max(triedMs, inSync ? lastContactMs : 0);
    if (side != null && silentMs > TIMEOUT_MS) {
      disconnect();
    }
    if (side == null) {
      connect();
    }
    data.node.after(CHECK_US, data.node.data, this::check);
  }

  @Override
  public void opened(Side s) {
    if (s == side) {
      send(new ReplicationLink.Psync(history.replid(), history.offset()));
    }
  }

  @Override
  public void refused(Side s) {
    lost(s);
  }

  @Override
  public void closed(Side s, String reason) {
    lost(s);
  }

  private void lost(Side s) {
    if (s == side) {
      if (inSync) {
        lastContactMs = data.node.nowMs();
      }
      side = null;
      inSync = false;
    }
  }

  @Override
  public void received(Side s, Object message) {
    if (s != side || !(message instanceof ReplicationLink link)) {
      return;
    }
    lastContactMs = data.node.nowMs();
    switch (link) {
      case ReplicationLink.FullSync full -> {
        history.adopt(full.replid(), new ArrayList<>(full.entries()));
        data.replaced();
        inSync = true;
      }
      case ReplicationLink.Continue more -> {
        if (!more.replid().equals(history.replid())) {
          history.shift(more.replid());
          data.renamed();
        }
        apply(more.entries());
        inSync = true;
      }
      case ReplicationLink.Write write -> apply(List.of(write.entry()));
      case ReplicationLink.Ping _ -> {}
      case ReplicationLink.Psync _, ReplicationLink.Ack _ ->
          throw new IllegalStateException("a primary sends no " + link);
    }
    send(new ReplicationLink.Ack(history.offset()));
  }

  private void apply(List<Entry> entries) {
    entries.forEach(data::append);
  }

  private void send(ReplicationLink message) {
    Side s = side;
    if (s != null) {
      data.node.world.network.send(s, message);
    }
  }
}
