package io.skein.engine.bytes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DoublesTest {
  private static byte[] ascii(String s) {
    return s.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static double parse(String s) {
    return Doubles.parse(ascii(s), 0, s.length());
  }

  private static @Nullable LongDouble extended(String s) {
    return LongDouble.parse(ascii(s), 0, s.length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " 1",
        "1 ",
        "nan",
        "-nan",
        "1e",
        "1e+",
        ".",
        "-",
        "0x",
        "0x.",
        "1f",
        "1d",
        "0x1p",
        "1e400",
        "1e-400",
        "in",
        "infinit",
        "1.2.3",
        "--1",
        "0x1.8p99999",
        "1_0"
      })
  void refusesWhatStrtodDoesNotTakeWhole(String text) {
    assertTrue(Double.isNaN(parse(text)));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "-1.5, -1.5",
    ".5, .5",
    "5., 5",
    "1e3, 1000",
    "+2, 2",
    "0x1.8p1, 3",
    "0X10, 16",
    "0e999, 0",
    "5e-324, 4.9E-324",
    "-0x.8p0, -0.5",
    "00012, 12",
    "123456789012345678, 1.2345678901234568E17"
  })
  void readsWhatStrtodReads(String text, double value) {
    assertEquals(value, parse(text));
  }

  @Test
  void readsInfinities() {
    assertEquals(Double.POSITIVE_INFINITY, parse("inf"));
    assertEquals(Double.POSITIVE_INFINITY, parse("+Infinity"));
    assertEquals(Double.NEGATIVE_INFINITY, parse("-INF"));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "0.1, 0.1",
    "-0.0, -0",
    "3.0e17, 300000000000000000",
    "1e19, 1e+19",
    "1e21, 1e+21",
    "1.5e300, 1.5e+300",
    "1e-5, 0.00001",
    "1e-7, 1e-7",
    "1.5e-7, 1.5e-7",
    "123456.789, 123456.789",
    "1e-300, 1e-300",
    "-2.5, -2.5",
    "4611686018427387904, 4611686018427387904",
    "0.000001234, 1.234e-6",
    "1.7976931348623157e308, 1.7976931348623157e+308",
    "3.141592653589793, 3.141592653589793",
    "4.9e-324, 5e-324",
    "7e-323, 7e-323",
    "1.5e-323, 1.5e-323"
  })
  void writesAsRedisReplies(double value, String text) {
    assertEquals(text, new String(Doubles.toBytes(value), StandardCharsets.US_ASCII));
  }

  @Test
  void readsBackWhatItWrites() {
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 50_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (!Double.isNaN(value)) {
        byte[] text = Doubles.toBytes(value);
        assertEquals(value, Doubles.parse(text, 0, text.length));
      }
    }
  }

  @Test
  void takesAnyBytes() {
    SplittableRandom random = new SplittableRandom(4);
    byte[] alphabet = ascii("0123456789.+-eExXpPinfINFTYty aA");
    for (int i = 0; i < 100_000; i++) {
      byte[] b = new byte[random.nextInt(12)];
      for (int j = 0; j < b.length; j++) {
        b[j] = alphabet[random.nextInt(alphabet.length)];
      }
      double value = Doubles.parse(b, 0, b.length);
      LongDouble wide = LongDouble.parse(b, 0, b.length);
      if (!Double.isNaN(value)) {
        assertNotNull(wide, () -> new String(b, StandardCharsets.US_ASCII));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10.5, 0.1, 10.6",
    "5.0e3, 2.0e2, 5200",
    "3.0, 1.1, 4.1",
    "0, 0.00000000000000001, 0.00000000000000001",
    "1, -1, 0",
    "9223372036854775807, 1, 9223372036854775808",
    "1e20, 1, 100000000000000000000",
    "1.5, 1.5, 3",
    "-5, 4.9, -0.1",
    "17179869184, 1.5, 17179869185.5",
    "0x1p1, 0, 2",
    "0.1, 0.2, 0.3",
    "-1e-20, 0, 0"
  })
  void addsAsExtendedPrecisionDoes(String a, String b, String sum) {
    LongDouble x = extended(a);
    LongDouble y = extended(b);
    assertNotNull(x);
    assertNotNull(y);
    LongDouble z = x.plus(y);
    assertNotNull(z);
    assertEquals(sum, z.toString());
  }

  @Test
  void refusesExtendedNumbersOutOfRange() {
    assertNull(extended("1e5000"));
    assertNull(extended("1e-5000"));
    assertNull(extended("1e99999999999999999999"));
    assertNull(extended("0x1p999999999999"));
    assertNull(extended("nan"));
    assertNull(extended("1".repeat(5 * 1024)));
    LongDouble infinite = extended("inf");
    assertNotNull(infinite);
    assertTrue(infinite.isInfinite());
    assertNull(infinite.plus(infinite));
    LongDouble large = extended("1.1e4932");
    assertNotNull(large);
    assertNull(large.plus(large));
  }
}
