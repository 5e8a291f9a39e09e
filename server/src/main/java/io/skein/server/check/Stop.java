package io.skein.server.check;

/// Ends a check with exit status 1; what there is to say was said.
final class Stop extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Stop() {
    super("", null, false, false);
  }
}
