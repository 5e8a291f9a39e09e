package io.skein.engine.node;

import io.skein.engine.aof.Manifest;
import io.skein.engine.command.InfoText;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.resp.CommandError;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Rewrites the append only file, without fork: a snapshot becomes the new base while what is
/// logged goes into a new incremental file.
///
/// *States*: idle; scheduled (to begin as soon as no snapshot is in its way); running: the data set
/// is walked, the base is finished, the log goes over to the next file, and when all that is done
/// the manifest that names both.
final class AofRewriter implements Saver.OtherSnapshots {
  private static final CommandError IN_PROGRESS =
      new CommandError("ERR Background append only file rewriting already in progress");
  private static final CommandError FAILED =
      new CommandError(
          "ERR Can't execute an AOF background rewriting. Please check the server logs for more"
              + " information.");

  /// One rewrite in progress.
  private final class Rewrite {
    private final SnapshotFile base;
    private final boolean rdb;
    private final long beganMs = keyspace.nowMs();
    private boolean written;
    private boolean switched;

    Rewrite() {
      rdb = settings.isOn(PersistenceSettings.AOF_USE_RDB_PREAMBLE);
      Manifest planned = files.manifest().withNewBase(files.prefix(), rdb);
      String path = files.path(Objects.requireNonNull(planned.base()));
      base =
          new SnapshotFile(
              host,
              path,
              keyspace,
              format(rdb, file.state() == AppendOnlyFile.State.OFF ? 0 : nextFile()),
              saver.pace(),
              this::written);
    }

    private void written(@Nullable String failure) {
      if (current != this) {
        return;
      }
      if (failure != null) {
        failed(failure);
      } else {
        written = true;
        advance();
      }
    }

    private void advance() {
      if (!written || !switched) {
        return;
      }
      try {
        files.persist(file.rewrittenManifest(), this::completed);
      } catch (Disk.Failure e) {
        failed(String.valueOf(e.getMessage()));
      }
    }

    private void completed(@Nullable String failure) {
      if (current != this) {
        return;
      }
      if (failure != null) {
        failed(failure);
      } else {
        files.deleteHistory(this::finished);
      }
    }

    private void finished() {
      if (current != this) {
        return;
      }
      ended();
      succeeded = true;
      limit.succeeded();
      host.log(LogLevel.NOTICE, "Background AOF rewrite finished successfully");
      file.rewritten(base.run().bytesWritten());
    }

    private void failed(String reason) {
      ended();
      giveUp();
      succeeded = false;
      limit.failed();
      host.log(LogLevel.WARNING, "Background AOF rewrite terminated with error: " + reason);
      file.rewriteFailed();
      scheduled |= file.state() == AppendOnlyFile.State.WAIT_REWRITE;
    }

    private void ended() {
      current = null;
      lastTookSeconds = (keyspace.nowMs() - beganMs) / 1000;
    }

    private void giveUp() {
      if (!written) {
        base.cancel(leftover);
      }
    }
  }

  private final Settings settings;
  private final Keyspace keyspace;
  private final NodeState state;
  private final NodeHost host;
  private final Saver saver;
  private final Propagation propagation;
  private final AppendOnlyFile file;
  private final AofFiles files;
  private final AofRewriteLimit limit;
  private @Nullable Rewrite current;
  private final LeftoverWalk leftover = new LeftoverWalk();
  private boolean scheduled;
  private boolean succeeded = true;
  private long lastTookSeconds = -1;
  private long rewrites;

  AofRewriter(
      Settings settings,
      Keyspace keyspace,
      NodeState state,
      NodeHost host,
      Saver saver,
      Propagation propagation,
      AppendOnlyFile file,
      AofFiles files) {
    this.settings = settings;
    this.keyspace = keyspace;
    this.state = state;
    this.host = host;
    this.saver = saver;
    this.propagation = propagation;
    this.file = file;
    this.files = files;
    this.limit = new AofRewriteLimit(host);
  }

  /// Whether the base that is written now, or would be next, is a snapshot and not commands.
  boolean isRdb() {
    Rewrite rewrite = current;
    return rewrite != null ? rewrite.rdb : settings.isOn(PersistenceSettings.AOF_USE_RDB_PREAMBLE);
  }

  /// The number of the incremental file that a new base can name as the one in which the log goes
  /// on; 0 on a replica, whose log is its primary's and need not select a database where the file
  /// begins.
  private long nextFile() {
    return state.isReplica() ? 0 : files.nextIncremental();
  }

  private SnapshotFormat format(boolean rdb, long next) {
    if (rdb) {
      return saver.format(saver.preamble().ofAofBase(next));
    }
    boolean stamped = settings.isOn(PersistenceSettings.AOF_TIMESTAMP_ENABLED);
    return saver.commands(stamped ? keyspace.nowMs() / 1000 : -1, next);
  }

