package io.skein.engine.node;

import io.skein.engine.config.NumberSetting;
import io.skein.engine.config.Settings;
import java.util.function.LongSupplier;

/// How fast keys go by when a setting slows them down, so that a test can see the midst of what is
/// else over at once.
///
/// Nobody sleeps: work is held back until its time has come, and what was missed is made up for.
/// The setting may change under way.
final class Pace {
  private static final long NANOS_PER_MICRO = 1000;

  private final Settings settings;
  private final NumberSetting delayMicros;
  private final LongSupplier nanos;

  /// When the last key was due.
  private long dueNanos;

  /// Starts now.
  ///
  /// @param delayMicros microseconds for each key; negative for keys in a microsecond
  Pace(Settings settings, NumberSetting delayMicros, LongSupplier nanos) {
    this.settings = settings;
    this.delayMicros = delayMicros;
    this.nanos = nanos;
    dueNanos = nanos.getAsLong();
  }

  /// Whether nothing is slowed down.
  boolean isOff() {
    return settings.number(delayMicros) == 0;
  }

  /// Whether the next key's time has come.
  boolean isReady() {
    return isOff() || nanos.getAsLong() - dueNanos >= nanosPerKey();
  }

  /// `keys` have gone by.
  void passed(long keys) {
    dueNanos = isOff() ? nanos.getAsLong() : dueNanos + keys * nanosPerKey();
  }

  private long nanosPerKey() {
    long delay = settings.number(delayMicros);
    return delay < 0 ? NANOS_PER_MICRO / -delay : delay * NANOS_PER_MICRO;
  }
}
