package io.skein.engine.config;

import org.jspecify.annotations.Nullable;

/// Numbers as configuration spells them; every reader answers null for text that is none.
public final class NumberText {
  private static final long[] UNIT_BYTES = {
    1, 1000, 1L << 10, 1_000_000, 1L << 20, 1_000_000_000, 1L << 30
  };
  private static final String[] UNITS = {"b", "k", "kb", "m", "mb", "g", "gb"};

  private NumberText() {}

  /// A canonical signed 64-bit integer: no sign but `-`, no leading zero, no blank.
  static @Nullable Long canonical(String text) {
    int digits = text.startsWith("-") ? 1 : 0;
    if (digits == text.length() || text.charAt(digits) == '0' && text.length() > 1) {
      return null;
    }
    return text.charAt(digits) == '+' ? null : signed(text, 10);
  }

  /// A signed 64-bit integer with any leading zeros, in `radix`.
  static @Nullable Long signed(String text, int radix) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return null;
      }
    }
    try {
      return Long.parseLong(text, radix);
    } catch (NumberFormatException notOne) {
      return null;
    }
  }

  /// A number of bytes, unsigned 64-bit: digits and an optional unit (b, k, kb, m, mb, g, gb in any
  /// case).
  public static @Nullable Long memory(String text) {
    int digits = 0;
    while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
      digits++;
    }
    if (digits == 0) {
      return null;
    }
    long unit = digits == text.length() ? 1 : unit(text.substring(digits));
    if (unit == 0) {
      return null;
    }
    try {
      long count = Long.parseUnsignedLong(text, 0, digits, 10);
      return Long.compareUnsigned(count, Long.divideUnsigned(-1L, unit)) > 0 ? null : count * unit;
    } catch (NumberFormatException tooLong) {
      return null;
    }
  }

  private static long unit(String name) {
    for (int i = 0; i < UNITS.length; i++) {
      if (UNITS[i].equalsIgnoreCase(name)) {
        return UNIT_BYTES[i];
      }
    }
    return 0;
  }

  /// `bytes` in the largest of gb, mb, kb that divides it, as a configuration file shows it.
  static String memoryText(long bytes) {
    for (int shift = 30; shift > 0; shift -= 10) {
      if (bytes != 0 && (bytes & ((1L << shift) - 1)) == 0) {
        return Long.toUnsignedString(bytes >>> shift)
            + (shift == 30 ? "gb" : shift == 20 ? "mb" : "kb");
      }
    }
    return Long.toUnsignedString(bytes);
  }
}
