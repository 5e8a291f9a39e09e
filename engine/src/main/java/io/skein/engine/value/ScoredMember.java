package io.skein.engine.value;

import java.util.Arrays;
import java.util.Comparator;

/// An element of a sorted set that lies on the heap: one of a result that is being put together.
public final class ScoredMember {
  /// By score and, where scores are the same, by the members' bytes.
  public static final Comparator<ScoredMember> ORDER =
      (a, b) -> {
        if (a.score != b.score) {
          return a.score < b.score ? -1 : 1;
        }
        return Arrays.compareUnsigned(a.member, b.member);
      };

  private final byte[] member;
  private double score;

  /// An element; the array is not copied.
  public ScoredMember(byte[] member, double score) {
    this.member = member;
    this.score = score;
  }

  public byte[] member() {
    return member;
  }

  public double score() {
    return score;
  }

  public void score(double other) {
    score = other;
  }
}
