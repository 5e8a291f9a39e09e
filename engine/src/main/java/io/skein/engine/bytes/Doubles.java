package io.skein.engine.bytes;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Double-precision numbers in ASCII, read as C's `strtod` reads them and written as Redis 7.2
/// replies them.
public final class Doubles {
  /// The most bytes [#write] writes.
  public static final int MAX_LENGTH = 32;

  private static final MathContext PRECISE = new MathContext(17, RoundingMode.HALF_EVEN);

  private Doubles() {}

  /// The number in the slice, or NaN when it is not one.
  ///
  /// Accepted are decimal and hexadecimal floating point and `inf` or `infinity` in any case.
  /// Refused are spaces, `nan`, anything left over, and numbers that overflow or that underflow to
  /// zero.
  public static double parse(byte[] b, int offset, int length) {
    double value = parseRounded(b, offset, length);
    boolean finite = !Double.isInfinite(value);
    if (finite && value != 0 || Double.isNaN(value)) {
      return value;
    }
    int shape = FloatSyntax.shape(b, offset, length);
    boolean rounded =
        finite
            ? FloatSyntax.hasNonZeroDigit(b, offset, length, shape)
            : shape != FloatSyntax.INFINITY;
    return rounded ? Double.NaN : value;
  }

  /// As [#parse], but what overflows is infinite and what underflows is zero.
  public static double parseRounded(byte[] b, int offset, int length) {
    int shape = FloatSyntax.shape(b, offset, length);
    if (shape == FloatSyntax.INFINITY) {
      return b[offset] == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    if (shape == FloatSyntax.NONE) {
      return Double.NaN;
    }
    long integer = Numbers.parseLong(b, offset, length);
    if (integer != Numbers.INVALID && integer >= -(1L << 53) && integer <= (1L << 53)) {
      return integer;
    }
    String text = new String(b, offset, length, StandardCharsets.ISO_8859_1);
    if (shape == FloatSyntax.HEX && text.indexOf('p') < 0 && text.indexOf('P') < 0) {
      text += "p0";
    }
    return Double.parseDouble(text);
  }

  /// Writes `value` as Redis's replies do, and returns how many bytes it took (at most
  /// [#MAX_LENGTH]).
  ///
  /// Whole numbers within 62 bits are written in full; otherwise the shortest digits that read back
  /// as the same number, in plain notation while that stays short and with an exponent beyond.
  /// (Redis 7.2 takes its digits from Grisu2, which for about one number in a thousand gives
  /// another last digit or one digit more; both read back the same.)
  public static int write(double value, byte[] target, int offset) {
    if (Double.isNaN(value)) {
      return ascii("nan", target, offset);
    }
    if (Double.isInfinite(value)) {
      return ascii(value < 0 ? "-inf" : "inf", target, offset);
    }
    if (value == 0) {
      return ascii(1 / value < 0 ? "-0" : "0", target, offset);
    }
    if (Math.abs(value) <= 0x1p62 && (long) value == value) {
      return Numbers.writeLong((long) value, target, offset);
    }
    int at = offset;
    if (value < 0) {
      target[at++] = '-';
    }
    return writeShortest(Double.toString(Math.abs(value)), target, at) - offset;
  }

  /// `value` as [#write] writes it.
  public static byte[] toBytes(double value) {
    byte[] buffer = new byte[MAX_LENGTH];
    return Arrays.copyOf(buffer, write(value, buffer, 0));
  }

  /// `value` with up to 17 digits, as C's `printf` writes it with `%.17g`.
  public static byte[] toPreciseBytes(double value) {
    if (Double.isNaN(value) || Double.isInfinite(value) || value == 0) {
      return toBytes(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(PRECISE);
    String digits = rounded.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - rounded.scale();
    String sign = value < 0 ? "-" : "";
    String text;
    if (exponent >= -4 && exponent < PRECISE.getPrecision()) {
      text = rounded.stripTrailingZeros().toPlainString();
    } else {
      String fraction = digits.substring(1).replaceAll("0+$", "");
      text =
          (sign + digits.charAt(0) + (fraction.isEmpty() ? "" : "." + fraction))
              + (exponent < 0 ? "e-" : "e+")
              + (Math.abs(exponent) < 10 ? "0" : "")
              + Math.abs(exponent);
    }
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /// Lays out the digits of Java's shortest form the way Redis lays them out.
  private static int writeShortest(String shortest, byte[] target, int offset) {
    byte[] digits = new byte[20];
    int count = 0;
    // The number is 0.DIGITS times ten to this power.
    int point = 0;
    int exponent = 0;
    boolean fraction = false;
    for (int i = 0; i < shortest.length(); i++) {
      char c = shortest.charAt(i);
      if (c == '.') {
        fraction = true;
      } else if (c == 'E') {
        exponent = Integer.parseInt(shortest, i + 1, shortest.length(), 10);
        break;
      } else if (count > 0 || c != '0') {
        digits[count++] = (byte) c;
        point += fraction ? 0 : 1;
      } else if (fraction) {
        point--;
      }
    }
    while (count > 1 && digits[count - 1] == '0') {
      count--;
    }
    if (count == 2 && exponent < -300) {
      count = oneDigitIfItDoes(digits, point + exponent);
    }
    return layOut(digits, count, point + exponent, target, offset);
  }

  /// Java never writes fewer than two digits, where one can be enough for the smallest numbers:
  /// cuts two digits to the nearest one if that reads back as the same number, and returns how many
  /// are left.
  private static int oneDigitIfItDoes(byte[] digits, int point) {
    int tens = digits[0] - '0';
    int ones = digits[1] - '0';
    int nearest = tens + (ones >= 5 ? 1 : 0);
    double value = Double.parseDouble((10 * tens + ones) + "e" + (point - 2));
    if (nearest == 10 || Double.parseDouble(nearest + "e" + (point - 1)) != value) {
      return 2;
    }
    digits[0] = (byte) ('0' + nearest);
    return 1;
  }

  private static int layOut(byte[] digits, int count, int point, byte[] target, int offset) {
    int scale = point - count;
    int magnitude = Math.abs(point - 1);
    int at = offset;
    if (scale >= 0 && magnitude < count + 7) {
      at = put(digits, 0, count, target, at);
      return zeros(scale, target, at);
    }
    if (scale < 0 && (scale > -7 || magnitude < 4)) {
      if (point <= 0) {
        target[at++] = '0';
        target[at++] = '.';
        at = zeros(-point, target, at);
        return put(digits, 0, count, target, at);
      }
      at = put(digits, 0, point, target, at);
      target[at++] = '.';
      return put(digits, point, count, target, at);
    }
    target[at++] = digits[0];
    if (count > 1) {
      target[at++] = '.';
      at = put(digits, 1, count, target, at);
    }
    target[at++] = 'e';
    target[at++] = (byte) (point - 1 < 0 ? '-' : '+');
    return at + Numbers.writeLong(magnitude, target, at);
  }

  private static int put(byte[] digits, int from, int to, byte[] target, int at) {
    System.arraycopy(digits, from, target, at, to - from);
    return at + to - from;
  }

  private static int zeros(int count, byte[] target, int at) {
    Arrays.fill(target, at, at + count, (byte) '0');
    return at + count;
  }

  private static int ascii(String text, byte[] target, int offset) {
    for (int i = 0; i < text.length(); i++) {
      target[offset + i] = (byte) text.charAt(i);
    }
    return text.length();
  }
}
