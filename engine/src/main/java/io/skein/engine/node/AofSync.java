package io.skein.engine.node;

import io.skein.engine.config.AppendFsync;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Keyspace;
import java.util.function.BooleanSupplier;

/// When the append only file is flushed: as `appendfsync` says, and again when it could not be.
final class AofSync {
  private static final long SLOW_MS = 2000;

  private final Settings settings;
  private final Keyspace keyspace;
  private final NodeHost host;
  private final BooleanSupplier snapshotRuns;
  private long lastSeconds;
  private long waitingSinceMs = -1;
  private long delayed;

  /// @param snapshotRuns whether one is being written to disk
  AofSync(Settings settings, Keyspace keyspace, NodeHost host, BooleanSupplier snapshotRuns) {
    this.settings = settings;
    this.keyspace = keyspace;
    this.host = host;
    this.snapshotRuns = snapshotRuns;
  }

  boolean isAlways() {
    return settings.get(PersistenceSettings.APPENDFSYNC) == AppendFsync.ALWAYS;
  }

  /// Whether a snapshot shall not have to share the disk with flushes.
  boolean isSuppressed() {
    return settings.isOn(PersistenceSettings.NO_APPENDFSYNC_ON_REWRITE)
        && snapshotRuns.getAsBoolean();
  }

  /// Asks for a flush if one is due.
  void look(AofWriter file) {
    if (file.hasFailed() || !file.needsSync() || isSuppressed()) {
      return;
    }
    switch (settings.get(PersistenceSettings.APPENDFSYNC)) {
      case ALWAYS -> file.sync();
      case EVERYSEC -> {
        long seconds = keyspace.nowMs() / 1000;
        if (seconds != lastSeconds) {
          lastSeconds = seconds;
          if (!file.isSyncing()) {
            file.sync();
          }
        }
      }
      case NO -> {}
    }
  }

  /// Tries again if the last flush has failed, and notes one that takes long although there is
  /// something to be written behind it.
  void tick(AofWriter file, AofHealth health) {
    if (health.needsFsync() && !file.isSyncing()) {
      file.sync();
    }
    boolean held =
        settings.get(PersistenceSettings.APPENDFSYNC) == AppendFsync.EVERYSEC
            && file.isSyncing()
            && file.pendingBytes() > 0;
    long now = host.nanos() / 1_000_000;
    if (!held) {
      waitingSinceMs = -1;
    } else if (waitingSinceMs < 0) {
      waitingSinceMs = now;
    } else if (now - waitingSinceMs >= SLOW_MS) {
      waitingSinceMs = -1;
      delayed++;
      host.log(
          LogLevel.NOTICE,
          "Asynchronous AOF fsync is taking too long (disk is busy?): what is logged waits in"
              + " memory.");
    }
  }

  /// How often a flush took so long.
  long delayed() {
    return delayed;
  }

  void resetStatistics() {
    delayed = 0;
  }
}
