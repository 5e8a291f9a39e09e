package io.skein.engine.cluster.bus;

/// Bytes from the bus that are no message; nothing was taken from them.
public final class BusFormatException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BusFormatException(String what) {
    super(what, null, false, false);
  }
}
