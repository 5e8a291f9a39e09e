package io.skein.engine.node;

import io.skein.engine.config.LogLevel;

/// Holds automatic rewrites back for longer and longer while they keep failing, since each leaves
/// an incremental file behind.
///
/// Source: `aofRewriteLimited` of Redis 7.2: from the third failure in a row on a minute, then two,
/// four and so on up to an hour.
final class AofRewriteLimit {
  private static final int FREE_FAILURES = 3;
  private static final int MOST_MINUTES = 60;
  private static final long MS_PER_MINUTE = 60_000;

  private final NodeHost host;
  private long failures;
  private int delayMinutes;
  private long untilMs;

  AofRewriteLimit(NodeHost host) {
    this.host = host;
  }

  long failures() {
    return failures;
  }

  void failed() {
    failures++;
  }

  void succeeded() {
    failures = 0;
  }

  /// Lets the next one begin at once, as somebody wants it.
  void reset() {
    failures = 0;
  }

  /// Whether a rewrite that nobody asked for has to wait.
  boolean holds(long nowMs) {
    if (failures < FREE_FAILURES) {
      delayMinutes = 0;
      untilMs = 0;
      return false;
    }
    if (untilMs != 0) {
      if (nowMs < untilMs) {
        return true;
      }
      untilMs = 0;
      return false;
    }
    delayMinutes = Math.min(MOST_MINUTES, delayMinutes == 0 ? 1 : delayMinutes * 2);
    untilMs = nowMs + delayMinutes * MS_PER_MINUTE;
    host.log(
        LogLevel.WARNING,
        "Background AOF rewrite has repeatedly failed and triggered the limit, will retry in "
            + delayMinutes
            + " minutes");
    return true;
  }
}
