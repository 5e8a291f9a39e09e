package io.skein.engine.bytes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
  private static boolean matches(String pattern, String text, boolean ignoreCase) {
    byte[] p = pattern.getBytes(StandardCharsets.ISO_8859_1);
    byte[] t = text.getBytes(StandardCharsets.ISO_8859_1);
    return Glob.matches(p, 0, p.length, t, 0, t.length, ignoreCase);
  }

  @ParameterizedTest
  @CsvSource({
    "*, anything, true",
    "a*c, abbbc, true",
    "a*c, abbbcd, false",
    "h?llo, hello, true",
    "h?llo, hllo, false",
    "h[ae]llo, hallo, true",
    "h[ae]llo, hillo, false",
    "h[^e]llo, hallo, true",
    "h[^e]llo, hello, false",
    "h[a-b]llo, hbllo, true",
    "h[b-a]llo, hbllo, true",
    "h[a-b]llo, hcllo, false",
    "\\*, *, true",
    "\\*, a, false",
    "[\\]], ], true",
    "[a, a, true",
    "[abc, c, true",
    "a\\, a\\, true",
    "a**b**, axxb, true",
    "*?*?*, ab, true",
    "*?*?*, a, false",
    "[^, x, true",
    "[, x, false",
    "foo, foo, true",
    "foo, foobar, false",
    "foobar, foo, false",
    "[a-], -, false",
    "[a-], _, true",
    "[]-a], -a], false"
  })
  void matchesAsRedisDoes(String pattern, String text, boolean expected) {
    assertEquals(expected, matches(pattern, text, false));
  }

  @Test
  void foldsCaseWhenAsked() {
    assertTrue(matches("HeL*[x-z]", "hELLO Y", true));
    assertFalse(matches("HeL*[x-z]", "hELLO Y", false));
  }

  @Test
  void emptyTextMatchesOnlyTheEmptyPattern() {
    assertTrue(matches("", "", false));
    assertFalse(matches("*", "", false));
  }

  @Test
  void abusivePatternsEndSoon() {
    assertFalse(matches("a*".repeat(40) + "b", "a".repeat(5000), false));
    assertFalse(matches("*?".repeat(50_000), "a".repeat(50_000), false));
  }

  @Test
  void agreesWithAPlainRecursiveMatcher() {
    SplittableRandom random = new SplittableRandom(10);
    for (int i = 0; i < 100_000; i++) {
      String pattern = randomText(random, "ab*?", 8);
      String text = randomText(random, "ab", 8);
      if (!text.isEmpty()) {
        assertEquals(plain(pattern, text), matches(pattern, text, false), pattern + " " + text);
      }
    }
  }

  @Test
  void takesAnyPattern() {
    SplittableRandom random = new SplittableRandom(11);
    int found = 0;
    for (int i = 0; i < 100_000; i++) {
      found +=
          matches(randomText(random, "ab[]^-\\*?", 10), randomText(random, "ab]-", 6), false)
              ? 1
              : 0;
    }
    assertTrue(found > 0);
  }

  private static String randomText(SplittableRandom random, String alphabet, int limit) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(limit); n > 0; n--) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private static boolean plain(String p, String t) {
    if (p.isEmpty()) {
      return t.isEmpty();
    }
    if (p.charAt(0) == '*') {
      return plain(p.substring(1), t) || (!t.isEmpty() && plain(p, t.substring(1)));
    }
    return !t.isEmpty()
        && (p.charAt(0) == '?' || p.charAt(0) == t.charAt(0))
        && plain(p.substring(1), t.substring(1));
  }
}
