package io.skein.simulator;

import io.skein.engine.bytes.Slot;
import io.skein.engine.cluster.ClusterEffect;
import io.skein.engine.cluster.ClusterEvent;
import io.skein.engine.cluster.ClusterMachine;
import io.skein.engine.cluster.ClusterView;
import io.skein.engine.cluster.NodeView;
import io.skein.engine.cluster.bus.NodeFlags;
import io.skein.engine.cluster.bus.SlotSet;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.ClusterSettings;
import io.skein.engine.cluster.state.NodeLine;
import io.skein.engine.cluster.state.NodesConf;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// What the bus of a cluster of many nodes costs, and how soon a primary is replaced in it: control
/// planes alone, in virtual time, on a network that takes a millisecond for everything.
///
/// The nodes begin as members who know each other, half of them primaries with a replica each.
final class Scale {
  private static final long START_MS = 1_700_000_000_000L;
  private static final long DELAY_MS = 1;
  private static final long STATUS_MS = 500;
  private static final long CONNECT_TIMEOUT_MS = 2000;
  private static final int HEADER = 2256;

  private final List<Node> nodes = new ArrayList<>();
  private final PriorityQueue<Event> queue = new PriorityQueue<>();
  private final long nodeTimeoutMs;
  private long nowMs = START_MS;
  private long sequence;
  private long lastInbound;
  private long messages;
  private long bytes;

  /// What one run came to.
  ///
  /// @param messagesPerS by each node in a second, at rest
  /// @param bytesPerS the same
  /// @param deathMessages by all nodes together, from the death to the promotion, beyond those at
  ///   rest
  /// @param failMs from the death to when all that live hold the node for failed
  /// @param promotedMs from the death to when its replica serves
  record Result(
      int nodes,
      double messagesPerS,
      double bytesPerS,
      long deathMessages,
      long failMs,
      long promotedMs) {}

