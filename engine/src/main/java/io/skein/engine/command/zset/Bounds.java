package io.skein.engine.command.zset;

import io.skein.engine.bytes.Doubles;
import io.skein.engine.command.Call;
import io.skein.engine.resp.CommandError;
import io.skein.engine.value.SortedSetBound;

/// The ends of ranges by score and by member, as clients write them.
final class Bounds {
  private static final CommandError NOT_A_SCORE = new CommandError("ERR min or max is not a float");
  private static final CommandError NOT_AN_ITEM =
      new CommandError("ERR min or max not valid string range item");

  private Bounds() {}

  /// Where a range begins whose least score is argument `i`.
  static SortedSetBound firstScore(Call call, int i) {
    double score = score(call, i);
    return isOpen(call, i) ? SortedSetBound.behindScore(score) : SortedSetBound.beforeScore(score);
  }

  /// Where a range ends whose greatest score is argument `i`.
  static SortedSetBound lastScore(Call call, int i) {
    double score = score(call, i);
    return isOpen(call, i) ? SortedSetBound.beforeScore(score) : SortedSetBound.behindScore(score);
  }

  private static boolean isOpen(Call call, int i) {
    return call.length(i) > 0 && call.buffer()[call.offset(i)] == '(';
  }

  /// As `strtod` reads it: nothing is 0, what is too large is infinite.
  private static double score(Call call, int i) {
    int skip = isOpen(call, i) ? 1 : 0;
    int at = call.offset(i) + skip;
    int end = call.offset(i) + call.length(i);
    if (at == end) {
      return 0;
    }
    while (at < end && isSpace(call.buffer()[at])) {
      at++;
    }
    double score = Doubles.parseRounded(call.buffer(), at, end - at);
    if (Double.isNaN(score)) {
      throw NOT_A_SCORE;
    }
    return score;
  }

  private static boolean isSpace(byte c) {
    return c == ' ' || c >= '\t' && c <= '\r';
  }

  /// Where a range begins whose first member is argument `i`.
  static SortedSetBound firstMember(Call call, int i) {
    return member(call, i, true);
  }

  /// Where a range ends whose last member is argument `i`.
  static SortedSetBound lastMember(Call call, int i) {
    return member(call, i, false);
  }

  private static SortedSetBound member(Call call, int i, boolean first) {
    int length = call.length(i);
    int offset = call.offset(i);
    byte[] b = call.buffer();
    if (length == 1 && b[offset] == '-') {
      return SortedSetBound.START;
    }
    if (length == 1 && b[offset] == '+') {
      return SortedSetBound.END;
    }
    boolean closed = length > 0 && b[offset] == '[';
    if (!closed && !isOpen(call, i)) {
      throw NOT_AN_ITEM;
    }
    return closed == first
        ? SortedSetBound.beforeMember(b, offset + 1, length - 1)
        : SortedSetBound.behindMember(b, offset + 1, length - 1);
  }
}
