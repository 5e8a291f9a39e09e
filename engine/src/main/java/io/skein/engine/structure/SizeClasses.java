package io.skein.engine.structure;

/// The block sizes a [SlabArena] hands out, and how many pages a span of each takes.
///
/// Steps of four bytes up to 128, then eight sizes per doubling. Every multiple of 64 is rounded to
/// a multiple of 64, so that such blocks are aligned to a cache line wherever they lie in a span.
final class SizeClasses {
  /// The largest block that shares a span with others.
  static final int MAX_SMALL = 128 * 1024;

  static final int PAGE_BYTES = 64 * 1024;

  /// A block must have room for what the hot paths load at once from its start.
  private static final int MIN_BYTES = 8;

  private static final int FINE_LIMIT = 128;
  private static final int FINE_CLASSES = FINE_LIMIT / 4;
  private static final int MAX_SPAN_PAGES = 16;

  /// How much of a span may be left over at its end: one part in so many.
  private static final int TAIL_FRACTION = 100;

  static final int COUNT = indexOf(MAX_SMALL) + 1;

  private static final int[] BYTES = new int[COUNT];
  private static final byte[] PAGES = new byte[COUNT];

  static {
    for (int i = 0; i < COUNT; i++) {
      BYTES[i] = computeBytes(i);
      PAGES[i] = (byte) computePages(BYTES[i]);
    }
  }

  private SizeClasses() {}

  /// The class of the smallest blocks that hold `bytes`, which is at most [#MAX_SMALL].
  static int indexOf(int bytes) {
    if (bytes <= FINE_LIMIT) {
      return (Math.max(bytes, MIN_BYTES) + 3 >>> 2) - 1;
    }
    int log = 31 - Integer.numberOfLeadingZeros(bytes - 1);
    int eighth = (bytes - 1 >>> (log - 3)) & 7;
    return FINE_CLASSES + (log - 7) * 8 + eighth;
  }

  private static int computeBytes(int index) {
    if (index < FINE_CLASSES) {
      return (index + 1) * 4;
    }
    int log = 7 + (index - FINE_CLASSES >>> 3);
    int eighth = (index - FINE_CLASSES & 7) + 1;
    return (1 << log) + (eighth << (log - 3));
  }

  /// The fewest pages that leave little over at the end, or else those that leave the least.
  private static int computePages(int bytes) {
    int best = 0;
    double bestLeft = 1;
    for (int pages = 1; pages <= MAX_SPAN_PAGES; pages++) {
      int span = pages * PAGE_BYTES;
      double left = span < bytes ? 1 : (double) (span % bytes) / span;
      if (left * TAIL_FRACTION <= 1) {
        return pages;
      }
      if (left < bestLeft) {
        bestLeft = left;
        best = pages;
      }
    }
    return best;
  }

  /// The size of the blocks of a class.
  static int bytes(int index) {
    return BYTES[index];
  }

  /// How many pages a span of a class takes.
  static int pages(int index) {
    return PAGES[index];
  }
}
