package io.skein.engine.config;

/// Why a value, a line or a CONFIG SET was refused; nothing has been changed.
///
/// It carries no stack trace: it is an answer to an operator's mistake.
public final class ConfigError extends Exception {
  private static final long serialVersionUID = 1L;

  /// A refusal for `reason`, a text as Redis gives it.
  public ConfigError(String reason) {
    super(reason, null, true, false);
  }

  /// The text to show.
  public String reason() {
    return String.valueOf(getMessage());
  }
}
