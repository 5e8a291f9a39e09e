package io.skein.engine.node;

import io.skein.engine.aof.ManifestError;
import io.skein.engine.command.Debugging;
import io.skein.engine.config.LogLevel;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.log.CommandLog;
import java.util.function.Supplier;

/// What DEBUG does to the node.
final class TestHooks implements Debugging {
  private final Keyspace keyspace;
  private final CommandLog log;
  private final NodeState state;
  private final NodeHost host;
  private final Background background;
  private final AofLoad files;
  private final AppendOnlyFile appendOnly;
  private final Supplier<String> freshIds;
  private boolean cronPaused;

  TestHooks(
      Keyspace keyspace,
      CommandLog log,
      NodeState state,
      NodeHost host,
      Background background,
      AofLoad files,
      AppendOnlyFile appendOnly,
      Supplier<String> freshIds) {
    this.keyspace = keyspace;
    this.log = log;
    this.state = state;
    this.host = host;
    this.background = background;
    this.files = files;
    this.appendOnly = appendOnly;
    this.freshIds = freshIds;
  }

  /// Whether what happens by itself is stopped.
  boolean isCronPaused() {
    return cronPaused;
  }

  @Override
  public void activeExpiry(boolean on) {
    background.activeExpiry(on);
  }

  @Override
  public void pauseCron(boolean paused) {
    cronPaused = paused;
  }

  @Override
  public void changeReplicationId() {
    log.renew(freshIds.get());
  }

  @Override
  public boolean loadAppendOnly() {
    if (state.isLoading()) {
      return false;
    }
    try {
      appendOnly.reloading();
    } catch (ManifestError | Disk.Failure e) {
      log("The manifest of the append only files cannot be read: " + e.getMessage());
      return false;
    }
    keyspace.flush(false);
    boolean loaded = files.loadNow(new AofHistory(log, text -> log(text)));
    if (loaded) {
      host.log(LogLevel.NOTICE, "Append Only File loaded by DEBUG LOADAOF");
    }
    return loaded;
  }

  @Override
  public void appendDelayMicros(long micros) {
    appendOnly.delayMicros(micros);
  }

  @Override
  public void log(String text) {
    host.log(LogLevel.WARNING, text);
  }
}
