package io.skein.engine.node;

import io.skein.engine.config.LogLevel;
import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.config.Settings;

/// Whether a replica that cannot save goes on with what its primary writes.
///
/// By default it ends instead, so that it is not taken for one that keeps what it was given;
/// `replica-ignore-disk-write-errors` has it go on.
final class StreamWrites {
  private static final long BETWEEN_WARNINGS_MS = 10_000;

  private final Settings settings;
  private final NodeState state;
  private final NodeHost host;
  private long warnedAtMs = Long.MIN_VALUE;

  StreamWrites(Settings settings, NodeState state, NodeHost host) {
    this.settings = settings;
    this.state = state;
    this.host = host;
  }

  /// Whether a write may be carried out; if not, the process is about to end.
  boolean areAllowed() {
    if (!state.isSaveFailing()) {
      return true;
    }
    if (!settings.isOn(ReplicationSettings.REPLICA_IGNORE_DISK_WRITE_ERRORS)) {
      host.log(LogLevel.WARNING, "Replica was unable to write command to disk.");
      host.exit(1);
      return false;
    }
    long nowMs = host.nanos() / 1_000_000;
    if (warnedAtMs == Long.MIN_VALUE || nowMs - warnedAtMs > BETWEEN_WARNINGS_MS) {
      warnedAtMs = nowMs;
      host.log(LogLevel.WARNING, "Replica is applying a command it is unable to write to disk.");
    }
    return true;
  }
}
