package io.skein.engine.bytes;

/// The grammar of C's `strtod`: which slices are floating point numbers, whole.
final class FloatSyntax {
  static final int NONE = 0;
  static final int DECIMAL = 1;
  static final int HEX = 2;
  static final int INFINITY = 3;

  private FloatSyntax() {}

  /// [#DECIMAL], [#HEX], [#INFINITY], or [#NONE] when the slice is not a number from end to end.
  static int shape(byte[] b, int offset, int length) {
    int at = offset;
    int end = offset + length;
    if (at < end && (b[at] == '-' || b[at] == '+')) {
      at++;
    }
    if (at >= end) {
      return NONE;
    }
    if ((b[at] | 0x20) == 'i') {
      boolean infinite =
          Bytes.equalsIgnoreCase(b, at, end - at, "inf")
              || Bytes.equalsIgnoreCase(b, at, end - at, "infinity");
      return infinite ? INFINITY : NONE;
    }
    if (end - at > 2 && b[at] == '0' && (b[at + 1] | 0x20) == 'x') {
      return isMantissaAndExponent(b, at + 2, end, true) ? HEX : NONE;
    }
    return isMantissaAndExponent(b, at, end, false) ? DECIMAL : NONE;
  }

  private static boolean isMantissaAndExponent(byte[] b, int from, int end, boolean hex) {
    int at = from;
    int digits = 0;
    boolean point = false;
    while (at < end) {
      if (digit(b[at], hex) >= 0) {
        digits++;
      } else if (b[at] == '.' && !point) {
        point = true;
      } else {
        break;
      }
      at++;
    }
    if (digits == 0) {
      return false;
    }
    if (at == end) {
      return true;
    }
    if ((b[at] | 0x20) != (hex ? 'p' : 'e')) {
      return false;
    }
    at++;
    if (at < end && (b[at] == '-' || b[at] == '+')) {
      at++;
    }
    int exponent = at;
    while (at < end && digit(b[at], false) >= 0) {
      at++;
    }
    return at == end && at > exponent;
  }

  /// Whether the mantissa of a number of this shape has a digit other than zero.
  static boolean hasNonZeroDigit(byte[] b, int offset, int length, int shape) {
    boolean hex = shape == HEX;
    for (int i = offset; i < offset + length; i++) {
      if ((b[i] | 0x20) == (hex ? 'p' : 'e')) {
        return false;
      }
      if (digit(b[i], hex) > 0) {
        return true;
      }
    }
    return false;
  }

  /// The value of the digit `c`, or -1.
  static int digit(byte c, boolean hex) {
    if (c >= '0' && c <= '9') {
      return c - '0';
    }
    int lower = c | 0x20;
    return hex && lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
  }
}
