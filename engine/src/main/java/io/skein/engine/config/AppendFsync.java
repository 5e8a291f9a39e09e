package io.skein.engine.config;

/// When what was appended to the append only file is flushed to the disk.
public enum AppendFsync implements Token {
  /// Once a second.
  EVERYSEC("everysec"),

  /// Before the reply.
  ALWAYS("always"),

  /// When the operating system likes.
  NO("no");

  private final String token;

  AppendFsync(String token) {
    this.token = token;
  }

  @Override
  public String token() {
    return token;
  }
}
