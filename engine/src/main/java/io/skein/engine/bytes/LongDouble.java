package io.skein.engine.bytes;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A number in the 80-bit extended format of x86, in which Redis computes INCRBYFLOAT and
/// HINCRBYFLOAT.
///
/// Its arithmetic is done exactly and then rounded to a significand of 64 bits, ties to even, so
/// that every digit of the result is the one Redis gives on x86-64.
public final class LongDouble {
  private static final int SIGNIFICAND_BITS = 64;

  /// The power of two of the last bit of the smallest number.
  private static final int MIN_EXPONENT = -16445;

  /// No finite number needs this many bits before the point.
  private static final int MAX_BITS = 16384;

  /// A slice of this length or longer is no number to Redis.
  private static final int LENGTH_LIMIT = 5 * 1024;

  /// Decimal exponents beyond this are out of range whatever the digits are.
  private static final int DECIMAL_LIMIT = 5000 + LENGTH_LIMIT;

  private static final LongDouble INFINITY = new LongDouble(BigDecimal.ZERO, 1);
  private static final LongDouble MINUS_INFINITY = new LongDouble(BigDecimal.ZERO, -1);

  private final BigDecimal value;

  /// The sign of an infinity, or zero for a finite number.
  private final int infinity;

  private LongDouble(BigDecimal value, int infinity) {
    this.value = value;
    this.infinity = infinity;
  }

  /// The number nearest to an integer, which is the integer itself.
  public static LongDouble of(long integer) {
    return new LongDouble(BigDecimal.valueOf(integer), 0);
  }

  /// The number in the slice, or null where C's `strtold` would not take all of it, where it is
  /// NaN, or where it overflows or underflows to zero.
  public static @Nullable LongDouble parse(byte[] b, int offset, int length) {
    if (length >= LENGTH_LIMIT) {
      return null;
    }
    int shape = FloatSyntax.shape(b, offset, length);
    if (shape == FloatSyntax.NONE) {
      return null;
    }
    if (shape == FloatSyntax.INFINITY) {
      return b[offset] == '-' ? MINUS_INFINITY : INFINITY;
    }
    if (!FloatSyntax.hasNonZeroDigit(b, offset, length, shape)) {
      return of(0);
    }
    BigDecimal exact =
        shape == FloatSyntax.HEX ? hex(b, offset, length) : decimal(b, offset, length);
    if (exact == null) {
      return null;
    }
    LongDouble rounded = round(exact);
    return rounded.infinity != 0 || rounded.value.signum() == 0 ? null : rounded;
  }

  private static @Nullable BigDecimal decimal(byte[] b, int offset, int length) {
    String text = new String(b, offset, length, StandardCharsets.ISO_8859_1);
    int e = Math.max(text.indexOf('e'), text.indexOf('E'));
    int exponent = e < 0 ? 0 : boundedExponent(text, e + 1);
    BigDecimal mantissa = new BigDecimal(e < 0 ? text : text.substring(0, e));
    return Math.abs(exponent) > DECIMAL_LIMIT ? null : mantissa.scaleByPowerOfTen(exponent);
  }

  private static @Nullable BigDecimal hex(byte[] b, int offset, int length) {
    String text = new String(b, offset, length, StandardCharsets.ISO_8859_1);
    int p = Math.max(text.indexOf('p'), text.indexOf('P'));
    long exponent = p < 0 ? 0 : boundedExponent(text, p + 1);
    int end = p < 0 ? length : p;
    BigInteger mantissa = BigInteger.ZERO;
    boolean fraction = false;
    for (int i = Math.max(text.indexOf('x'), text.indexOf('X')) + 1; i < end; i++) {
      if (text.charAt(i) == '.') {
        fraction = true;
      } else {
        int digit = FloatSyntax.digit(b[offset + i], true);
        mantissa = mantissa.shiftLeft(4).or(BigInteger.valueOf(digit));
        exponent -= fraction ? 4 : 0;
      }
    }
    if (Math.abs(exponent) > 4L * (MAX_BITS + LENGTH_LIMIT)) {
      return null;
    }
    BigDecimal magnitude = scaled(mantissa, (int) exponent);
    return b[offset] == '-' ? magnitude.negate() : magnitude;
  }