  /// Writes the data set as it is to `path`, however long it takes: the base of the first
  /// incremental file.
  ///
  /// @throws Disk.Failure when that is not possible
  void writeNow(String path) {
    String failure =
        SnapshotFile.writeNow(host, path, keyspace, format(isRdb(), nextFile()), saver.pace());
    if (failure != null) {
      throw new Disk.Failure(failure);
    }
  }

  @Override
  public boolean isRunning() {
    return current != null;
  }

  boolean isScheduled() {
    return scheduled;
  }

  /// The walk in progress, if any.
  @Nullable SnapshotRun run() {
    Rewrite rewrite = current;
    return rewrite == null ? null : rewrite.base.run();
  }

  private boolean isInTheWay() {
    return saver.isSaving() || keyspace.snapshot() != null || propagation.isInUnit();
  }

  /// Begins, or as soon as it can; whether it has begun.
  ///
  /// @throws CommandError when one is in progress already, or it cannot begin
  boolean request() {
    if (current != null) {
      throw IN_PROGRESS;
    }
    leftover.finishIfSmall();
    if (isInTheWay()) {
      scheduled = true;
      limit.reset();
      return false;
    }
    if (!begin()) {
      throw FAILED;
    }
    return true;
  }

  /// As [#request], for one who wants it anyhow: false when it cannot be done.
  boolean beginOrSchedule() {
    leftover.finish();
    if (isInTheWay()) {
      scheduled = true;
      host.log(
          LogLevel.NOTICE,
          "AOF was enabled but there is already another background operation. An AOF background was"
              + " scheduled to start when possible.");
      return true;
    }
    return begin();
  }

  private boolean begin() {
    propagation.flush();
    try {
      files.createDirectory();
      Rewrite rewrite = new Rewrite();
      current = rewrite;
      file.cut();
    } catch (Disk.Failure e) {
      Rewrite rewrite = current;
      if (rewrite != null) {
        current = null;
        rewrite.giveUp();
      }
      host.log(
          LogLevel.WARNING, "Can't rewrite the append-only file in background: " + e.getMessage());
      succeeded = false;
      limit.failed();
      return false;
    }
    rewrites++;
    keyspace.stats().snapshotBegun();
    scheduled = false;
    host.log(LogLevel.NOTICE, "Background append only file rewriting started");
    return true;
  }

  /// What is logged goes into the next file now.
  void switched() {
    Rewrite rewrite = current;
    if (rewrite != null) {
      rewrite.switched = true;
      rewrite.advance();
    }
  }

  /// What is logged goes into the same file as before.
  void switchFailed(String reason) {
    Rewrite rewrite = current;
    if (rewrite != null) {
      rewrite.failed(reason);
    }
  }

  /// Gives the rewrite in progress up, and one that is scheduled.
  void kill() {
    Rewrite rewrite = current;
    scheduled = false;
    if (rewrite != null) {
      host.log(LogLevel.NOTICE, "Killing running AOF rewrite");
      rewrite.ended();
      rewrite.giveUp();
      leftover.finish();
      file.rewriteFailed();
    }
  }

  @Override
  public void finishWalk() {
    Rewrite rewrite = current;
    if (rewrite != null) {
      rewrite.base.finishWalk();
    }
    leftover.finish();
  }

  /// Goes on with the walk; false when it can do nothing for now.
  boolean step() {
    Rewrite rewrite = current;
    return leftover.step() || rewrite != null && rewrite.base.step();
  }

  /// Begins a rewrite that is scheduled, or that the growth of the file asks for.
  void tick() {
    if (current != null || state.isLoading() || isInTheWay()) {
      return;
    }
    if (scheduled) {
      if (!limit.holds(keyspace.nowMs())) {
        begin();
      }
      return;
    }
    long percentage = settings.number(PersistenceSettings.AUTO_AOF_REWRITE_PERCENTAGE);
    long size = file.currentBytes();
    if (file.state() != AppendOnlyFile.State.ON
        || percentage == 0
        || size <= settings.number(PersistenceSettings.AUTO_AOF_REWRITE_MIN_SIZE)) {
      return;
    }
    long growth = size * 100 / Math.max(1, file.baseBytes()) - 100;
    if (growth >= percentage && !limit.holds(keyspace.nowMs())) {
      host.log(LogLevel.NOTICE, "Starting automatic rewriting of AOF on " + growth + "% growth");
      begin();
    }
  }

  void describe(InfoText out) {
    Rewrite rewrite = current;
    out.flag("aof_rewrite_in_progress", rewrite != null);
    out.flag("aof_rewrite_scheduled", scheduled);
    out.field("aof_last_rewrite_time_sec", lastTookSeconds);
    out.field(
        "aof_current_rewrite_time_sec",
        rewrite == null ? -1 : (keyspace.nowMs() - rewrite.beganMs) / 1000);
    out.field("aof_last_bgrewrite_status", succeeded ? "ok" : "err");
    out.field("aof_rewrites", rewrites);
    out.field("aof_rewrites_consecutive_failures", limit.failures());
  }

  void resetStatistics() {
    rewrites = 0;
    limit.reset();
  }
}
