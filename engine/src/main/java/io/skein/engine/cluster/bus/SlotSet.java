package io.skein.engine.cluster.bus;

import static io.skein.engine.bytes.Slot.SLOT_COUNT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// An immutable set of hash slots, held as the bitmap that travels on the bus.
///
/// Slot `s` is bit `s & 63` of word `s >> 6`, which as little-endian bytes is the bitmap of Redis:
/// byte `s / 8`, bit `s & 7`.
public final class SlotSet {
  /// The length of the bitmap on the wire.
  public static final int BYTES = SLOT_COUNT / 8;

  static final int WORDS = SLOT_COUNT / 64;

  /// The set without slots.
  public static final SlotSet EMPTY = new SlotSet(new long[WORDS]);

  /// The set of all slots.
  public static final SlotSet ALL = ofRange(0, SLOT_COUNT - 1);

  private final long[] words;
  private final int size;

  private SlotSet(long[] words) {
    this.words = words;
    int count = 0;
    for (long word : words) {
      count += Long.bitCount(word);
    }
    this.size = count;
  }

  /// The set whose bitmap is `words` (256 of them, copied).
  public static SlotSet ofWords(long[] words) {
    return new SlotSet(Arrays.copyOf(words, WORDS));
  }

  /// The set of the slots `first` to `last`, both included.
  public static SlotSet ofRange(int first, int last) {
    long[] words = new long[WORDS];
    for (int slot = first; slot <= last; slot++) {
      words[slot >> 6] |= 1L << slot;
    }
    return new SlotSet(words);
  }

  /// The set of the given slots, each between 0 and 16383.
  public static SlotSet of(int... slots) {
    long[] words = new long[WORDS];
    for (int slot : slots) {
      words[slot >> 6] |= 1L << slot;
    }
    return new SlotSet(words);
  }

  /// A copy of the 256 words of the bitmap.
  public long[] toWords() {
    return words.clone();
  }

  /// The word that holds the slots from `64 * index` on.
  public long word(int index) {
    return words[index];
  }

  public boolean contains(int slot) {
    return (words[slot >> 6] & 1L << slot) != 0;
  }

  public int size() {
    return size;
  }

  public boolean isEmpty() {
    return size == 0;
  }

  /// The slots of this set that are not in `other`.
  public SlotSet minus(SlotSet other) {
    long[] result = words.clone();
    for (int i = 0; i < WORDS; i++) {
      result[i] &= ~other.words[i];
    }
    return new SlotSet(result);
  }

  /// The smallest slot of this set that is at least `from`, or -1 when there is none.
  public int nextSlot(int from) {
    if (from >= SLOT_COUNT) {
      return -1;
    }
    int index = from >> 6;
    long word = words[index] & -1L << from;
    while (word == 0) {
      if (++index == WORDS) {
        return -1;
      }
      word = words[index];
    }
    return (index << 6) + Long.numberOfTrailingZeros(word);
  }

  /// The runs of consecutive slots, ascending.
  public List<SlotRange> ranges() {
    List<SlotRange> ranges = new ArrayList<>();
    int slot = nextSlot(0);
    while (slot >= 0) {
      int last = slot;
      while (last + 1 < SLOT_COUNT && contains(last + 1)) {
        last++;
      }
      ranges.add(new SlotRange(slot, last));
      slot = nextSlot(last + 1);
    }
    return ranges;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SlotSet set && Arrays.equals(words, set.words);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(words);
  }

  @Override
  public String toString() {
    return ranges().toString();
  }
}
