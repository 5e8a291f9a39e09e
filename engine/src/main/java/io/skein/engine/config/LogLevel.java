package io.skein.engine.config;

/// The least important messages that are logged.
public enum LogLevel implements Token {
  /// Everything.
  DEBUG("debug"),

  /// Much that is rarely useful.
  VERBOSE("verbose"),

  /// What an operator wants to know.
  NOTICE("notice"),

  /// What an operator must know.
  WARNING("warning"),

  /// No messages.
  NOTHING("nothing");

  private final String token;

  LogLevel(String token) {
    this.token = token;
  }

  @Override
  public String token() {
    return token;
  }
}
