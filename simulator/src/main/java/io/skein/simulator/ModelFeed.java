package io.skein.simulator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The primary's side of modelled replication: what replicas are sent, and who waits for them.
final class ModelFeed {
  private static final long PING_US = 1_000_000;

  private final ModelData data;
  private final ModelHistory history;

  /// The connections of replicas, and what each has confirmed.
  private final LinkedHashMap<Side, Long> replicas = new LinkedHashMap<>();

  private final List<Wait> waits = new ArrayList<>();

  private record Wait(Side side, int replicas, long offset) {}

  ModelFeed(ModelData data, ModelHistory history) {
    this.data = data;
    this.history = history;
    ping();
  }

  private void ping() {
    for (Side side : replicas.keySet()) {
      send(side, new ReplicationLink.Ping());
    }
    data.node.after(PING_US, data.node.data, this::ping);
  }

  private void send(Side side, ReplicationLink message) {
    data.node.world.network.send(side, message);
  }

  void received(Side side, ReplicationLink message) {
    switch (message) {
      case ReplicationLink.Psync psync -> psync(side, psync);
      case ReplicationLink.Ack ack -> {
        if (replicas.containsKey(side)) {
          replicas.put(side, ack.offset());
          review();
        }
      }
      case ReplicationLink.FullSync _,
          ReplicationLink.Continue _,
          ReplicationLink.Write _,
          ReplicationLink.Ping _ ->
          throw new IllegalStateException("a replica sends no " + message);
    }
  }

  private void psync(Side side, ReplicationLink.Psync psync) {
    List<Entry> missing = history.missing(psync.replid(), psync.offset());
    data.node.say((missing == null ? "full" : "partial") + " synchronization of " + side.peer());
    send(
        side,
        missing == null
            ? new ReplicationLink.FullSync(history.replid(), history.copy())
            : new ReplicationLink.Continue(history.replid(), missing));
    replicas.put(side, missing == null ? 0 : psync.offset());
  }

  void closed(Side side) {
    replicas.remove(side);
    waits.removeIf(wait -> wait.side() == side);
  }

  /// All replicas have to come again: the history has another name, or is another.
  void dropAll() {
    for (Side side : List.copyOf(replicas.keySet())) {
      data.node.world.network.close(side);
    }
    replicas.clear();
  }

  void onAppend(Entry entry) {
    for (Side side : replicas.keySet()) {
      send(side, new ReplicationLink.Write(entry));
    }
  }

  /// Answers as soon as enough replicas have all that was written, or after a while.
  void waitFor(Side side, int count, long timeoutMs) {
    Wait wait = new Wait(side, count, history.offset());
    waits.add(wait);
    data.node.after(
        timeoutMs * 1000,
        data.node.data,
        () -> {
          if (waits.remove(wait)) {
            data.reply(side, ":" + acked(wait.offset()) + "\r\n");
          }
        });
    review();
  }

  private int acked(long offset) {
    int count = 0;
    for (Map.Entry<Side, Long> replica : replicas.entrySet()) {
      count += replica.getValue() >= offset ? 1 : 0;
    }
    return count;
  }

  private void review() {
    waits.removeIf(wait -> {
      int count = acked(wait.offset());
      if (count >= wait.replicas()) {
        data.reply(wait.side(), ":" + count + "\r\n");
        return true;
      }
      return false;
    });
  }
}
