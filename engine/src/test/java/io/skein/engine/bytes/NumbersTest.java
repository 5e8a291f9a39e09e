package io.skein.engine.bytes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NumbersTest {
  private static byte[] ascii(String s) {
    return s.getBytes(StandardCharsets.ISO_8859_1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-",
        "+1",
        " 1",
        "1 ",
        "01",
        "-0",
        "00",
        "--1",
        "1a",
        "a",
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551616",
        "99999999999999999999",
        "1.0",
        "0x1"
      })
  void refusesWhatIsNoCanonicalInteger(String text) {
    byte[] b = ascii(text);
    assertFalse(Numbers.isLong(b, 0, b.length));
    assertEquals(Numbers.INVALID, Numbers.parseLong(b, 0, b.length));
    assertTrue(Numbers.isInvalid(Numbers.INVALID, b, 0, b.length));
  }

  @Test
  void readsBackWhatItWrites() {
    SplittableRandom random = new SplittableRandom(1);
    long[] edges = {0, 1, -1, 9, 10, 99, 100, -10, Long.MAX_VALUE, Long.MIN_VALUE, Numbers.INVALID};
    for (int i = 0; i < 20_000; i++) {
      long value = i < edges.length ? edges[i] : random.nextLong() >> random.nextInt(64);
      byte[] buffer = new byte[3 + Numbers.MAX_LONG_LENGTH];
      int length = Numbers.writeLong(value, buffer, 3);
      assertEquals(Long.toString(value), new String(buffer, 3, length, StandardCharsets.US_ASCII));
      assertEquals(length, Numbers.length(value));
      assertTrue(Numbers.isLong(buffer, 3, length));
      assertEquals(value, Numbers.parseLong(buffer, 3, length));
      assertFalse(Numbers.isInvalid(value, buffer, 3, length));
      length = Numbers.writeUnsigned(value, buffer, 3);
      assertEquals(
          Long.toUnsignedString(value), new String(buffer, 3, length, StandardCharsets.US_ASCII));
      assertTrue(Numbers.isUnsigned(buffer, 3, length));
      assertEquals(value, Numbers.parseUnsigned(buffer, 3, length));
    }
  }

  @Test
  void agreesWithJavaOnRandomDigitStrings() {
    SplittableRandom random = new SplittableRandom(2);
    String alphabet = "0123456789-+ a";
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(22); n >= 0; n--) {
        text.append(alphabet.charAt(random.nextInt(random.nextInt(30) == 0 ? 14 : 10)));
      }
      String s = text.toString();
      boolean canonical;
      try {
        canonical = Long.toString(Long.parseLong(s)).equals(s);
      } catch (NumberFormatException e) {
        canonical = false;
      }
      assertEquals(canonical, Numbers.isLong(ascii(s), 0, s.length()), s);
    }
  }

  @Test
  void readsCursorsAsStrtoulDoes() {
    assertTrue(Numbers.isUnsigned(ascii(""), 0, 0));
    assertTrue(Numbers.isUnsigned(ascii("18446744073709551615"), 0, 20));
    assertFalse(Numbers.isUnsigned(ascii("18446744073709551616"), 0, 20));
    assertFalse(Numbers.isUnsigned(ascii("28446744073709551616"), 0, 20));
    assertFalse(Numbers.isUnsigned(ascii("1x"), 0, 2));
    assertFalse(Numbers.isUnsigned(ascii("-"), 0, 1));
    assertEquals(-5, Numbers.parseUnsigned(ascii("-5"), 0, 2));
  }
}
