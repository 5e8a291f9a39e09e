package io.skein.simulator;

import io.skein.engine.bytes.Slot;
import io.skein.engine.cluster.ClusterEffect;
import io.skein.engine.cluster.ClusterEvent;
import io.skein.engine.cluster.ClusterView;
import io.skein.engine.cluster.NodeView;
import io.skein.engine.cluster.bus.SlotSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A model of a data plane: string keys, one history, asynchronous replication as PSYNC does it.
///
/// Clients speak RESP to it (SET, GET, WAIT); replicas exchange the records of [ReplicationLink].
final class ModelData implements DataPlane {
  private static final int SAVE_EVERY_US = 6_000_000;
  private static final int SAVE_TAKES_US = 1_500_000;

  final SimNode node;
  private final SplittableRandom random;
  private final ModelHistory history;
  private final TreeMap<String, String> data = new TreeMap<>();
  private final ModelFeed feed;
  private final ModelFollower follower;
  private final ArrayDeque<Held> held = new ArrayDeque<>();
  private boolean paused;
  private @Nullable ClusterView view;

  /// A write that a pause holds back.
  private record Held(Side side, String[] arguments) {}

  /// The data of a process that has just started.
  ///
  /// @param primary whether it was a primary when it ended
  ModelData(SimNode node, boolean primary, SplittableRandom random) {
    this.node = node;
    this.random = random;
    Saved saved = node.disk.saved;
    history =
        saved == null
            ? new ModelHistory(freshId(), new ArrayList<>())
            : new ModelHistory(saved.replid(), new ArrayList<>(saved.entries()));
    history.each(this::apply);
    if (primary) {
      // What others got of this history after the save is not ours.
      history.shift(freshId());
    }
    feed = new ModelFeed(this, history);
    follower = new ModelFollower(this, history);
    scheduleSave();
  }

  // ---- files

  private void scheduleSave() {
    node.after(
        SAVE_EVERY_US / 2 + random.nextInt(SAVE_EVERY_US),
        node.data,
        () -> {
          Saved snapshot = new Saved(history.replid(), history.copy());
          node.after(
              1 + random.nextInt(SAVE_TAKES_US),
              node.data,
              () -> {
                node.disk.saved = snapshot;
                scheduleSave();
              });
        });
  }

  // ---- what the control plane asks

  @Override
  public void onView(ClusterView published) {
    view = published;
  }

  @Override
  public void carryOut(ClusterEffect effect) {
    switch (effect) {
      case ClusterEffect.BecomePrimary _ -> becomePrimary();
      case ClusterEffect.BecomeReplicaOf of -> {
        Host primary = node.world.host(of.host());
        if (primary != null) {
          becomeReplicaOf(primary, of.port());
        }
      }
      case ClusterEffect.DropSlots drop -> {
        dropSlots(drop.slots());
        node.world.fates.changed(node);
      }
      case ClusterEffect.DropAllData _ -> {
        dropAllData();
        node.world.fates.changed(node);
      }
      case ClusterEffect.PauseWrites _ -> pauseWrites();
      case ClusterEffect.ResumeWrites _ -> resumeWrites();
      default -> {}
    }
  }

  @Override
  public void start() {
    node.world.fates.changed(node);
  }

  @Override
  public void close() {}

  private void becomePrimary() {
    node.say("becomes a primary");
    follower.stop();
    history.shift(freshId());
    feed.dropAll();
    releaseHeld();
  }

  private void becomeReplicaOf(Host primary, int port) {
    node.say("becomes a replica of " + primary.name);
    follower.follow(primary, port);
    releaseHeld();
  }

  private void dropSlots(SlotSet slots) {
    for (String key : List.copyOf(data.keySet())) {
      if (slots.contains(Slot.of(bytes(key)))) {
        append(Entry.after(history.hash(), key, Entry.DELETED));
      }
    }
  }

  private void dropAllData() {
    history.restart(freshId());
    data.clear();
  }

  private void pauseWrites() {
    paused = true;
    node.give(status());
  }

  private void resumeWrites() {
    paused = false;
    releaseHeld();
  }

