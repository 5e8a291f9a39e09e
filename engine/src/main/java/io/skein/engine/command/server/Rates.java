package io.skein.engine.command.server;

import java.util.function.LongSupplier;

/// How fast a counter grows: the average over the last 16 samples, which are taken 100 ms apart.
final class Rates {
  private static final int SAMPLES = 16;
  private static final long INTERVAL_MS = 100;

  private final LongSupplier counter;
  private final long[] perSecond = new long[SAMPLES];
  private int next;
  private long lastMs;
  private long lastValue;

  Rates(LongSupplier counter) {
    this.counter = counter;
  }

  /// Takes a sample when one is due.
  void sample(long nowMs) {
    long elapsed = nowMs - lastMs;
    if (elapsed >= 0 && elapsed < INTERVAL_MS) {
      return;
    }
    long value = counter.getAsLong();
    if (lastMs > 0 && elapsed > 0) {
      // A counter that was reset has grown by what it shows.
      long grown = value >= lastValue ? value - lastValue : value;
      perSecond[next] = grown * 1000 / elapsed;
      next = (next + 1) % SAMPLES;
    }
    lastMs = nowMs;
    lastValue = value;
  }

  long perSecond() {
    long sum = 0;
    for (long sample : perSecond) {
      sum += sample;
    }
    return sum / SAMPLES;
  }
}
