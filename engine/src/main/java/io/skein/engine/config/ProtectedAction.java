package io.skein.engine.config;

/// Whether clients may do what could harm the machine.
public enum ProtectedAction implements Token {
  /// Nobody may.
  NO("no"),

  /// Everybody may.
  YES("yes"),

  /// Those connected from this machine may.
  LOCAL("local");

  private final String token;

  ProtectedAction(String token) {
    this.token = token;
  }

  @Override
  public String token() {
    return token;
  }
}
