package io.skein.engine.replication;

import io.skein.engine.config.DisklessLoad;
import io.skein.engine.log.LogReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Connects [TestNode]s in memory, in virtual time, with pieces of random sizes.
final class TestNet {
  final Random random;
  final List<TestNode> nodes = new ArrayList<>();
  private final Deque<Runnable> events = new ArrayDeque<>();
  private final Map<Long, Link> links = new TreeMap<>();
  private long nextLink = 1;
  long nowMs = 1_000_000;

  /// How many bytes of the stream a link carries before it is cut, or -1.
  long cutAfterBytes = -1;

  /// Whether connections take the stream that primaries have for them.
  boolean stalled;

  /// One connection: the replica knows it by its own number, the primary by the client's.
  private static final class Link {
    final long clientId;
    final TestNode replica;
    final long replicaLink;
    final TestNode primary;
    final TestParser commands = new TestParser();
    boolean streaming;
    boolean open = true;

    Link(long clientId, TestNode replica, long replicaLink, TestNode primary) {
      this.clientId = clientId;
      this.replica = replica;
      this.replicaLink = replicaLink;
      this.primary = primary;
    }
  }

  TestNet(long seed) {
    random = new Random(seed);
  }

  TestNode add(PrimarySettings settings) {
    return add(settings, DisklessLoad.DISABLED);
  }

  TestNode add(PrimarySettings settings, DisklessLoad load) {
    TestNode node = new TestNode(nodes.size(), this, settings, load);
    nodes.add(node);
    return node;
  }

  String freshId() {
    StringBuilder id = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      id.append(Character.forDigit(random.nextInt(16), 16));
    }
    return id.toString();
  }

  // ---- what nodes ask

  void connect(TestNode from, long replicaLink, int port) {
    events.add(() -> {
      int id = port - TestNode.PORT_BASE;
      if (id < 0 || id >= nodes.size()) {
        from.replicaEvent(new ReplicaEvent.Refused(replicaLink, "Connection refused"));
        return;
      }
      Link link = new Link(nextLink++, from, replicaLink, nodes.get(id));
      links.put(link.clientId, link);
      from.replicaEvent(new ReplicaEvent.Opened(replicaLink));
    });
  }

  void toPrimary(TestNode from, long replicaLink, byte[] bytes) {
    Link link = ofReplica(from, replicaLink);
    if (link != null) {
      events.add(() -> atPrimary(link, bytes));
    }
  }

  private void atPrimary(Link link, byte[] bytes) {
    if (!link.open) {
      return;
    }
    link.commands.add(bytes, 0, bytes.length);
    while (link.open) {
      List<byte[]> words = link.commands.next();
      if (words == null) {
        return;
      }
      link.primary.clientCommand(link.clientId, words);
    }
  }

  void toReplica(TestNode from, long clientId, byte[] bytes) {
    Link link = links.get(clientId);
    if (link == null || link.primary != from || !link.open) {
      return;
    }
    for (int at = 0; at < bytes.length; ) {
      int start = at;
      int n = Math.min(bytes.length - at, 1 + random.nextInt(40));
      events.add(() -> {
        if (link.open) {
          link.replica.replicaEvent(new ReplicaEvent.Received(link.replicaLink, bytes, start, n));
        }
      });
      at += n;
    }
  }

  void closeFromPrimary(TestNode from, long clientId) {
    Link link = links.get(clientId);
    if (link != null && link.open && link.primary == from) {
      events.add(() -> cut(link, "closed by the primary"));
    }
  }

  void closeFromReplica(TestNode from, long replicaLink) {
    Link link = ofReplica(from, replicaLink);
    if (link != null) {
      link.open = false;
      links.remove(link.clientId);
      events.add(() -> link.primary.primaryEvent(new PrimaryEvent.Closed(link.clientId)));
    }
  }

  void streaming(TestNode from, long clientId) {
    Link link = links.get(clientId);
    if (link != null) {
      link.streaming = true;
    }
    pump(from);
  }

  /// Sends what primaries have for their replicas.
  void pump(TestNode from) {
    if (stalled) {
      return;
    }
    for (Link link : List.copyOf(links.values())) {
      LogReader reader = link.primary == from && link.streaming ? from.reader(link.clientId) : null;
      while (reader != null && reader.remaining() > 0) {
        byte[] piece = new byte[1 + random.nextInt(60)];
        int n = reader.read(piece, 0, piece.length);
        if (cutAfterBytes >= 0) {
          n = (int) Math.min(n, cutAfterBytes);
          cutAfterBytes -= n;
        }
        toReplica(from, link.clientId, java.util.Arrays.copyOf(piece, n));
        if (cutAfterBytes == 0) {
          cutAfterBytes = -1;
          events.add(() -> cut(link, "cut by the test"));
          return;
        }
      }
    }
  }

  private void cut(Link link, String reason) {
    if (!link.open) {
      return;
    }
    link.open = false;
    links.remove(link.clientId);
    link.primary.primaryEvent(new PrimaryEvent.Closed(link.clientId));
    link.replica.replicaEvent(new ReplicaEvent.Closed(link.replicaLink, reason));
  }

  // ---- what tests ask

  /// Cuts every link of which `node` is the replica.
  void cutLinksOf(TestNode node) {
    for (Link link : List.copyOf(links.values())) {
      if (link.replica == node) {
        cut(link, "cut by the test");
      }
    }
  }

  /// Makes a link to `node` stop carrying anything in either direction, without being closed.
  void silence(TestNode node) {
    for (Link link : List.copyOf(links.values())) {
      if (link.replica == node) {
        link.open = false;
      }
    }
  }

  /// Lets virtual time pass, with all that happens in it.
  void run(long ms) {
    long end = nowMs + ms;
    settle();
    while (true) {
      long next = end;
      for (TestNode node : nodes) {
        next = Math.min(next, node.primary.nextDeadlineMs());
        next = Math.min(next, node.replica.nextDeadlineMs());
        next = Math.min(next, node.failover.nextDeadlineMs());
      }
      nowMs = Math.max(nowMs, next);
      for (TestNode node : nodes) {
        node.tick();
      }
      settle();
      if (nowMs >= end) {
        return;
      }
    }
  }

  /// Carries out everything that is under way.
  void settle() {
    while (!events.isEmpty()) {
      events.removeFirst().run();
    }
  }

  /// Carries out one thing that is under way; returns whether there was one.
  boolean step() {
    Runnable event = events.pollFirst();
    if (event == null) {
      return false;
    }
    event.run();
    return true;
  }

  private @Nullable Link ofReplica(TestNode node, long replicaLink) {
    for (Link link : links.values()) {
      if (link.replica == node && link.replicaLink == replicaLink && link.open) {
        return link;
      }
    }
    return null;
  }
}
