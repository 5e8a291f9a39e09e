package io.skein.engine.cluster.bus;

import static io.skein.engine.bytes.Slot.SLOT_COUNT;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// An immutable set of hash slots, held as the bitmap that travels on the bus.
///
/// Slot `s` is bit `s & 63` of word `s >> 6`, which as little-endian bytes is the bitmap of Redis:
/// byte `s / 8`, bit `s & 7`. Of the words only those from the first to the last that are not zero
/// are kept, since each of a thousand nodes has few slots, and every one knows the slots of all.
public final class SlotSet {
  /// The length of the bitmap on the wire.
  public static final int BYTES = SLOT_COUNT / 8;

  static final int WORDS = SLOT_COUNT / 64;

  /// The set without slots.
  public static final SlotSet EMPTY = new SlotSet(0, new long[0]);

  /// The set of all slots.
  public static final SlotSet ALL = ofRange(0, SLOT_COUNT - 1);

  /// The index of the first word that is kept; 0 when there is none.
  private final int base;

  /// Neither begins nor ends with zero.
  private final long[] words;

  private final int size;

  /// @param all the words from index `from` on
  private SlotSet(int from, long[] all) {
    int first = 0;
    int end = all.length;
    while (first < end && all[first] == 0) {
      first++;
    }
    while (end > first && all[end - 1] == 0) {
      end--;
    }
    base = first == end ? 0 : from + first;
    words = Arrays.copyOfRange(all, first, end);
    int count = 0;
    for (long word : words) {
      count += Long.bitCount(word);
    }
    this.size = count;
  }

  /// The set whose bitmap is `words` (256 of them, copied).
  public static SlotSet ofWords(long[] words) {
    return new SlotSet(0, words);
  }

  /// The set whose bitmap has `words` from word number `from` on (copied), and is zero elsewhere.
  public static SlotSet ofWords(int from, long[] words) {
    return new SlotSet(from, words);
  }

  /// The set of the slots `first` to `last`, both included.
  public static SlotSet ofRange(int first, int last) {
    long[] words = new long[WORDS];
    for (int slot = first; slot <= last; slot++) {
      words[slot >> 6] |= 1L << slot;
    }
    return new SlotSet(0, words);
  }

  /// The set of the given slots, each between 0 and 16383.
  public static SlotSet of(int... slots) {
    long[] words = new long[WORDS];
    for (int slot : slots) {
      words[slot >> 6] |= 1L << slot;
    }
    return new SlotSet(0, words);
  }

  /// A copy of the 256 words of the bitmap.
  public long[] toWords() {
    long[] all = new long[WORDS];
    System.arraycopy(words, 0, all, base, words.length);
    return all;
  }

  /// The word that holds the slots from `64 * index` on.
  public long word(int index) {
    int at = index - base;
    return at >= 0 && at < words.length ? words[at] : 0;
  }

  public boolean contains(int slot) {
    return (word(slot >> 6) & 1L << slot) != 0;
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
    for (int i = 0; i < result.length; i++) {
      result[i] &= ~other.word(base + i);
    }
    return new SlotSet(base, result);
  }

  /// The smallest slot of this set that is at least `from`, or -1 when there is none.
  public int nextSlot(int from) {
    if (from >= SLOT_COUNT) {
      return -1;
    }
    int at = Math.max(0, (from >> 6) - base);
    if (at >= words.length) {
      return -1;
    }
    long word = at + base == (from >> 6) ? words[at] & -1L << from : words[at];
    while (word == 0) {
      if (++at == words.length) {
        return -1;
      }
      word = words[at];
    }
    return ((base + at) << 6) + Long.numberOfTrailingZeros(word);
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
    return other instanceof SlotSet set && base == set.base && Arrays.equals(words, set.words);
  }

  @Override
  public int hashCode() {
    return 31 * base + Arrays.hashCode(words);
  }

  @Override
  public String toString() {
    return ranges().toString();
  }
}
