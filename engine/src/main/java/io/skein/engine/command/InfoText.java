package io.skein.engine.command;

/// The text of INFO as it grows: sections of `name:value` lines.
public final class InfoText {
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

  @Override
  public String toString() {
    return text.toString();
  }
}
