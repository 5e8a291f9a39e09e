package io.skein.engine.structure;

import java.util.Arrays;

/// A reusable list of entry references, filled by walks over a [HashTable].
public final class EntrySample {
  private long[] refs;
  private int count;

  /// An empty sample with room for `capacity` references; it grows as needed.
  public EntrySample(int capacity) {
    refs = new long[Math.max(1, capacity)];
  }

  public int count() {
    return count;
  }

  /// The reference at `index`, less than [#count].
  public long ref(int index) {
    return refs[index];
  }

  public void clear() {
    count = 0;
  }

  void add(long ref) {
    if (count == refs.length) {
      refs = Arrays.copyOf(refs, 2 * count);
    }
    refs[count++] = ref;
  }
}
