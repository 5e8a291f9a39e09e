package io.skein.engine.config;

/// When the payloads of RESTORE and of RDB files are checked in depth.
public enum SanitizePayload implements Token {
  /// Never.
  NO("no"),

  /// Always.
  YES("yes"),

  /// When they come from a client, not from a primary or a file.
  CLIENTS("clients");

  private final String token;

  SanitizePayload(String token) {
    this.token = token;
  }

  @Override
  public String token() {
    return token;
  }
}
