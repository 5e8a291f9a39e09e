package io.skein.engine.cluster;

import io.skein.engine.cluster.state.ClusterSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Machines on a network in memory, with virtual time: everything that happens follows from the
/// seed.
final class TestNetwork {
  private static final long START_MS = 1_700_000_000_000L;

  final List<TestNode> nodes = new ArrayList<>();
  final ClusterInvariants invariants = new ClusterInvariants();
  final List<String> trace = new ArrayList<>();
  private final Random random;
  private final PriorityQueue<Scheduled> queue = new PriorityQueue<>();
  private final LinkedHashMap<Long, Wire> wires = new LinkedHashMap<>();
  private final LinkedHashSet<String> cuts = new LinkedHashSet<>();
  private final LinkedHashMap<String, Late> sent = new LinkedHashMap<>();
  long nowMs = START_MS;
  private long sequence;
  private long nextInboundId = -1;
  long steps;

  TestNetwork(long seed) {
    random = new Random(seed);
  }

  private record Scheduled(long atMs, long order, Runnable action)
      implements Comparable<Scheduled> {
    @Override
    public int compareTo(Scheduled other) {
      int byTime = Long.compare(atMs, other.atMs);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  /// A message as it would arrive.
  private record Late(long linkId, byte[] bytes) {}

  /// An open connection: the outbound link of one node, and the inbound link of another.
  private static final class Wire {
    final TestNode from;
    final long fromId;
    final TestNode to;
    final long toId;
    long lastForthMs;
    long lastBackMs;

    /// Whether what is sent back is lost, and nobody is told.
    boolean mute;

    Wire(TestNode from, long fromId, TestNode to, long toId) {
      this.from = from;
      this.fromId = fromId;
      this.to = to;
      this.toId = toId;
    }
  }

  TestNode add(ClusterSettings settings) {
    TestNode node = new TestNode(this, nodes.size(), settings, random.nextLong());
    nodes.add(node);
    node.start();
    return node;
  }

  void schedule(long inMs, Runnable action) {
    queue.add(new Scheduled(nowMs + inMs, sequence++, action));
  }

  long delayMs() {
    return 1L + random.nextInt(2);
  }

  boolean step() {
    Scheduled next = queue.poll();
    if (next == null) {
      return false;
    }
    nowMs = Math.max(nowMs, next.atMs);
    next.action.run();
    steps++;
    return true;
  }

  void run(long forMs) {
    long end = nowMs + forMs;
    while (!queue.isEmpty() && queue.peek().atMs <= end) {
      step();
    }
    nowMs = end;
  }

  /// Runs until `condition` holds, and returns how long that took.
  long runUntil(String what, long withinMs, BooleanSupplier condition) {
    long start = nowMs;
    while (!condition.getAsBoolean()) {
      if (nowMs - start > withinMs || !step()) {
        throw new AssertionError("not within " + withinMs + " ms: " + what + "\n" + lastLines());
      }
    }
    return nowMs - start;
  }

  String lastLines() {
    return String.join("\n", trace.subList(Math.max(0, trace.size() - 60), trace.size()));
  }

  boolean all(Predicate<TestNode> test) {
    return nodes.stream().filter(node -> node.alive).allMatch(test);
  }

  // Links

  void connect(TestNode from, ClusterEffect.Connect connect) {
    schedule(delayMs(), () -> arrive(from, connect, from.incarnation));
  }

  private void arrive(TestNode from, ClusterEffect.Connect connect, int incarnation) {
    if (!from.alive || from.incarnation != incarnation) {
      return;
    }
    TestNode to = at(connect.host(), connect.port());
    if (to == null || isCut(from, to)) {
      schedule(
          2000,
          () -> from.ifSame(incarnation, new ClusterEvent.LinkClosed(connect.linkId(), "timeout")));
      return;
    }
    if (!to.alive) {
      schedule(
          delayMs(),
          () -> from.ifSame(incarnation, new ClusterEvent.LinkRefused(connect.linkId())));
      return;
    }
    Wire wire = new Wire(from, connect.linkId(), to, nextInboundId--);
    from.wires.put(wire.fromId, 0L);
    wires.put(key(from, wire.fromId), wire);
    wires.put(key(to, wire.toId), wire);
    to.on(new ClusterEvent.LinkAccepted(wire.toId, to.ip(), from.ip()));
    from.on(new ClusterEvent.LinkOpened(wire.fromId, from.ip(), to.ip()));
  }

  private static long key(TestNode node, long linkId) {
    return linkId * 1000 + node.index;
  }

  private @Nullable TestNode at(String host, int busPort) {
    for (TestNode node : nodes) {
      if (node.ip().equals(host) && node.settings.listenBusPort() == busPort) {
        return node;
      }
    }
    return null;
  }

  void send(TestNode from, long linkId, byte[] bytes) {
    Wire wire = wires.get(key(from, linkId));
    if (wire == null) {
      return;
    }
    boolean forth = wire.from == from && wire.fromId == linkId;
    TestNode to = forth ? wire.to : wire.from;
    long toId = forth ? wire.toId : wire.fromId;
    if (forth) {
      sent.put(from.index + "-" + to.index, new Late(toId, bytes));
    }
    long at = Math.max(nowMs + delayMs(), forth ? wire.lastForthMs : wire.lastBackMs);
    if (forth) {
      wire.lastForthMs = at;
    } else {
      wire.lastBackMs = at;
    }
    queue.add(
        new Scheduled(
            at,
            sequence++,
            () -> {
              if (!isCut(from, to) && !(wire.mute && !forth) && wires.get(key(to, toId)) == wire) {
                to.on(new ClusterEvent.Received(toId, bytes));
              }
            }));
  }

  void close(TestNode from, long linkId) {
    Wire wire = wires.remove(key(from, linkId));
    if (wire == null) {
      return;
    }
    TestNode other = wire.from == from && wire.fromId == linkId ? wire.to : wire.from;
    long otherId = other == wire.to && wire.fromId == linkId ? wire.toId : wire.fromId;
    schedule(
        delayMs(),
        () -> {
          if (!isCut(from, other) && wires.remove(key(other, otherId)) != null && other.alive) {
            other.on(new ClusterEvent.LinkClosed(otherId, "reset"));
          }
        });
  }

  void closeAll(TestNode node) {
    for (Wire wire : List.copyOf(new LinkedHashSet<>(wires.values()))) {
      if (wire.from == node) {
        close(node, wire.fromId);
      } else if (wire.to == node) {
        close(node, wire.toId);
      }
    }
  }

  /// From now on nothing comes back on the links that `from` has opened to `to`.
  void mute(TestNode from, TestNode to) {
    for (Wire wire : wires.values()) {
      wire.mute |= wire.from == from && wire.to == to;
    }
  }

  /// Delivers what `from` has last sent to `to` on a link of its own, once more, when this is run.
  Runnable lastMessage(TestNode from, TestNode to) {
    Late late = Objects.requireNonNull(sent.get(from.index + "-" + to.index));
    return () -> to.on(new ClusterEvent.Received(late.linkId(), late.bytes()));
  }

  void cut(TestNode a, TestNode b) {
    cuts.add(a.index + "-" + b.index);
    cuts.add(b.index + "-" + a.index);
  }

  void isolate(TestNode... side) {
    List<TestNode> inside = List.of(side);
    for (TestNode a : inside) {
      for (TestNode b : nodes) {
        if (!inside.contains(b)) {
          cut(a, b);
        }
      }
    }
  }

  void heal() {
    cuts.clear();
  }

  private boolean isCut(TestNode a, TestNode b) {
    return cuts.contains(a.index + "-" + b.index);
  }
}
