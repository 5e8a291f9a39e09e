package io.skein.engine.replication;

/// How long a replica lets others wait that know more of its history than it does itself.
///
/// A replica that was started again stands where its file ends, and those that follow it are ahead
/// until it has heard from its primary, which is a moment. A snapshot would be a waste. If it does
/// not catch up in time, what they know more was lost.
final class Patience {
  private static final long LIMIT_MS = 10_000;
  private static final long FORGOTTEN_AFTER_MS = 60_000;

  private long sinceMs;
  private long lastMs = -1;

  /// Someone asks for what is not there yet; whether to ask again later.
  boolean lasts(long nowMs) {
    if (lastMs < 0 || nowMs - lastMs > FORGOTTEN_AFTER_MS) {
      sinceMs = nowMs;
    }
    lastMs = nowMs;
    return nowMs - sinceMs <= LIMIT_MS;
  }
}
