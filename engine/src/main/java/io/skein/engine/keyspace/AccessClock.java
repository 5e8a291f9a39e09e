package io.skein.engine.keyspace;

/// The 24 bits with which an entry remembers its use: a clock of seconds (LRU), or minutes and a
/// counter (LFU).
///
/// The counter of LFU grows with a probability that falls as it grows, and decays with the time in
/// which the key was not used; both as in Redis, with its settings `lfu-log-factor` and
/// `lfu-decay-time`.
public final class AccessClock {
  /// What a new key's counter starts at, so that it is not evicted before it had a chance.
  public static final int LFU_INITIAL = 5;

  private static final int MASK = (1 << 24) - 1;

  private boolean lfu;
  private int logFactor = 10;
  private int decayMinutes = 1;
  private int seconds;
  private int minutes;
  private long random = 0x9E3779B97F4A7C15L;

  AccessClock() {}

  /// Whether the policy in force counts frequency.
  public boolean isLfu() {
    return lfu;
  }

  /// Chooses what entries remember from now on.
  public void configure(boolean frequency, int lfuLogFactor, int lfuDecayMinutes) {
    lfu = frequency;
    logFactor = lfuLogFactor;
    decayMinutes = lfuDecayMinutes;
  }

  void nowMs(long unixMs) {
    seconds = (int) (unixMs / 1000) & MASK;
    minutes = (int) (unixMs / 60_000) & 0xffff;
  }

  /// The value for an entry that is created now.
  int fresh() {
    return lfu ? minutes << 8 | LFU_INITIAL : seconds;
  }

  /// The value for an entry that had `old` and is used now.
  int touched(int old) {
    return lfu ? minutes << 8 | incremented(decayed(old)) : seconds;
  }

  /// How long an entry with `value` was not used, in seconds.
  public int idleSeconds(int value) {
    return lfu ? 0 : seconds - value & MASK;
  }

  /// The value that stands for an entry not used for `idle` seconds.
  public int ofIdle(long idle) {
    return (int) (seconds - idle) & MASK;
  }

  /// The value that stands for a counter of `frequency`, 0 to 255.
  public int ofFrequency(int frequency) {
    return minutes << 8 | frequency;
  }

  /// The counter of an entry with `value`, less what it has lost since its last use.
  public int frequency(int value) {
    return decayed(value);
  }

  private int decayed(int value) {
    int counter = value & 0xff;
    if (decayMinutes == 0) {
      return counter;
    }
    int elapsed = minutes - (value >>> 8) & 0xffff;
    return Math.max(0, counter - elapsed / decayMinutes);
  }

  private int incremented(int counter) {
    if (counter == 255) {
      return 255;
    }
    random ^= random << 13;
    random ^= random >>> 7;
    random ^= random << 17;
    double r = (random >>> 11) * 0x1.0p-53;
    double probability = 1.0 / (Math.max(0, counter - LFU_INITIAL) * (double) logFactor + 1);
    return r < probability ? counter + 1 : counter;
  }
}
