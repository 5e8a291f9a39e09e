package io.skein.engine.sentinel;

import io.skein.engine.bytes.Numbers;
import io.skein.engine.config.ConfigText;
import java.nio.charset.StandardCharsets;

/// Words that stand for values.
final class Parameters {
  private Parameters() {}

  /// The number that `text` is, or -1 if it is none or is not above 0.
  static long positive(String text) {
    long number = notNegative(text);
    return number == 0 ? -1 : number;
  }

  /// The number that `text` is, or -1 if it is none or is below 0.
  static long notNegative(String text) {
    byte[] digits = text.getBytes(StandardCharsets.UTF_8);
    if (!Numbers.isLong(digits, 0, digits.length)) {
      return -1;
    }
    return Math.max(-1, Numbers.parseLong(digits, 0, digits.length));
  }

  /// The 32-bit number that `text` begins with, as C's `atoi` reads it; 0 if there is none.
  static int leading(String text) {
    int to = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    while (to < text.length() && text.charAt(to) >= '0' && text.charAt(to) <= '9') {
      to++;
    }
    try {
      return Integer.parseInt(text.substring(0, to));
    } catch (NumberFormatException none) {
      return 0;
    }
  }

  /// `text` as a word of a configuration line, quoted where it needs to be.
  static String word(String text) {
    boolean bare =
        !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 127 && c != '"' && c != '\'');
    return bare ? text : ConfigText.quoted(text);
  }

  /// Whether `text` is "yes" or "no".
  static boolean isYesOrNo(String text) {
    return text.equalsIgnoreCase("yes") || text.equalsIgnoreCase("no");
  }
}