  /// The exponent written from `from`, with anything huge cut to a value that is still out of
  /// range.
  private static int boundedExponent(String text, int from) {
    boolean negative = text.charAt(from) == '-';
    int at = negative || text.charAt(from) == '+' ? from + 1 : from;
    int exponent = 0;
    for (; at < text.length(); at++) {
      exponent = Math.min(exponent * 10 + (text.charAt(at) - '0'), 10_000_000);
    }
    return negative ? -exponent : exponent;
  }

  /// `significand` times two to the power `exponent`, exactly.
  private static BigDecimal scaled(BigInteger significand, int exponent) {
    return exponent >= 0
        ? new BigDecimal(significand.shiftLeft(exponent))
        : new BigDecimal(significand).divide(new BigDecimal(BigInteger.ONE.shiftLeft(-exponent)));
  }

  /// Rounds to the nearest number of the format.
  private static LongDouble round(BigDecimal exact) {
    if (exact.signum() == 0) {
      return new LongDouble(BigDecimal.ZERO, 0);
    }
    BigInteger numerator = exact.unscaledValue().abs();
    BigInteger denominator = BigInteger.ONE;
    if (exact.scale() > 0) {
      denominator = BigInteger.TEN.pow(exact.scale());
    } else {
      numerator = numerator.multiply(BigInteger.TEN.pow(-exact.scale()));
    }
    int exponent = numerator.bitLength() - denominator.bitLength() - SIGNIFICAND_BITS;
    BigInteger significand = quotient(numerator, denominator, Math.max(exponent, MIN_EXPONENT));
    if (significand.bitLength() > SIGNIFICAND_BITS) {
      exponent++;
      significand = quotient(numerator, denominator, Math.max(exponent, MIN_EXPONENT));
    }
    exponent = Math.max(exponent, MIN_EXPONENT);
    if (significand.bitLength() + exponent > MAX_BITS) {
      return exact.signum() < 0 ? MINUS_INFINITY : INFINITY;
    }
    BigDecimal magnitude = scaled(significand, exponent);
    return new LongDouble(exact.signum() < 0 ? magnitude.negate() : magnitude, 0);
  }

  /// numerator / denominator / 2^exponent as an integer, ties to even.
  private static BigInteger quotient(BigInteger numerator, BigInteger denominator, int exponent) {
    BigInteger n = exponent < 0 ? numerator.shiftLeft(-exponent) : numerator;
    BigInteger d = exponent > 0 ? denominator.shiftLeft(exponent) : denominator;
    BigInteger[] parts = n.divideAndRemainder(d);
    int half = parts[1].shiftLeft(1).compareTo(d);
    boolean up = half > 0 || (half == 0 && parts[0].testBit(0));
    return up ? parts[0].add(BigInteger.ONE) : parts[0];
  }

  /// The sum, or null where it would be infinite or not a number.
  public @Nullable LongDouble plus(LongDouble other) {
    if (infinity != 0 || other.infinity != 0) {
      return null;
    }
    LongDouble sum = round(value.add(other.value));
    return sum.infinity != 0 ? null : sum;
  }

  /// -1, 0 or 1, as the number is below, is or is above zero.
  public int signum() {
    return infinity != 0 ? infinity : value.signum();
  }

  /// The number itself, which is not infinite.
  public BigDecimal exact() {
    return value;
  }

  public boolean isInfinite() {
    return infinity != 0;
  }

  /// The number with at most 17 decimals and no trailing zeros, never with an exponent.
  public byte[] toBytes() {
    return toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public String toString() {
    if (infinity != 0) {
      return infinity < 0 ? "-inf" : "inf";
    }
    BigDecimal rounded = value.setScale(17, RoundingMode.HALF_EVEN).stripTrailingZeros();
    return rounded.signum() == 0 ? "0" : rounded.toPlainString();
  }
}
