package io.skein.engine.keyspace;

import io.skein.engine.value.LargeValue;
import java.util.ArrayDeque;

/// What was given up, databases and large values, and is freed bit by bit so that no client waits
/// for it.
public final class LazyFree {
  /// Up to so many elements a value is freed at once: it is not worth the delay.
  private static final int SMALL = 64;

  private final ArrayDeque<Contents> pending = new ArrayDeque<>();
  private final ArrayDeque<LargeValue> values = new ArrayDeque<>();
  private long freed;
  private boolean onExpiry;
  private boolean onEviction;
  private boolean onOverwrite;

  LazyFree() {}

  void add(Contents contents) {
    pending.add(contents);
  }

  /// Frees a value now or, if it is worth it, bit by bit.
  void discard(LargeValue value, boolean lazily) {
    if (lazily && value.elements() > SMALL) {
      values.add(value);
    } else {
      value.freeAll();
    }
  }

  /// Which values are freed bit by bit that nobody asked to free so: those of keys that have
  /// expired, were evicted, and were overwritten.
  public void rules(boolean expired, boolean evicted, boolean overwritten) {
    onExpiry = expired;
    onEviction = evicted;
    onOverwrite = overwritten;
  }

  boolean onExpiry() {
    return onExpiry;
  }

  boolean onEviction() {
    return onEviction;
  }

  boolean onOverwrite() {
    return onOverwrite;
  }

  /// Whether there is anything left to free.
  public boolean isEmpty() {
    return pending.isEmpty() && values.isEmpty();
  }

  /// The number of entries and of values that wait to be freed.
  public long pendingEntries() {
    long sum = values.size();
    for (Contents contents : pending) {
      sum += contents.size();
    }
    return sum;
  }

  /// The number of entries and of values freed since start.
  public long freedEntries() {
    return freed;
  }

  /// Forgets how many were freed.
  public void resetStats() {
    freed = 0;
  }

  /// Frees about `entries` entries or elements.
  public void step(int entries) {
    LargeValue value = values.peek();
    if (value != null) {
      if (value.free(entries)) {
        values.remove();
        freed++;
      }
      return;
    }
    Contents first = pending.peek();
    if (first == null) {
      return;
    }
    if (first.isWalked()) {
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
