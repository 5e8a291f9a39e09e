package io.skein.engine.command.zset;

import io.skein.engine.command.Call;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.value.SortedSetBound;
import io.skein.engine.value.SortedSetValue;
import org.jspecify.annotations.Nullable;

/// Which elements one call of ZRANGE or one of its kin asks for, and in which direction.
final class Range {
  /// What the ends of a range are.
  enum By {
    RANK,
    SCORE,
    MEMBER
  }

  private static final CommandError LIMIT_BY_RANK =
      new CommandError(
          "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
  private static final CommandError SCORES_BY_MEMBER =
      new CommandError("ERR syntax error, WITHSCORES not supported in combination with BYLEX");

  private @Nullable By by;
  private boolean reverse;
  private boolean scored;
  private long offset;
  private long limit = -1;
  private long start;
  private long stop;
  private SortedSetBound lower = SortedSetBound.START;
  private SortedSetBound upper = SortedSetBound.END;

  // What it comes to in a sorted set.
  private int from;
  private int to;

  private Range(@Nullable By by, boolean reverse) {
    this.by = by;
    this.reverse = reverse;
  }

  /// Reads a range whose first end is argument `first`.
  ///
  /// @param by what its ends are, or null when options tell that and the direction
  /// @param stored whether the elements are stored and not replied
  static Range read(Call call, int first, @Nullable By by, boolean reverse, boolean stored) {
    Range range = new Range(by, reverse);
    range.readOptions(call, first + 2, by == null, stored);
    range.readEnds(call, first);
    return range;
  }

  private void readOptions(Call call, int first, boolean open, boolean stored) {
    for (int i = first; i < call.count(); i++) {
      if (!stored && call.is(i, "WITHSCORES")) {
        scored = true;
      } else if (call.is(i, "LIMIT") && i + 2 < call.count()) {
        offset = call.integer(++i);
        limit = call.integer(++i);
      } else if (open && !reverse && call.is(i, "REV")) {
        reverse = true;
      } else if (open && by == null && call.is(i, "BYLEX")) {
        by = By.MEMBER;
      } else if (open && by == null && call.is(i, "BYSCORE")) {
        by = By.SCORE;
      } else {
        throw Errors.SYNTAX;
      }
    }
    if (limit != -1 && by() == By.RANK) {
      throw LIMIT_BY_RANK;
    }
    if (scored && by == By.MEMBER) {
      throw SCORES_BY_MEMBER;
    }
  }

  private By by() {
    By chosen = by;
    return chosen == null ? By.RANK : chosen;
  }

  private void readEnds(Call call, int first) {
    int least = reverse ? first + 1 : first;
    int greatest = reverse ? first : first + 1;
    switch (by()) {
      case RANK -> {
        start = call.integer(first);
        stop = call.integer(first + 1);
      }
      case SCORE -> {
        lower = Bounds.firstScore(call, least);
        upper = Bounds.lastScore(call, greatest);
      }
      case MEMBER -> {
        lower = Bounds.firstMember(call, least);
        upper = Bounds.lastMember(call, greatest);
      }
    }
  }

  /// Whether scores are to be replied.
  boolean isScored() {
    return scored;
  }

  boolean isReverse() {
    return reverse;
  }

  /// Finds the range in a sorted set, and returns how many elements it has; see [#first].
  int find(SortedSetValue value) {
    int count = value.count();
    if (by() == By.RANK) {
      long begin = Math.max(0, start < 0 ? start + count : start);
      long end = Math.min(count - 1L, stop < 0 ? stop + count : stop);
      boolean empty = begin > end;
      from = empty ? 0 : (int) (reverse ? count - 1 - end : begin);
      to = empty ? 0 : (int) (reverse ? count - 1 - begin : end) + 1;
    } else {
      from = value.countBefore(lower);
      to = Math.max(from, value.countBefore(upper));
      cut();
    }
    return to - from;
  }

  /// Leaves what OFFSET and LIMIT leave; a negative offset is beyond everything.
  private void cut() {
    long skipped = offset < 0 || offset > to - from ? to - from : offset;
    long kept = to - from - skipped;
    kept = limit < 0 || limit > kept ? kept : limit;
    if (reverse) {
      to -= (int) skipped;
      from = to - (int) kept;
    } else {
      from += (int) skipped;
      to = from + (int) kept;
    }
  }

  /// The rank of the first element in the direction of the range.
  int first() {
    return reverse ? to - 1 : from;
  }
}
