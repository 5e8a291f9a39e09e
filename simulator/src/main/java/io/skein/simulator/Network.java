package io.skein.simulator;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// A network of machines and the connections between them, as TCP makes them.
///
/// - What is sent on a connection arrives in order, or not at all; streams between nodes arrive cut
///   anywhere, and a process that dies may leave half a message behind.
/// - What is sent into a partition waits and is sent again after it; nobody is told.
/// - A process that is killed has its connections closed by its machine; if that cannot reach the
///   other end, that end learns of it when it sends something.
/// - A machine without power answers nothing; with a paused process it takes in what arrives.
final class Network {
  private static final long CONNECT_RETRY_US = 1_000_000;
  private static final long CONNECT_TIMEOUT_US = 3_000_000;
  private static final int MAX_RESEND_US = 800_000;

  /// Which part of what is streamed is cut in two, and how long the second half takes at most.
  private static final int TORN_ONE_IN = 16;

  private static final int MAX_TAIL_US = 5000;
  private static final byte[] NOTHING = {};

  /// The other end was closed: nothing comes after this.
  private record End() {}

  private static final End END = new End();

  private final Schedule schedule;
  private final SplittableRandom random;
  private final Trace trace;
  private final int[][] walls;
  private final LinkedHashSet<Side> stalled = new LinkedHashSet<>();
  private final LinkedHashSet<Side> all = new LinkedHashSet<>();
  private int baseUs;
  private int slowPerMille = 10;
  private int slowUs = 30_000;
  private int torn;

  Network(Schedule schedule, Trace trace, SplittableRandom random, int hosts, int baseUs) {
    this.schedule = schedule;
    this.trace = trace;
    this.random = random;
    this.walls = new int[hosts][hosts];
    this.baseUs = baseUs;
  }

  /// How long messages take: about `base`, and now and then up to `slow` more.
  void delays(int base, int slow, int perMille) {
    baseUs = base;
    slowUs = slow;
    slowPerMille = perMille;
  }

  private long delayUs() {
    long delay = baseUs / 2L + random.nextInt(baseUs);
    return random.nextInt(1000) < slowPerMille ? delay + random.nextInt(slowUs) : delay;
  }

  // ---- partitions

  /// Nothing that `from` sends reaches `to` until [#open]; walls add up.
  void wall(Host from, Host to) {
    walls[from.number][to.number]++;
  }

  /// Takes one wall away.
  void unwall(Host from, Host to) {
    walls[from.number][to.number]--;
    resend();
  }

  boolean isWalled(Host from, Host to) {
    return walls[from.number][to.number] > 0;
  }

  /// Whether two machines can talk with each other.
  boolean isOpen(Host one, Host other) {
    return !isWalled(one, other) && !isWalled(other, one) && !one.dark && !other.dark;
  }

  /// Something may pass again: what was stalled is sent again after a while.
  void resend() {
    for (Side side : List.copyOf(stalled)) {
      if (passes(side)) {
        stalled.remove(side);
        schedule.after(1 + random.nextInt(MAX_RESEND_US), () -> drain(side));
      }
    }
  }

  private boolean passes(Side target) {
    Side from = target.other;
    return from != null && !target.deaf && !target.host.dark && !isWalled(from.host, target.host);
  }

  private void drain(Side side) {
    if (!passes(side)) {
      if (!side.stalled.isEmpty()) {
        stalled.add(side);
      }
      return;
    }
    while (!side.stalled.isEmpty()) {
      deliver(side, side.stalled.removeFirst());
    }
  }

  // ---- connections

  /// Connects to a port; `handler` is told how it went.
  Side connect(Host from, Lane lane, Host to, int port, Handler handler) {
    Side side = new Side(from, lane, handler);
    side.open = true;
    from.sides.add(side);
    long deadline = schedule.nowUs() + CONNECT_TIMEOUT_US;
    schedule.after(delayUs(), () -> attempt(side, to, port, deadline));
    return side;
  }

  private void attempt(Side side, Host to, int port, long deadlineUs) {
    if (!side.isLive()) {
      return;
    }
    if (!isOpen(side.host, to)) {
      if (schedule.nowUs() + CONNECT_RETRY_US > deadlineUs) {
        tell(side, () -> lose(side, "timeout"));
      } else {
        schedule.after(CONNECT_RETRY_US, () -> attempt(side, to, port, deadlineUs));
      }
      return;
    }
    Side end = accepted(to, port);
    if (end == null) {
      schedule.after(delayUs(), () -> tell(side, () -> refuse(side)));
      return;
    }
    end.open = true;
    end.other = side;
    side.other = end;
    to.sides.add(end);
    all.add(end);
    tell(end, () -> end.handler.opened(end));
    schedule.after(delayUs(), () -> tell(side, () -> side.handler.opened(side)));
  }

