package io.skein.engine.value;

import io.skein.engine.bytes.Memory;
import java.util.Arrays;

/// One end of a range of a sorted set: a point between two elements, told by a score or by a
/// member.
///
/// A range is what lies before its second bound and not before its first. Bounds by member make
/// sense where all scores are the same, and do not look at them.
public final class SortedSetBound {
  private static final byte[] NOTHING = new byte[0];

  /// Before all elements.
  public static final SortedSetBound START = new SortedSetBound(Point.START, 0, NOTHING, 0, 0);

  /// Behind all elements.
  public static final SortedSetBound END = new SortedSetBound(Point.END, 0, NOTHING, 0, 0);

  private enum Point {
    START,
    BEFORE_SCORE,
    BEHIND_SCORE,
    BEFORE_MEMBER,
    BEHIND_MEMBER,
    END
  }

  private final Point point;
  private final double score;
  private final byte[] array;
  private final int offset;
  private final int length;

  private SortedSetBound(Point point, double score, byte[] array, int offset, int length) {
    this.point = point;
    this.score = score;
    this.array = array;
    this.offset = offset;
    this.length = length;
  }

  /// Before the elements with this score.
  public static SortedSetBound beforeScore(double score) {
    return new SortedSetBound(Point.BEFORE_SCORE, score, NOTHING, 0, 0);
  }

  /// Behind the elements with this score.
  public static SortedSetBound behindScore(double score) {
    return new SortedSetBound(Point.BEHIND_SCORE, score, NOTHING, 0, 0);
  }

  /// Before the member that the slice is, or would be.
  public static SortedSetBound beforeMember(byte[] b, int offset, int length) {
    return new SortedSetBound(Point.BEFORE_MEMBER, 0, b, offset, length);
  }

  /// Behind the member that the slice is, or would be.
  public static SortedSetBound behindMember(byte[] b, int offset, int length) {
    return new SortedSetBound(Point.BEHIND_MEMBER, 0, b, offset, length);
  }

  /// Whether it takes the member to tell on which side of the bound an element lies.
  boolean needsMember() {
    return point == Point.BEFORE_MEMBER || point == Point.BEHIND_MEMBER;
  }

  /// Whether an element with this score lies before the bound; not if [#needsMember].
  boolean isBehind(double other) {
    return switch (point) {
      case START -> false;
      case BEFORE_SCORE -> other < score;
      case BEHIND_SCORE -> other <= score;
      default -> true;
    };
  }

  /// Whether an element with this member lies before the bound; only if [#needsMember].
  boolean isBehind(long address, int bytes) {
    int order = Memory.compare(address, bytes, array, offset, length);
    return point == Point.BEFORE_MEMBER ? order < 0 : order <= 0;
  }

  /// As [#isBehind(long, int)], for a member in the first bytes of an array.
  boolean isBehind(byte[] b, int bytes) {
    int order = Arrays.compareUnsigned(b, 0, bytes, array, offset, offset + length);
    return point == Point.BEFORE_MEMBER ? order < 0 : order <= 0;
  }
}
