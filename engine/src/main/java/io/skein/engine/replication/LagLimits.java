package io.skein.engine.replication;

import io.skein.engine.log.CommandLog;

/// How far a replica may lag behind: `client-output-buffer-limit replica`.
///
/// What counts is memory: bytes that lie on disk do not.
final class LagLimits {
  /// What a link may hold of memory beyond the backlog while files take what is older.
  private static final long BEYOND_BACKLOG_BYTES = 64 * 1024 * 1024;

  private LagLimits() {}

  /// Whether the link has to end; remembers since when the soft limit is exceeded.
  static boolean isExceeded(
      ReplicaLink link, CommandLog log, PrimarySettings settings, long nowMs) {
    long lag = link.lagInMemory();
    long hard = settings.outputHardLimitBytes();
    if (hard > 0 && lag > atLeastTheBacklog(hard, log)) {
      return true;
    }
    long soft = settings.outputSoftLimitBytes();
    if (soft == 0 || lag <= atLeastTheBacklog(soft, log)) {
      link.overSoftLimitSinceMs = -1;
      return false;
    }
    if (link.overSoftLimitSinceMs < 0) {
      link.overSoftLimitSinceMs = nowMs;
    }
    return nowMs - link.overSoftLimitSinceMs > settings.outputSoftLimitSeconds() * 1000L;
  }

  /// What the backlog holds anyway costs nothing, so no limit is smaller than that; nor smaller
  /// than what is on its way to a file.
  private static long atLeastTheBacklog(long limitBytes, CommandLog log) {
    long backlog = log.backlogSize();
    if (limitBytes > backlog) {
      return limitBytes;
    }
    return log.isArchiveInUse() ? backlog + BEYOND_BACKLOG_BYTES : backlog;
  }
}