  private static @Nullable Side accepted(Host to, int port) {
    if (!to.alive) {
      return null;
    }
    Side end = new Side(to, to.lane(port), Handler.NOBODY);
    Handler handler = to.accept(port, end);
    if (handler == null) {
      return null;
    }
    end.handler = handler;
    return end;
  }

  private void refuse(Side side) {
    forget(side);
    side.handler.refused(side);
  }

  private static void tell(Side side, Runnable work) {
    if (side.isLive()) {
      side.lane.give(() -> {
        if (side.isLive()) {
          work.run();
        }
      });
    }
  }

  private void forget(Side side) {
    side.open = false;
    side.host.sides.remove(side);
    all.remove(side);
  }

  private void lose(Side side, String reason) {
    forget(side);
    side.handler.closed(side, reason);
  }

  void send(Side from, Object message) {
    Side to = from.other;
    if (from.isLive() && to != null) {
      post(from, to, message);
    }
  }

  /// Sends bytes of a stream, which may arrive in pieces, and together with those that come next.
  void stream(Side from, byte[] bytes) {
    byte[] all = bytes;
    if (from.tail.length > 0) {
      all = Arrays.copyOf(from.tail, from.tail.length + bytes.length);
      System.arraycopy(bytes, 0, all, from.tail.length, bytes.length);
      from.tail = NOTHING;
    }
    if (all.length < 2 || random.nextInt(TORN_ONE_IN) != 0) {
      send(from, all);
      return;
    }
    torn++;
    int cut = 1 + random.nextInt(all.length - 1);
    send(from, Arrays.copyOf(all, cut));
    from.tail = Arrays.copyOfRange(all, cut, all.length);
    schedule.after(1 + random.nextInt(MAX_TAIL_US), () -> sendTail(from));
  }

  /// How often a stream was cut.
  int torn() {
    return torn;
  }

  private void sendTail(Side from) {
    byte[] tail = from.tail;
    from.tail = NOTHING;
    if (tail.length > 0) {
      send(from, tail);
    }
  }

  private void post(Side from, Side to, Object message) {
    long arrival = Math.max(schedule.nowUs() + delayUs(), from.lastArrivalUs);
    from.lastArrivalUs = arrival;
    schedule.at(arrival, () -> arrive(to, message));
  }

  private void arrive(Side to, Object message) {
    if (to.deaf) {
      return;
    }
    if (!to.stalled.isEmpty() || !passes(to)) {
      to.stalled.addLast(message);
      stalled.add(to);
    } else {
      deliver(to, message);
    }
  }

  private void deliver(Side to, Object message) {
    if (message instanceof byte[] bytes) {
      trace.fold(bytes);
    }
    Side from = to.other;
    if (to.isLive()) {
      tell(
          to,
          () -> {
            if (message instanceof End) {
              lose(to, "closed by the other end");
            } else {
              to.handler.received(to, message);
            }
          });
    } else if (from != null && !(message instanceof End)) {
      // The process that this was meant for is gone: its machine says so.
      schedule.after(delayUs(), () -> reset(from, to));
    }
  }

  private void reset(Side side, Side by) {
    if (!isWalled(by.host, side.host) && !side.deaf && !by.host.dark) {
      tell(side, () -> lose(side, "reset"));
    }
  }

  /// Closes this end; the other learns of it after all that was sent before.
  void close(Side side) {
    sendTail(side);
    boolean live = side.isLive();
    forget(side);
    Side to = side.other;
    if (live && to != null) {
      post(side, to, END);
    }
  }

  /// The process of `host` died. Its machine, if it has power, closes the connections; that may get
  /// lost in a partition.
  void abandon(Host host) {
    for (Side side : List.copyOf(host.sides)) {
      Side to = side.other;
      if (random.nextBoolean()) {
        sendTail(side);
      }
      if (!host.dark && to != null && (!isWalled(host, to.host) || random.nextBoolean())) {
        post(side, to, END);
      }
      forget(side);
    }
  }

  // ---- faults of single connections

  /// Resets a connection at both ends, or makes it lose everything in one direction or both from
  /// now on without anybody noticing.
  void breakOne(boolean silently) {
    if (all.isEmpty()) {
      return;
    }
    int index = random.nextInt(all.size());
    Side end = all.stream().skip(index).findFirst().orElseThrow();
    Side other = end.other;
    if (other == null) {
      return;
    }
    if (silently) {
      // What has lost something once never gets anything again: streams have no gaps.
      boolean here = random.nextBoolean();
      boolean there = !here || random.nextBoolean();
      end.deaf |= here;
      other.deaf |= there;
    } else {
      tell(end, () -> lose(end, "reset"));
      tell(other, () -> lose(other, "reset"));
    }
  }
}
