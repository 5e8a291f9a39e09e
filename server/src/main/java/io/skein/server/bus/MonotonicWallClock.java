package io.skein.server.bus;

/// The wall clock as it was once, going on by a clock that never goes back.
public final class MonotonicWallClock {
  private final long offsetMs = System.currentTimeMillis() - System.nanoTime() / 1_000_000;

  /// Milliseconds since 1970.
  public long nowMs() {
    return offsetMs + System.nanoTime() / 1_000_000;
  }
}
