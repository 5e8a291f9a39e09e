package io.skein.engine.bytes;

import java.nio.charset.StandardCharsets;

/// Integers in ASCII, read and written as Redis reads and writes them.
///
/// Only the canonical form is an integer: no sign but one leading `-`, no leading zero, no space,
/// within 64 bits. See [Doubles] for floating point.
public final class Numbers {
  /// The most bytes [#writeLong] writes.
  public static final int MAX_LONG_LENGTH = 20;

  /// What [#parseLong] returns for a slice that is not an integer (and for this very number).
  public static final long INVALID = 0x8bad_f00d_8bad_f00dL;

  private static final byte[] MIN_VALUE =
      "-9223372036854775808".getBytes(StandardCharsets.ISO_8859_1);

  private static final byte[] PAIRS = new byte[200];

  static {
    for (int i = 0; i < 100; i++) {
      PAIRS[2 * i] = (byte) ('0' + i / 10);
      PAIRS[2 * i + 1] = (byte) ('0' + i % 10);
    }
  }

  private Numbers() {}

  /// Whether the slice is a canonical signed 64-bit integer.
  public static boolean isLong(byte[] b, int offset, int length) {
    long value = parseLong(b, offset, length);
    return value != INVALID || writesAs(INVALID, b, offset, length);
  }

  /// The integer in the slice, or [#INVALID].
  ///
  /// A caller that sees [#INVALID] asks [#isLong] to tell the number from the failure; [#isInvalid]
  /// does both.
  public static long parseLong(byte[] b, int offset, int length) {
    if (length <= 0 || length > MAX_LONG_LENGTH) {
      return INVALID;
    }
    int at = offset;
    int end = offset + length;
    boolean negative = b[at] == '-';
    if (negative && ++at == end) {
      return INVALID;
    }
    int first = b[at] - '0';
    if (first == 0) {
      return length == 1 ? 0 : INVALID;
    }
    if (first < 0 || first > 9) {
      return INVALID;
    }
    long value = -first;
    while (++at < end) {
      int digit = b[at] - '0';
      if (digit < 0 || digit > 9 || value < Long.MIN_VALUE / 10) {
        return INVALID;
      }
      value = value * 10 - digit;
      if (value >= 0) {
        return INVALID;
      }
    }
    if (negative) {
      return value;
    }
    return value == Long.MIN_VALUE ? INVALID : -value;
  }

  /// Whether `parsed`, which [#parseLong] returned for this slice, stands for a failure.
  public static boolean isInvalid(long parsed, byte[] b, int offset, int length) {
    return parsed == INVALID && !writesAs(INVALID, b, offset, length);
  }

  private static boolean writesAs(long value, byte[] b, int offset, int length) {
    if (length != length(value)) {
      return false;
    }
    byte[] text = new byte[MAX_LONG_LENGTH];
    writeLong(value, text, 0);
    for (int i = 0; i < length; i++) {
      if (text[i] != b[offset + i]) {
        return false;
      }
    }
    return true;
  }

  /// Whether the slice is an unsigned 64-bit number as C's `strtoul` takes it: empty (zero), or
  /// digits with an optional sign.
  public static boolean isUnsigned(byte[] b, int offset, int length) {
    int at = offset;
    int end = offset + length;
    if (length > 0 && (b[at] == '-' || b[at] == '+')) {
      at++;
      if (at == end) {
        return false;
      }
    }
    long value = 0;
    for (; at < end; at++) {
      int digit = b[at] - '0';
      if (digit < 0 || digit > 9) {
        return false;
      }
      if (Math.unsignedMultiplyHigh(value, 10) != 0
          || Long.compareUnsigned(value * 10 + digit, value * 10) < 0) {
        return false;
      }
      value = value * 10 + digit;
    }
    return true;
  }

  /// The number in a slice for which [#isUnsigned] holds.
  public static long parseUnsigned(byte[] b, int offset, int length) {
    long value = 0;
    boolean negative = false;
    for (int i = offset; i < offset + length; i++) {
      if (b[i] == '-') {
        negative = true;
      } else if (b[i] != '+') {
        value = value * 10 + (b[i] - '0');
      }
    }
    return negative ? -value : value;
  }

  /// How many bytes [#writeLong] writes for `value`, the sign included.
  public static int length(long value) {
    if (value >= 0) {
      return digits(value);
    }
    return value == Long.MIN_VALUE ? MIN_VALUE.length : 1 + digits(-value);
  }

  private static int digits(long value) {
    if (value < 10) {
      return 1;
    }
    int count = 1;
    long bound = 10;
    while (count < 19 && value >= bound) {
      count++;
      // At 19 digits the next bound would not fit, and is not needed.
      bound = count < 19 ? bound * 10 : bound;
    }
    return count;
  }

  /// Writes `value` in decimal to `target` at `offset` and returns how many bytes it took.
  public static int writeLong(long value, byte[] target, int offset) {
    if (value == Long.MIN_VALUE) {
      System.arraycopy(MIN_VALUE, 0, target, offset, MIN_VALUE.length);
      return MIN_VALUE.length;
    }
    int length = length(value);
    long rest = value;
    if (value < 0) {
      target[offset] = '-';
      rest = -value;
    }
    int at = offset + length;
    while (rest >= 100) {
      int pair = (int) (rest % 100) * 2;
      rest /= 100;
      target[--at] = PAIRS[pair + 1];
      target[--at] = PAIRS[pair];
    }
    if (rest >= 10) {
      target[--at] = PAIRS[(int) rest * 2 + 1];
      target[--at] = PAIRS[(int) rest * 2];
    } else {
      target[--at] = (byte) ('0' + rest);
    }
    return length;
  }

  /// Writes `value` as an unsigned number and returns how many bytes it took.
  public static int writeUnsigned(long value, byte[] target, int offset) {
    if (value >= 0) {
      return writeLong(value, target, offset);
    }
    int length = writeLong(Long.divideUnsigned(value, 10), target, offset);
    target[offset + length] = (byte) ('0' + Long.remainderUnsigned(value, 10));
    return length + 1;
  }

  /// `value` in decimal.
  public static byte[] toBytes(long value) {
    byte[] text = new byte[length(value)];
    writeLong(value, text, 0);
    return text;
  }
}
