package io.skein.engine.command.stream;

import io.skein.engine.bytes.Numbers;
import io.skein.engine.command.Call;
import io.skein.engine.resp.CommandError;
import io.skein.engine.value.StreamId;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads ids among the arguments: `ms-seq`, or `ms` alone.
final class Ids {
  private static final CommandError INVALID =
      new CommandError("ERR Invalid stream ID specified as stream command argument");
  private static final CommandError INVALID_START =
      new CommandError("ERR invalid start ID for the interval");
  private static final CommandError INVALID_END =
      new CommandError("ERR invalid end ID for the interval");

  private static final int LONGEST = 127;

  private Ids() {}

  /// Argument `i` as an id; without a sequence number it gets 0.
  static StreamId exact(Call call, int i) {
    StreamId id = exactOrNull(call, i);
    if (id == null) {
      throw INVALID;
    }
    return id;
  }

  /// Argument `i` as an id, or null when it is none.
  static @Nullable StreamId exactOrNull(Call call, int i) {
    return parse(call.buffer(), call.offset(i), call.length(i), 0);
  }

  /// Argument `i` as an id, `-` standing for the least and `+` for the greatest.
  static StreamId bound(Call call, int i, long missingSeq) {
    if (call.is(i, "-")) {
      return StreamId.ZERO;
    }
    if (call.is(i, "+")) {
      return StreamId.LAST;
    }
    StreamId id = parse(call.buffer(), call.offset(i), call.length(i), missingSeq);
    if (id == null) {
      throw INVALID;
    }
    return id;
  }

  /// Argument `i` as the beginning of a range, behind the id itself when `(` is in front of it.
  static StreamId start(Call call, int i) {
    if (!isExclusive(call, i)) {
      return bound(call, i, 0);
    }
    StreamId id = exclusive(call, i, 0);
    if (id.equals(StreamId.LAST)) {
      throw INVALID_START;
    }
    return id.next();
  }

  /// Argument `i` as the end of a range, before the id itself when `(` is in front of it.
  static StreamId end(Call call, int i) {
    if (!isExclusive(call, i)) {
      return bound(call, i, -1);
    }
    StreamId id = exclusive(call, i, -1);
    if (id.isZero()) {
      throw INVALID_END;
    }
    return id.previous();
  }

  private static boolean isExclusive(Call call, int i) {
    return call.length(i) > 1 && call.buffer()[call.offset(i)] == '(';
  }

  private static StreamId exclusive(Call call, int i, long missingSeq) {
    StreamId id = parse(call.buffer(), call.offset(i) + 1, call.length(i) - 1, missingSeq);
    if (id == null) {
      throw INVALID;
    }
    return id;
  }

  private static @Nullable StreamId parse(byte[] b, int offset, int length, long missingSeq) {
    if (length > LONGEST) {
      return null;
    }
    int dash = 0;
    while (dash < length && b[offset + dash] != '-') {
      dash++;
    }
    if (!isNumber(b, offset, dash)) {
      return null;
    }
    long ms = number(b, offset, dash);
    if (dash == length) {
      return new StreamId(ms, missingSeq);
    }
    int at = offset + dash + 1;
    int rest = length - dash - 1;
    return isNumber(b, at, rest) ? new StreamId(ms, number(b, at, rest)) : null;
  }

  /// The time of argument `i` when that is `ms-*`, which leaves the sequence number open, or null.
  static @Nullable Long openTime(Call call, int i) {
    byte[] b = call.buffer();
    int offset = call.offset(i);
    int length = call.length(i);
    if (length < 3
        || length > LONGEST
        || b[offset + length - 1] != '*'
        || b[offset + length - 2] != '-') {
      return null;
    }
    return isNumber(b, offset, length - 2) ? number(b, offset, length - 2) : null;
  }

  /// Whether the slice is a number of 64 bits without sign, as C's `strtoull` takes it.
  private static boolean isNumber(byte[] b, int offset, int length) {
    long value = Numbers.parseLong(b, offset, length);
    if (!Numbers.isInvalid(value, b, offset, length)) {
      return value >= 0;
    }
    int spaces = spaces(b, offset, length);
    return length > spaces && Numbers.isUnsigned(b, offset + spaces, length - spaces);
  }

  private static long number(byte[] b, int offset, int length) {
    int spaces = spaces(b, offset, length);
    return Numbers.parseUnsigned(b, offset + spaces, length - spaces);
  }

  private static int spaces(byte[] b, int offset, int length) {
    int n = 0;
    while (n < length && (b[offset + n] == ' ' || b[offset + n] >= 9 && b[offset + n] <= 13)) {
      n++;
    }
    return n;
  }

  /// The id as text.
  static byte[] text(long ms, long seq) {
    byte[] text = new byte[2 * Numbers.MAX_LONG_LENGTH + 1];
    return Arrays.copyOf(text, write(ms, seq, text, 0));
  }

  static byte[] text(StreamId id) {
    return text(id.ms(), id.seq());
  }

  /// Writes an id as text and returns how many bytes it took: up to 41.
  static int write(long ms, long seq, byte[] into, int offset) {
    int at = offset + Numbers.writeUnsigned(ms, into, offset);
    into[at++] = '-';
    return at + Numbers.writeUnsigned(seq, into, at) - offset;
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
