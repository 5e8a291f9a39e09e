package io.skein.simulator;

import java.util.PriorityQueue;

/// Virtual time, and what is to happen in it: in order of time, and of scheduling where that is
/// equal.
///
/// Times are microseconds since the simulation began.
final class Schedule {
  private final PriorityQueue<Entry> queue = new PriorityQueue<>();
  private final Trace trace;
  private long nowUs;
  private long sequence;
  private long steps;

  private record Entry(long atUs, long order, Runnable action) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      int byTime = Long.compare(atUs, other.atUs);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  Schedule(Trace trace) {
    this.trace = trace;
  }

  long nowUs() {
    return nowUs;
  }

  /// How many events have happened.
  long steps() {
    return steps;
  }

  void at(long atUs, Runnable action) {
    queue.add(new Entry(Math.max(atUs, nowUs), sequence++, action));
  }

  void after(long delayUs, Runnable action) {
    at(nowUs + delayUs, action);
  }

  /// Lets the next event happen, unless it lies after `endUs`: then the time is `endUs`, and the
  /// answer false.
  boolean step(long endUs) {
    Entry next = queue.peek();
    if (next == null || next.atUs() > endUs) {
      nowUs = Math.max(nowUs, endUs);
      return false;
    }
    queue.poll();
    nowUs = next.atUs();
    steps++;
    trace.fold(nowUs);
    trace.fold(next.order());
    next.action().run();
    return true;
  }
}
