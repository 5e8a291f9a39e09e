package io.skein.engine.structure;

/// One segment of a [HashTable], packed into a long: where its buckets are, how many, and how long
/// its prefix is.
///
/// ```
/// reference : 40 | number of buckets : 8 | depth, the number of leading position bits all its entries share : 8
/// ```
///
/// A position is the upper 48 bits of a hash. Within a segment, the bits after the prefix are
/// mapped to a bucket by their range, so that entries of a lower bucket have lower positions
/// whatever the number of buckets.
final class Segment {
  static final int POSITION_BITS = 48;
  static final long POSITIONS = 1L << POSITION_BITS;

  /// Stands for a segment that does not exist.
  static final long NONE = 0;

  private Segment() {}

  static long pack(long ref, int buckets, int depth) {
    return ref << 16 | (long) buckets << 8 | depth;
  }

  static long ref(long segment) {
    return segment >>> 16;
  }

  static int buckets(long segment) {
    return (int) (segment >>> 8) & 0xff;
  }

  static int depth(long segment) {
    return (int) segment & 0xff;
  }

  /// The bucket that holds the entries of a position.
  static int bucketOf(long segment, long position) {
    long rest = (position << depth(segment)) & (POSITIONS - 1);
    return (int) (rest * buckets(segment) >>> POSITION_BITS);
  }

  /// The first position of a segment that holds `position`.
  static long start(long segment, long position) {
    return position & -(POSITIONS >>> depth(segment));
  }

  /// The first position of bucket `bucket` of a segment that starts at `start`; of the bucket after
  /// the last one, where the segment ends.
  static long bucketStart(long segment, long start, int bucket) {
    int buckets = buckets(segment);
    int depth = depth(segment);
    long rest = (((long) bucket << POSITION_BITS) + buckets - 1) / buckets;
    return start + (rest + (1L << depth) - 1 >>> depth);
  }
}
