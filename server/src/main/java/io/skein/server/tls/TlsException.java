package io.skein.server.tls;

/// What the settings name for encryption is not there, or makes no sense.
public final class TlsException extends Exception {
  private static final long serialVersionUID = 1L;

  TlsException(String reason) {
    super(reason, null, true, false);
  }

  /// What to tell the operator.
  public String reason() {
    return String.valueOf(getMessage());
  }
}