  private record Event(long atMs, long order, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int byTime = Long.compare(atMs, other.atMs);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  /// The other end of a link.
  private record End(Node node, long link) {}

  private Scale(int count, long nodeTimeoutMs, boolean ours, long seed) {
    this.nodeTimeoutMs = nodeTimeoutMs;
    SplittableRandom random = new SplittableRandom(seed);
    ClusterSettings settings =
        ClusterSettings.defaults(SimNode.CLIENT_PORT)
            .withNodeTimeoutMs(nodeTimeoutMs)
            .withHaste(ours ? ClusterSettings.Haste.FULL : ClusterSettings.Haste.NONE);
    List<NodeLine> lines = lines(count);
    for (int i = 0; i < count; i++) {
      nodes.add(new Node(i, settings, lines, random.split()));
    }
    for (Node node : nodes) {
      // They do not all start in one moment.
      at(random.nextInt(1000), node::start);
    }
  }

  /// Forms a cluster of `count` nodes, lets it rest, and has a primary die.
  ///
  /// @param silent whether it dies without a word, as when it is paused; else its host refuses
  ///   connections
  static Result run(int count, long nodeTimeoutMs, boolean ours, boolean silent, long seed) {
    Scale scale = new Scale(count, nodeTimeoutMs, ours, seed);
    // All links stand, and the first pings, which all came at once, have been spread.
    scale.runFor(nodeTimeoutMs + 1000);
    long messagesBefore = scale.messages;
    long bytesBefore = scale.bytes;
    long restMs = nodeTimeoutMs;
    scale.runFor(restMs);
    double perNodeAndS = count * restMs / 1000.0;
    double messages = (scale.messages - messagesBefore) / perNodeAndS;
    double bytes = (scale.bytes - bytesBefore) / perNodeAndS;
    return scale.die(count, silent, messages, bytes);
  }

  /// Has `dead` of the primaries of a cluster of `count` nodes die in one moment; how long it takes
  /// until the replica of each serves, in milliseconds.
  static long dieTogether(int count, int dead, long nodeTimeoutMs, boolean silent, long seed) {
    Scale scale = new Scale(count, nodeTimeoutMs, true, seed);
    scale.runFor(nodeTimeoutMs + 1000);
    long died = scale.nowMs;
    for (Node node : scale.nodes.subList(0, dead)) {
      node.die(silent);
    }
    List<Node> heirs = scale.nodes.subList(count / 2, count / 2 + dead);
    scale.runUntil(
        5 * nodeTimeoutMs + 60_000, () -> heirs.stream().allMatch(heir -> heir.promotedMs > 0));
    return scale.nowMs - died;
  }

  private Result die(int count, boolean silent, double messagesPerS, double bytesPerS) {
    long died = nowMs;
    long before = messages;
    Node victim = nodes.get(0);
    Node heir = nodes.get(count / 2);
    victim.die(silent);
    long patienceMs = 5 * nodeTimeoutMs + 60_000;
    boolean[] known = new boolean[count];
    long[] failedMs = {-1};
    runUntil(
        patienceMs,
        () -> {
          if (failedMs[0] < 0 && allHoldForFailed(victim, known)) {
            failedMs[0] = nowMs - died;
          }
          return failedMs[0] >= 0 && heir.serves(0);
        });
    long promotedMs = heir.promotedMs - died;
    double atRest = messagesPerS * count * (nowMs - died) / 1000;
    return new Result(
        count,
        messagesPerS,
        bytesPerS,
        Math.max(0, Math.round(messages - before - atRest)),
        failedMs[0],
        promotedMs);
  }

  /// Whether everybody has held `victim` for failed, or knows already who took its place.
  private boolean allHoldForFailed(Node victim, boolean[] known) {
    boolean all = true;
    for (Node node : nodes) {
      known[node.index] |= !node.alive || node.holdsForFailed(victim);
      all &= known[node.index];
    }
    return all;
  }

  private static String id(int index) {
    return String.format(java.util.Locale.ROOT, "%040x", index + 1);
  }

  private static String host(int index) {
    return "10." + index / 65_536 + "." + index / 256 % 256 + "." + index % 256;
  }

  private static List<NodeLine> lines(int count) {
    List<NodeLine> lines = new ArrayList<>();
    int primaries = count / 2;
    for (int i = 0; i < count; i++) {
      boolean primary = i < primaries;
      int home = i % primaries;
      int first = Slot.SLOT_COUNT * home / primaries;
      int last = Slot.SLOT_COUNT * (home + 1) / primaries - 1;
      lines.add(
          new NodeLine(
              id(i),
              new ClusterNode.Address(host(i), SimNode.CLIENT_PORT, 0, SimNode.BUS_PORT),
              "",
              "",
              id(home),
              primary ? NodeFlags.PRIMARY : NodeFlags.REPLICA,
              primary ? null : id(home),
              0,
              0,
              home + 1L,
              false,
              primary ? SlotSet.ofRange(first, last) : SlotSet.EMPTY,
              new TreeMap<>(),
              new TreeMap<>()));
    }
    return lines;
  }

  private void at(long inMs, Runnable action) {
    queue.add(new Event(nowMs + inMs, sequence++, action));
  }

  private void runFor(long ms) {
    long end = nowMs + ms;
    while (!queue.isEmpty() && queue.peek().atMs() <= end) {
      step();
    }
    nowMs = end;
  }

  private void runUntil(long withinMs, BooleanSupplier holds) {
    long end = nowMs + withinMs;
    long looked = nowMs;
    while (nowMs <= end && !queue.isEmpty()) {
      step();
      if (nowMs != looked) {
        looked = nowMs;
        if (holds.getAsBoolean()) {
          return;
        }
      }
    }
    throw new IllegalStateException("nobody took the place of the dead node within " + withinMs);
  }

  private void step() {
    Event event = queue.remove();
    nowMs = Math.max(nowMs, event.atMs());
    event.action().run();
  }

  /// A control plane, and what it has for a shell.
  private final class Node {
    final int index;
    private final ClusterMachine machine;
    private final HashMap<Long, End> links = new HashMap<>();
    private @Nullable ClusterView view;
    boolean alive = true;
    long promotedMs;
    private long tickAtMs = Long.MAX_VALUE;

    Node(int index, ClusterSettings settings, List<NodeLine> lines, SplittableRandom random) {
      this.index = index;
      List<NodeLine> own = new ArrayList<>(lines);
      NodeLine mine = lines.get(index);
      own.set(
          index,
          new NodeLine(
              mine.id(),
              mine.address(),
              "",
              "",
              mine.shardId(),
              mine.flags() | NodeFlags.MYSELF,
              mine.primaryId(),
              0,
              0,
              mine.configEpoch(),
              true,
              mine.slots(),
              mine.migrating(),
              mine.importing()));
      NodesConf conf = new NodesConf(own, mine.id(), lines.size(), 0);
      machine = ClusterMachine.restored(settings, conf, random, nowMs);
    }

    void start() {
      on(new ClusterEvent.DataLoaded(SlotSet.EMPTY));
      tick();
      status();
    }

    private void status() {
      if (alive) {
        long silentMs = index < nodes.size() / 2 ? -1 : primarySilentMs();
        on(new ClusterEvent.DataPlane(1, silentMs, false));
        at(STATUS_MS, this::status);
      }
    }

    private long primarySilentMs() {
      Node primary = nodes.get(index - nodes.size() / 2);
      return primary.alive ? 0 : nowMs - primary.diedMs;
    }

    private long diedMs;

    private void tick() {
      if (alive) {
        tickAtMs = Long.MAX_VALUE;
        machine.tick(nowMs, this::carryOut);
        scheduleTick();
      }
    }

    private void scheduleTick() {
      long next = machine.nextDeadlineMs();
      if (next < tickAtMs) {
        tickAtMs = next;
        at(
            Math.max(0, next - nowMs),
            () -> {
              if (tickAtMs == next) {
                tick();
              }
            });
      }
    }

    void on(ClusterEvent event) {
      if (alive) {
        machine.on(event, nowMs, this::carryOut);
        if (!(event instanceof ClusterEvent.Received)) {
          scheduleTick();
        }
      }
    }

    void die(boolean silent) {
      alive = false;
      diedMs = nowMs;
      mute = silent;
      if (!silent) {
        links.forEach((link, end) ->
            at(
                DELAY_MS,
                () -> {
                  if (end.node().links.remove(end.link()) != null) {
                    end.node().on(new ClusterEvent.LinkClosed(end.link(), "reset"));
                  }
                }));
        links.clear();
      }
    }

    /// Whether, being dead, it says nothing at all.
    private boolean mute;

    boolean serves(int slot) {
      return view != null && view.isMine(slot);
    }

    boolean holdsForFailed(Node other) {
      ClusterView latest = view;
      NodeView seen = latest == null ? null : latest.node(id(other.index));
      return seen != null && (seen.isFailed() || seen.slots().isEmpty());
    }

    private void carryOut(ClusterEffect effect) {
      switch (effect) {
        case ClusterEffect.Connect(long link, String host, int port) -> connect(link, host);
        case ClusterEffect.Send(long link, byte[] message) -> send(link, message);
        case ClusterEffect.Close(long link) -> close(link);
        case ClusterEffect.PublishView(ClusterView published) -> view = published;
        case ClusterEffect.BecomePrimary _ -> promotedMs = nowMs;
        default -> {}
      }
    }

    private void connect(long link, String host) {
      String[] parts = host.split("\\.");
      int to =
          Integer.parseInt(parts[1]) * 65_536
              + Integer.parseInt(parts[2]) * 256
              + Integer.parseInt(parts[3]);
      Node other = nodes.get(to);
      at(
          other.alive || !other.mute ? DELAY_MS : CONNECT_TIMEOUT_MS,
          () -> {
            if (other.alive) {
              long inbound = --lastInbound;
              links.put(link, new End(other, inbound));
              other.links.put(inbound, new End(this, link));
              other.on(new ClusterEvent.LinkAccepted(inbound, host(other.index), host(index)));
              on(new ClusterEvent.LinkOpened(link, host(index), host(other.index)));
            } else {
              on(
                  other.mute
                      ? new ClusterEvent.LinkClosed(link, "timeout")
                      : new ClusterEvent.LinkRefused(link));
            }
          });
    }

    private void send(long link, byte[] message) {
      messages++;
      bytes += message.length;
      End end = links.get(link);
      if (end != null && message.length >= HEADER) {
        at(DELAY_MS, () -> end.node().on(new ClusterEvent.Received(end.link(), message)));
      }
    }

    private void close(long link) {
      End end = links.remove(link);
      if (end != null) {
        at(
            DELAY_MS,
            () -> {
              if (end.node().links.remove(end.link()) != null) {
                end.node().on(new ClusterEvent.LinkClosed(end.link(), "closed"));
              }
            });
      }
    }
  }
}
