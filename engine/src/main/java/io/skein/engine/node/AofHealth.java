package io.skein.engine.node;

import io.skein.engine.config.LogLevel;
import org.jspecify.annotations.Nullable;

/// Whether the append only file can be written and flushed; while it cannot, clients' writes are
/// refused.
final class AofHealth {
  private static final long LOG_EVERY_MS = 30_000;

  private final NodeState state;
  private final NodeHost host;
  private @Nullable String writeError;
  private @Nullable String fsyncError;

  /// Whether it was said since the last failure that a primary's command is not written.
  private boolean warned;

  private long loggedMs = -LOG_EVERY_MS;

  AofHealth(NodeState state, NodeHost host) {
    this.state = state;
    this.host = host;
    state.onCannotAppend(this::cannotAppend);
  }

  private void cannotAppend(boolean ignored) {
    if (!ignored) {
      host.log(LogLevel.WARNING, "Replica was unable to write command to disk. Exiting...");
      host.exit(1);
    } else if (!warned) {
      warned = true;
      host.log(
          LogLevel.WARNING,
          "Replica is applying a command it is unable to write to disk, as"
              + " replica-ignore-disk-write-errors says");
    }
  }

  boolean isGood() {
    return writeError == null && fsyncError == null;
  }

  /// Whether a flush has failed, and none succeeded since.
  boolean needsFsync() {
    return fsyncError != null;
  }

  void writeFailed(String reason, long nowMs) {
    if (nowMs - loggedMs >= LOG_EVERY_MS) {
      loggedMs = nowMs;
      host.log(LogLevel.WARNING, "Error writing to the AOF file: " + reason);
    }
    writeError = reason;
    tell();
  }

  void written() {
    if (writeError != null) {
      host.log(LogLevel.NOTICE, "AOF write error looks solved, Redis can write again.");
      writeError = null;
      tell();
    }
  }

  void fsyncFailed(String reason) {
    if (fsyncError == null) {
      host.log(LogLevel.WARNING, "Fail to fsync the AOF file: " + reason);
    }
    fsyncError = reason;
    tell();
  }

  void fsynced() {
    if (fsyncError != null) {
      fsyncError = null;
      tell();
    }
  }

  /// What was wrong with another file is of no concern for the next one.
  void forget() {
    if (!isGood()) {
      host.log(LogLevel.WARNING, "AOF reopen, just ignore the last error.");
      writeError = null;
      fsyncError = null;
    }
    tell();
  }

  private void tell() {
    warned &= !isGood();
    state.appendError(writeError != null ? writeError : fsyncError);
  }
}
