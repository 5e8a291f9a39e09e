package io.skein.engine.node;

import io.skein.engine.aof.ManifestError;
import io.skein.engine.cluster.ClusterPort;
import io.skein.engine.cluster.ClusterRequest;
import io.skein.engine.cluster.ClusterResult;
import io.skein.engine.command.ClusterDebugging;
import io.skein.engine.command.Debugging;
import io.skein.engine.config.LogLevel;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.log.CommandLog;
import io.skein.engine.resp.CommandError;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

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
  private final @Nullable ClusterDebugging cluster;
  private boolean cronPaused;

  TestHooks(
      Keyspace keyspace,
      CommandLog log,
      NodeState state,
      NodeHost host,
      Background background,
      AofLoad files,
      AppendOnlyFile appendOnly,
      Supplier<String> freshIds,
      @Nullable ClusterPort cluster) {
    this.keyspace = keyspace;
    this.log = log;
    this.state = state;
    this.host = host;
    this.background = background;
    this.files = files;
    this.appendOnly = appendOnly;
    this.freshIds = freshIds;
    this.cluster = cluster == null ? null : new BusHooks(cluster);
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
  public void preventMigrationPause(boolean on) {
    state.preventMigrationPause(on);
  }

  @Override
  public void preventMigrationClaim(boolean on) {
    state.preventMigrationClaim(on);
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
    keyspace.clear(false);
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
  public @Nullable ClusterDebugging cluster() {
    return cluster;
  }

  /// What is done to the bus, by requests to the control plane.
  private record BusHooks(ClusterPort port) implements ClusterDebugging {
    @Override
    public void dropPackets(long type) {
      ask(new ClusterRequest.DropPackets(type));
    }

    @Override
    public void closeOnDrop(boolean close) {
      ask(new ClusterRequest.CloseOnDrop(close));
    }

    @Override
    public void killLinks(String nodeId, boolean to, boolean from) {
      ask(new ClusterRequest.KillLinks(nodeId, to, from));
    }

    private void ask(ClusterRequest request) {
      if (port.request(request) instanceof ClusterResult.Error(String text)) {
        throw new CommandError(text);
      }
    }
  }

  @Override
  public void log(String text) {
    host.log(LogLevel.WARNING, text);
  }
}