  private void releaseHeld() {
    List<Held> released = List.copyOf(held);
    held.clear();
    for (Held write : released) {
      execute(write.side(), write.arguments());
    }
  }

  @Override
  public ClusterEvent.DataPlane status() {
    return new ClusterEvent.DataPlane(history.offset(), follower.primarySilentMs(), paused);
  }

  @Override
  public SlotSet slotsWithKeys() {
    return SlotSet.of(data.keySet().stream().mapToInt(key -> Slot.of(bytes(key))).toArray());
  }

  @Override
  public boolean isInSync() {
    return follower.isInSync();
  }

  @Override
  public long digest() {
    long digest = history.offset();
    for (var entry : data.entrySet()) {
      digest = 31 * digest + entry.getKey().hashCode();
      digest = 31 * digest + entry.getValue().hashCode();
    }
    return digest;
  }

  @Override
  public @Nullable String get(String key) {
    return data.get(key);
  }

  @Override
  public Boolean has(String key) {
    return data.containsKey(key);
  }

  // ---- the history

  String freshId() {
    return Long.toHexString(random.nextLong()) + Long.toHexString(random.nextLong());
  }

  /// Adds a write to the history, on a primary by a client and on a replica by its primary.
  void append(Entry entry) {
    history.add(entry);
    apply(entry);
    node.world.checks.onAppend(node, history.replid(), history.offset(), entry.hash());
    feed.onAppend(entry);
  }

  /// The data are now those of another history.
  void replaced() {
    data.clear();
    history.each(this::apply);
    node.world.fates.changed(node);
    feed.dropAll();
  }

  /// The history goes on under another name.
  void renamed() {
    feed.dropAll();
  }

  private void apply(Entry entry) {
    if (entry.value().equals(Entry.DELETED)) {
      data.remove(entry.key());
    } else {
      data.put(entry.key(), entry.value());
    }
  }

  // ---- clients

  @Override
  public Handler accept(Side side) {
    return new Handler() {
      @Override
      public void opened(Side s) {}

      @Override
      public void refused(Side s) {}

      @Override
      public void received(Side s, Object message) {
        if (message instanceof byte[] bytes) {
          execute(s, Resp.request(bytes));
        } else if (message instanceof ReplicationLink link) {
          feed.received(s, link);
        }
      }

      @Override
      public void closed(Side s, String reason) {
        feed.closed(s);
      }
    };
  }

  private void execute(Side side, String[] arguments) {
    if (!side.isLive()) {
      return;
    }
    switch (arguments[0]) {
      case "SET" -> set(side, arguments);
      case "GET" -> {
        String refusal = refusal(arguments[1]);
        reply(side, refusal.isEmpty() ? Resp.bulk(data.get(arguments[1])) : refusal);
      }
      case "WAIT" ->
          feed.waitFor(side, Integer.parseInt(arguments[1]), Long.parseLong(arguments[2]));
      default -> reply(side, "-ERR unknown command\r\n");
    }
  }

  private void set(Side side, String[] arguments) {
    if (paused) {
      held.add(new Held(side, arguments));
      return;
    }
    String refusal = refusal(arguments[1]);
    if (refusal.isEmpty() && follower.isFollowing()) {
      refusal = "-READONLY You can't write against a read only replica.\r\n";
    }
    if (!refusal.isEmpty()) {
      reply(side, refusal);
      return;
    }
    append(Entry.after(history.hash(), arguments[1], arguments[2]));
    node.world.checks.onWrite(node);
    reply(side, "+OK\r\n");
  }

  void reply(Side side, String text) {
    node.world.network.send(side, bytes(text));
  }

  /// Why the key is not served here, as an error reply, or empty.
  private String refusal(String key) {
    ClusterView v = view;
    if (v == null || !v.ok() || node.isViewOld()) {
      return "-CLUSTERDOWN The cluster is down\r\n";
    }
    int slot = Slot.of(bytes(key));
    NodeView owner = v.owner(slot);
    if (owner == null) {
      return "-CLUSTERDOWN Hash slot not served\r\n";
    }
    return v.isMine(slot)
        ? ""
        : "-MOVED " + slot + " " + owner.ip() + ":" + owner.tcpPort() + "\r\n";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
