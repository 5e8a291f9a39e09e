package io.skein.simulator.sentinel;

import java.util.PriorityQueue;

/// Virtual time in milliseconds, and what is to happen in it.
final class Timeline {
  private record Entry(long atMs, long order, Runnable action) implements Comparable<Entry> {
    @Override
    public int compareTo(Entry other) {
      int byTime = Long.compare(atMs, other.atMs);
      return byTime != 0 ? byTime : Long.compare(order, other.order);
    }
  }

  private final PriorityQueue<Entry> queue = new PriorityQueue<>();
  private long nowMs = 1_700_000_000_000L;
  private long sequence;

  long nowMs() {
    return nowMs;
  }

  void after(long delayMs, Runnable action) {
    queue.add(new Entry(nowMs + Math.max(0, delayMs), sequence++, action));
  }

  /// Lets the next thing happen; false when there is none until `endMs`.
  boolean step(long endMs) {
    Entry next = queue.peek();
    if (next == null || next.atMs() > endMs) {
      nowMs = Math.max(nowMs, endMs);
      return false;
    }
    queue.poll();
    nowMs = next.atMs();
    next.action().run();
    return true;
  }
}
