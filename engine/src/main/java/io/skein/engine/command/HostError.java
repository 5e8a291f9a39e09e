package io.skein.engine.command;

/// The host could not do what a command asked for; nothing has been changed.
public final class HostError extends Exception {
  private static final long serialVersionUID = 1L;

  /// A failure for `reason`, as the operating system gives it.
  public HostError(String reason) {
    super(reason, null, true, false);
  }

  /// The text to show.
  public String reason() {
    return String.valueOf(getMessage());
  }
}
