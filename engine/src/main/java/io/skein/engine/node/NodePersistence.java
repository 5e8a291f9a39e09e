package io.skein.engine.node;

import io.skein.engine.command.InfoText;
import io.skein.engine.command.Persistence;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.resp.CommandError;
import org.jspecify.annotations.Nullable;

/// Snapshots, the append only file, and the end of the process, as commands see them together.
final class NodePersistence implements Persistence {
  private static final CommandError SHUTDOWN_FAILED =
      new CommandError("ERR Errors trying to SHUTDOWN. Check logs.");

  private final Settings settings;
  private final NodeState state;
  private final NodeHost host;
  private final Loader loader;
  private final Saver saver;
  private final AppendOnlyFile appendOnly;
  private final ShutdownWait shutdownWait;

  NodePersistence(
      Settings settings,
      Keyspace keyspace,
      NodeState state,
      NodeHost host,
      Loader loader,
      Saver saver,
      AppendOnlyFile appendOnly) {
    this.settings = settings;
    this.state = state;
    this.host = host;
    this.loader = loader;
    this.saver = saver;
    this.appendOnly = appendOnly;
    this.shutdownWait = new ShutdownWait(settings, keyspace, state, host, this::end);
  }

  @Override
  public void saveNow(long uncounted) {
    saver.saveNow(uncounted);
  }

  @Override
  public boolean saveInBackground(boolean schedule) {
    return saver.saveInBackground(schedule);
  }

  @Override
  public void cancelBackgroundSave() {
    saver.cancelBackgroundSave();
  }

  @Override
  public boolean isSaving() {
    return saver.isSaving();
  }

  @Override
  public boolean rewriteAppendOnlyFile() {
    return appendOnly.rewriter().request();
  }

  @Override
  public long appendBufferBytes() {
    return appendOnly.bufferBytes();
  }

  @Override
  public void reload(boolean flush, boolean merge) {
    saver.reload(flush, merge);
  }

  @Override
  public long lastSaveSeconds() {
    return saver.lastSaveSeconds();
  }

  @Override
  public void describe(InfoText out) {
    SnapshotRun run = saver.run() != null ? saver.run() : appendOnly.rewriter().run();
    out.flag("loading", state.isLoading());
    out.flag("async_loading", state.isLoadingBeside());
    out.field("current_cow_peak", 0).field("current_cow_size", 0).field("current_cow_size_age", 0);
    out.field("current_fork_perc", run == null ? "0.00" : percent(run));
    out.field("current_save_keys_processed", run == null ? 0 : run.handedOut());
    out.field("current_save_keys_total", run == null ? 0 : run.total());
    saver.describe(out);
    loader.describe(out);
    appendOnly.describe(out);
    out.field("module_fork_in_progress", 0).field("module_fork_last_cow_size", 0);
    appendOnly.describeFiles(out);
    loader.describeProgress(out);
  }

  private static String percent(SnapshotRun run) {
    double share = run.total() == 0 ? 1 : (double) run.handedOut() / run.total();
    long hundredths = Math.round(share * 10_000);
    return hundredths / 100 + "." + hundredths % 100 / 10 + hundredths % 10;
  }

  @Override
  public boolean shutdown(@Nullable Boolean save, boolean now, boolean force) {
    log(LogLevel.WARNING, "User requested shutdown...");
    if (!now && shutdownWait.begin(save, force)) {
      return false;
    }
    end(save, force);
    return true;
  }

  private void end(@Nullable Boolean save, boolean force) {
    boolean saving = save != null ? save : !settings.get(PersistenceSettings.SAVE).isEmpty();
    endAppendOnly(force);
    saver.beginFinalSave();
    if (saving && !state.isLoading()) {
      log(LogLevel.NOTICE, "Saving the final RDB snapshot before exiting.");
      try {
        saver.saveNow(0);
      } catch (CommandError e) {
        if (!force) {
          log(LogLevel.WARNING, "Error trying to save the DB, can't exit.");
          throw SHUTDOWN_FAILED;
        }
      }
    }
    log(LogLevel.WARNING, "Redis is now ready to exit, bye bye...");
    host.exit(0);
  }

  private void endAppendOnly(boolean force) {
    AofRewriter rewriter = appendOnly.rewriter();
    if (rewriter.isRunning()) {
      if (appendOnly.state() == AppendOnlyFile.State.WAIT_REWRITE) {
        if (!force) {
          log(LogLevel.WARNING, "Writing initial AOF, can't exit.");
          throw SHUTDOWN_FAILED;
        }
        log(LogLevel.WARNING, "Writing initial AOF. Exit anyway.");
      }
      log(LogLevel.WARNING, "There is an AOF rewrite in progress. Killing it!");
      rewriter.kill();
    }
    if (appendOnly.state() != AppendOnlyFile.State.OFF) {
      log(LogLevel.NOTICE, "Calling fsync() on the AOF file.");
      if (!appendOnly.flushNow(true)) {
        log(LogLevel.WARNING, "Fail to fsync the AOF file.");
      }
    }
  }

  private void log(LogLevel level, String text) {
    host.log(level, text);
  }

  @Override
  public boolean abortShutdown() {
    return shutdownWait.abort();
  }

  @Override
  public void onShutdownGivenUp(Runnable action) {
    shutdownWait.onGivenUp(action);
  }

  /// The shutdown that waits for replicas, if any.
  ShutdownWait shutdownWait() {
    return shutdownWait;
  }
}
