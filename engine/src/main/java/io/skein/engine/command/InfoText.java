package io.skein.engine.command;

import java.util.Locale;

/// The text of INFO as it grows: sections of `name:value` lines.
public final class InfoText {
  private static final long KB = 1024;
  private static final String UNITS = "KMGTP";

  private final StringBuilder text = new StringBuilder(4096);

  /// Begins a section.
  public InfoText section(String title) {
    if (text.length() > 0) {
      text.append("\r\n");
    }
    text.append("# ").append(title).append("\r\n");
    return this;
  }

  public InfoText field(String name, String value) {
    text.append(name).append(':').append(value).append("\r\n");
    return this;
  }

  public InfoText field(String name, long value) {
    text.append(name).append(':').append(value).append("\r\n");
    return this;
  }

  /// A field that is 1 or 0.
  public InfoText flag(String name, boolean value) {
    return field(name, value ? 1 : 0);
  }

  /// A field with a number of `places` decimal places.
  public InfoText decimal(String name, double value, int places) {
    return field(name, decimal(value, places));
  }

  /// A field with a share in percent.
  public InfoText percent(String name, double value) {
    return field(name, decimal(value, 2) + "%");
  }

  /// A field with a size in bytes, and behind it the same for people, as `NAME_human`.
  public InfoText bytes(String name, long bytes) {
    return field(name, bytes).field(name + "_human", human(bytes));
  }

  /// `value` with `places` decimal places.
  public static String decimal(double value, int places) {
    return String.format(Locale.ROOT, "%." + places + "f", value);
  }

  /// A size as people read it: `1.50K`.
  public static String human(long bytes) {
    if (bytes < KB) {
      return bytes + "B";
    }
    double size = bytes;
    int unit = -1;
    while (size >= KB && unit < UNITS.length() - 1) {
      size /= KB;
      unit++;
    }
    return decimal(size, 2) + UNITS.charAt(unit);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
