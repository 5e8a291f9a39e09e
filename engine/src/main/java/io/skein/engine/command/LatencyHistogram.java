package io.skein.engine.command;

/// Counts of durations in buckets whose width grows with the duration: 1/16 of it at most.
///
/// The range is 1 nanosecond to about 17 minutes; a longer duration counts in the last bucket.
public final class LatencyHistogram {
  private static final int SUB_BITS = 4;
  private static final int SUB = 1 << SUB_BITS;
  private static final int OCTAVES = 40;

  private final long[] counts = new long[SUB * OCTAVES];
  private long total;

  /// Adds `count` durations of `nanos`.
  public void record(long nanos, long count) {
    counts[bucket(nanos)] += count;
    total += count;
  }

  /// The number of durations recorded.
  public long total() {
    return total;
  }

  /// The duration, in nanoseconds, that `percent` of all durations do not exceed.
  public long percentile(double percent) {
    long wanted = Math.max(1, (long) Math.ceil(total * percent / 100));
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= wanted) {
        return highest(i);
      }
    }
    return 0;
  }

  /// The number of durations of at most `nanos`.
  public long countUpTo(long nanos) {
    long seen = 0;
    for (int i = 0; i <= bucket(nanos); i++) {
      seen += counts[i];
    }
    return seen;
  }

  private static int bucket(long nanos) {
    long n = Math.max(0, nanos);
    if (n < SUB) {
      return (int) n;
    }
    int octave = 63 - Long.numberOfLeadingZeros(n) - SUB_BITS;
    int index = (octave + 1) * SUB + (int) (n >>> octave & SUB - 1);
    return Math.min(index, SUB * OCTAVES - 1);
  }

  private static long highest(int bucket) {
    if (bucket < SUB) {
      return bucket;
    }
    int octave = bucket / SUB - 1;
    return ((long) (bucket % SUB + SUB + 1) << octave) - 1;
  }
}
