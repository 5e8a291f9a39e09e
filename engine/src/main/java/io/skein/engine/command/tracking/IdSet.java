package io.skein.engine.command.tracking;

import java.util.function.LongConsumer;

/// A set of ids, which are positive: open addressing in an array that is at most three quarters
/// full.
final class IdSet {
  private long[] slots = new long[2];
  private int size;

  /// Adds `id`; false when it was there.
  boolean add(long id) {
    int i = place(slots, id);
    if (slots[i] == id) {
      return false;
    }
    if ((size + 1) * 4 > slots.length * 3) {
      long[] larger = new long[slots.length * 2];
      forEach(old -> larger[place(larger, old)] = old);
      slots = larger;
      i = place(slots, id);
    }
    slots[i] = id;
    size++;
    return true;
  }

  private static int place(long[] in, long id) {
    int mask = in.length - 1;
    int i = (int) (id * 0x9E3779B97F4A7C15L >>> 40) & mask;
    while (in[i] != 0 && in[i] != id) {
      i = i + 1 & mask;
    }
    return i;
  }

  int size() {
    return size;
  }

  int bytes() {
    return 56 + slots.length * Long.BYTES;
  }

  void forEach(LongConsumer action) {
    for (long id : slots) {
      if (id != 0) {
        action.accept(id);
      }
    }
  }
}
