package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.command.Outlet;
import io.skein.engine.command.Session;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Connections between [TestNode]s, in memory.
final class TestNetwork {
  private final Map<Integer, TestNode> nodes = new LinkedHashMap<>();
  private final Deque<Runnable> events = new ArrayDeque<>();
  private final List<Link> links = new ArrayList<>();
  private final List<TestNode> killed = new ArrayList<>();

  private Runnable beforeWork = () -> {};
  private boolean corrupting;
  private long cutAfterBytes = Long.MAX_VALUE;
  private boolean swallowing;

  /// Whether a byte of each large piece that a primary sends is changed on its way.
  void corruptPayloads(boolean on) {
    corrupting = on;
  }

  /// The connection that carries the byte after so many more ends before it.
  void cutAfter(long bytes) {
    cutAfterBytes = bytes;
  }

  /// Loses everything that is sent from now on, and nobody is told; once that is over, all
  /// connections end.
  void swallow(boolean on) {
    swallowing = on;
    if (!on) {
      cut();
    }
  }

  /// What is looked at after events have come, before work goes on that nobody waits for.
  void beforeWork(Runnable look) {
    beforeWork = look;
  }

  void add(TestNode node, int port) {
    nodes.put(port, node);
  }

  /// Has the node of the client `replica` follow that of `primary`, which is at port 7000.
  void follow(TestNode.Client primary, TestNode.Client replica) {
    primary.ask("CONFIG SET repl-diskless-sync-delay 0");
    assertEquals("+OK", replica.ask("REPLICAOF 127.0.0.1 7000"));
    pass(3000);
    assertTrue(replica.ask("INFO replication").contains("master_link_status:up"));
  }

  PeerLink connect(TestNode from, int port, PeerHandler handler) {
    Link link = new Link(from, handler);
    events.add(() -> link.open(nodes.get(port)));
    return link;
  }

  /// Lets everything happen that is under way.
  void settle() {
    do {
      while (!events.isEmpty()) {
        events.removeFirst().run();
      }
      for (TestNode node : nodes.values()) {
        node.runTurn();
        node.disk().complete();
        beforeWork.run();
        while (node.node().work(1_000_000)) {
          node.runTurn();
        }
      }
    } while (!events.isEmpty());
  }

  /// Lets time pass for all nodes.
  void pass(long ms) {
    for (long left = ms; left > 0; left -= 100) {
      for (TestNode node : nodes.values()) {
        node.advance(100);
      }
      settle();
    }
  }

  /// The process of the node at `port` is gone: nothing that it has not sent is sent any more.
  void kill(int port) {
    TestNode dead = Objects.requireNonNull(nodes.remove(port));
    killed.add(dead);
    for (Link link : List.copyOf(links)) {
      if (link.to == dead || link.from == dead) {
        link.cut("reset");
      }
    }
  }

  /// Cuts all connections.
  void cut() {
    for (Link link : List.copyOf(links)) {
      link.cut("cut");
    }
    settle();
  }

  /// One connection, from a replica to its primary.
  private final class Link implements PeerLink {
    private final TestNode from;
    private final PeerHandler handler;
    private @Nullable TestNode to;
    private @Nullable Session session;
    private boolean open = true;

    Link(TestNode from, PeerHandler handler) {
      this.from = from;
      this.handler = handler;
    }

    void open(@Nullable TestNode target) {
      if (!open || killed.contains(from)) {
        return;
      }
      if (target == null) {
        open = false;
        handler.refused("Connection refused");
        return;
      }
      to = target;
      links.add(this);
      session =
          Objects.requireNonNull(
              target.node().open(new Output(), "10.0.0.1:5", "10.0.0.2:6", false));
      handler.opened();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      byte[] copy = Arrays.copyOfRange(bytes, offset, offset + length);
      events.add(() -> deliver(copy, true));
    }

    private void deliver(byte[] whole, boolean toPrimary) {
      if (swallowing || !open) {
        return;
      }
      byte[] bytes = whole;
      if (whole.length > cutAfterBytes) {
        bytes = Arrays.copyOf(whole, (int) cutAfterBytes);
        cutAfterBytes = Long.MAX_VALUE;
        deliverAll(bytes, toPrimary);
        cut("cut at a byte");
      } else {
        cutAfterBytes -= cutAfterBytes == Long.MAX_VALUE ? 0 : whole.length;
        deliverAll(bytes, toPrimary);
      }
    }

    private void deliverAll(byte[] bytes, boolean toPrimary) {
      TestNode target = to;
      Session at = session;
      if (!open || target == null || at == null) {
        return;
      }
      if (toPrimary) {
        byte[] space = target.turn().space(at, bytes.length);
        System.arraycopy(bytes, 0, space, target.turn().spaceOffset(at), bytes.length);
        target.turn().received(at, bytes.length);
        target.runTurn();
      } else {
        if (corrupting && bytes.length > 60) {
          bytes[bytes.length - 1] ^= 1;
        }
        for (int i = 0; i < bytes.length; i += 1000) {
          handler.received(bytes, i, Math.min(1000, bytes.length - i));
        }
      }
    }

    @Override
    public void reading(boolean on) {}

    @Override
    public String remoteAddress() {
      return open ? "10.0.0.2:6" : "";
    }

    @Override
    public String localAddress() {
      return open ? "10.0.0.1:5" : "";
    }

    @Override
    public void close() {
      if (open) {
        end();
      }
    }

    void cut(String reason) {
      if (open) {
        end();
        if (!killed.contains(from)) {
          events.add(() -> handler.closed(reason));
        }
      }
    }

    private void end() {
      open = false;
      links.remove(this);
      TestNode target = to;
      Session over = session;
      if (target != null && over != null) {
        events.add(() -> target.node().closed(over));
      }
    }

    /// What the primary sends.
    private final class Output implements Outlet {
      @Override
      public void write(byte[] bytes, int offset, int length) {
        byte[] copy = Arrays.copyOfRange(bytes, offset, offset + length);
        events.add(() -> deliver(copy, false));
      }

      @Override
      public void close(boolean afterWrites) {
        events.add(() -> cut("closed"));
      }

      @Override
      public long pendingBytes() {
        return 0;
      }

      @Override
      public void resume() {}
    }
  }
}
