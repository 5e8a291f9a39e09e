package io.skein.engine.value;

/// The id of an entry of a stream: a time and a sequence number, both unsigned, in this order.
///
/// @param ms the time in Unix milliseconds
/// @param seq tells entries of the same millisecond apart
public record StreamId(long ms, long seq) implements Comparable<StreamId> {
  /// The least id, which no entry has.
  public static final StreamId ZERO = new StreamId(0, 0);

  /// The greatest id.
  public static final StreamId LAST = new StreamId(-1, -1);

  /// Compares two ids given by their parts.
  public static int compare(long ms, long seq, long otherMs, long otherSeq) {
    int order = Long.compareUnsigned(ms, otherMs);
    return order != 0 ? order : Long.compareUnsigned(seq, otherSeq);
  }

  @Override
  public int compareTo(StreamId other) {
    return compare(ms, seq, other.ms, other.seq);
  }

  /// Whether this is before `other`.
  public boolean isBefore(StreamId other) {
    return compareTo(other) < 0;
  }

  /// Whether this is behind `other`.
  public boolean isAfter(StreamId other) {
    return compareTo(other) > 0;
  }

  public boolean isZero() {
    return ms == 0 && seq == 0;
  }

  /// The next id; behind the greatest comes the least.
  public StreamId next() {
    return seq == -1 ? new StreamId(ms + 1, 0) : new StreamId(ms, seq + 1);
  }

  /// The id before this; before the least comes the greatest.
  public StreamId previous() {
    return seq == 0 ? new StreamId(ms - 1, -1) : new StreamId(ms, seq - 1);
  }
}
