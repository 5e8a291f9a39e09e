package io.skein.engine.keyspace;

import java.util.ArrayDeque;

/// Contents that were given up, and are freed bit by bit so that no client waits for it.
public final class LazyFree {
  private final ArrayDeque<Contents> pending = new ArrayDeque<>();
  private long freed;

  LazyFree() {}

  void add(Contents contents) {
    pending.add(contents);
  }

  /// Whether there is anything left to free.
  public boolean isEmpty() {
    return pending.isEmpty();
  }

  /// The number of entries that wait to be freed.
  public long pendingEntries() {
    long sum = 0;
    for (Contents contents : pending) {
      sum += contents.size();
    }
    return sum;
  }

  /// The number of entries freed since start.
  public long freedEntries() {
    return freed;
  }

  /// Frees about `entries` entries.
  public void step(int entries) {
    Contents first = pending.peek();
    if (first == null) {
      return;
    }
    if (first.snapshotIndex() >= 0) {
      // A snapshot still walks over it.
      pending.add(pending.remove());
      return;
    }
    long before = first.size();
    boolean done = first.free(entries);
    freed += before - first.size();
    if (done) {
      pending.remove();
    }
  }
}
