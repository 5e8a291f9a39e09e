package io.skein.engine.node;

import io.skein.engine.command.InfoText;
import io.skein.engine.command.Persistence;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.MaxmemoryPolicy;
import io.skein.engine.config.MemorySettings;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.SavePoint;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.FieldExpiry;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.keyspace.Snapshot;
import io.skein.engine.log.CommandLog;
import io.skein.engine.rdb.RdbOptions;
import io.skein.engine.rdb.RdbPreamble;
import io.skein.engine.rdb.RdbType;
import io.skein.engine.resp.CommandError;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Saves the data set to its file: on demand, when a save point is reached, and before the process
/// ends.
///
/// *States*: idle; saving in the background (a [SnapshotRun] walks, then the disk finishes);
/// scheduled (a save is to begin as soon as nothing is in its way).
///
/// *Invariants*: at most one snapshot at a time; the file on disk is always a complete one.
final class Saver implements Persistence {
  private static final CommandError IN_PROGRESS =
      new CommandError("ERR Background save already in progress");
  private static final CommandError FAILED = new CommandError("ERR");
  private static final CommandError SHUTDOWN_FAILED =
      new CommandError("ERR Errors trying to SHUTDOWN. Check logs.");

  private static final int MOST_STEPS_TO_CLEAR = 2000;

  /// How long after a failed save the next one is tried, in milliseconds.
  private static final long RETRY_MS = 5000;

  /// A save on its way to disk, with those who want to know how it ends.
  private final class BackgroundSave implements SnapshotRun.Output {
    private final Disk.Writer writer;
    private final SnapshotRun run;
    private final long changesAtCut = keyspace.changes();
    private final long beganMs = keyspace.nowMs();
    private final List<Consumer<@Nullable String>> listeners = new ArrayList<>();

    BackgroundSave(String name) {
      writer = host.disk().replace(name, this::completed);
      run = new SnapshotRun(keyspace, options(), preamble(), usage(), pace(), this);
    }

    @Override
    public void write(byte[] bytes) {
      writer.write(bytes);
    }

    @Override
    public long pendingBytes() {
      return writer.pendingBytes();
    }

    private void completed(@Nullable String failure) {
      current = null;
      lastSaveTookSeconds = (keyspace.nowMs() - beganMs) / 1000;
      if (failure == null) {
        succeeded(changesAtCut);
        log(LogLevel.NOTICE, "Background saving terminated with success");
      } else {
        failed("Background saving error: " + failure);
      }
      for (Consumer<@Nullable String> listener : listeners) {
        listener.accept(failure);
      }
    }
  }

  private final Settings settings;
  private final Keyspace keyspace;
  private final CommandLog commands;
  private final NodeState state;
  private final NodeHost host;
  private final Loader loader;
  private @Nullable BackgroundSave current;
  private @Nullable SnapshotRun cancelled;
  private final ShutdownWait shutdownWait;
  private boolean scheduled;
  private long changesSaved;
  private long lastSaveMs;
  private long lastTryMs;
  private boolean lastSucceeded = true;
  private long lastSaveTookSeconds = -1;
  private long saves;
  private Runnable beforeExit = () -> {};
  private Runnable beforeFinalSave = () -> {};

  Saver(
      Settings settings,
      Keyspace keyspace,
      CommandLog commands,
      NodeState state,
      NodeHost host,
      Loader loader) {
    this.settings = settings;
    this.keyspace = keyspace;
    this.commands = commands;
    this.state = state;
    this.host = host;
    this.loader = loader;
    this.lastSaveMs = keyspace.nowMs();
    this.shutdownWait = new ShutdownWait(settings, keyspace, state, host, this::end);
    settings.onChange(PersistenceSettings.STOP_WRITES_ON_BGSAVE_ERROR, s -> judge());
    settings.onChange(PersistenceSettings.SAVE, s -> judge());
  }

  /// What has to happen before the process ends, beside saving.
  void beforeExit(Runnable action) {
    beforeExit = action;
  }

  /// What has to get out of the way of the save that comes before the end.
  void beforeFinalSave(Runnable action) {
    beforeFinalSave = action;
  }

  /// Whether a snapshot is being taken or cleared away, so that no other can begin.
  boolean isBusy() {
    return keyspace.snapshot() != null;
  }

  /// What a snapshot run needs to know, for saves and full syncs alike.
  RdbOptions options() {
    return new RdbOptions(
        FieldExpiry.isNeeded(keyspace)
            ? RdbType.HASH_METADATA.version()
            : RdbOptions.DEFAULT.version(),
        settings.isOn(PersistenceSettings.RDBCOMPRESSION),
        settings.isOn(PersistenceSettings.RDBCHECKSUM));
  }

  RdbPreamble preamble() {
    return new RdbPreamble(
        Version.REDIS,
        keyspace.nowMs() / 1000,
        keyspace.usedBytes(),
        false,
        new RdbPreamble.History(commands.selectedDb(), commands.replid(), commands.offset()));
  }

  /// How fast a snapshot that begins now may go on.
  Pace pace() {
    return new Pace(settings, PersistenceSettings.RDB_KEY_SAVE_DELAY, host::nanos);
  }

  SnapshotRun.Usage usage() {
    MaxmemoryPolicy policy = settings.get(MemorySettings.MAXMEMORY_POLICY);
    return switch (policy) {
      case ALLKEYS_LRU, VOLATILE_LRU -> SnapshotRun.Usage.IDLE;
      case ALLKEYS_LFU, VOLATILE_LFU -> SnapshotRun.Usage.FREQUENCY;
      case ALLKEYS_RANDOM, VOLATILE_RANDOM, VOLATILE_TTL, NOEVICTION -> SnapshotRun.Usage.NONE;
    };
  }

  /// Goes on with the save in progress; false when it can do nothing for now.
  boolean step() {
    SnapshotRun leftover = cancelled;
    if (leftover != null) {
      if (leftover.step()) {
        cancelled = null;
      }
      return true;
    }
    BackgroundSave save = current;
    if (save == null || save.run.isWaiting() || save.run.isDone()) {
      return false;
    }
    if (save.run.step()) {
      save.writer.finish();
    }
    return true;
  }

  /// Begins a save that is scheduled, or that a save point asks for.
  void tick() {
    if (current != null || isBusy() || state.isLoading()) {
      return;
    }
    long now = keyspace.nowMs();
    boolean retry = lastSucceeded || now - lastTryMs >= RETRY_MS;
    if (scheduled && retry) {
      scheduled = false;
      begin();
      return;
    }
    for (SavePoint point : settings.get(PersistenceSettings.SAVE)) {
      if (unsaved() >= point.changes()
          && unsaved() > 0
          && now - lastSaveMs > point.seconds() * 1000
          && retry) {
        log(
            LogLevel.NOTICE,
            point.changes() + " changes in " + point.seconds() + " seconds. Saving...");
        begin();
        return;
      }
    }
  }

  /// Saves in the background for someone who is told how it ends.
  void saveFor(Consumer<@Nullable String> listener) {
    if (current == null) {
      begin();
    }
    Objects.requireNonNull(current).listeners.add(listener);
  }

  private void begin() {
    lastTryMs = keyspace.nowMs();
    current = new BackgroundSave(settings.get(PersistenceSettings.DBFILENAME));
    log(LogLevel.NOTICE, "Background saving started");
  }

  private long unsaved() {
    return keyspace.changes() - changesSaved;
  }

  private void succeeded(long changes) {
    changesSaved = changes;
    lastSaveMs = keyspace.nowMs();
    lastSucceeded = true;
    saves++;
    judge();
  }

  private void failed(String text) {
    lastSucceeded = false;
    log(LogLevel.WARNING, text);
    judge();
  }

  private void judge() {
    state.saveFailing(
        !lastSucceeded
            && settings.isOn(PersistenceSettings.STOP_WRITES_ON_BGSAVE_ERROR)
            && !settings.get(PersistenceSettings.SAVE).isEmpty());
  }

  private void log(LogLevel level, String text) {
    host.log(level, text);
  }

  @Override
  public void saveNow() {
    if (current != null) {
      throw IN_PROGRESS;
    }
    clearAway();
    Disk.Writer writer =
        host.disk().replace(settings.get(PersistenceSettings.DBFILENAME), failure -> {});
    long changes = keyspace.changes();
    SnapshotRun run =
        new SnapshotRun(
            keyspace,
            options(),
            preamble(),
            usage(),
            pace(),
            new SnapshotRun.Output() {
              @Override
              public void write(byte[] bytes) {
                writer.write(bytes);
              }

              @Override
              public long pendingBytes() {
                return writer.pendingBytes();
              }
            });
    run.finish();
    String failure = writer.finishNow();
    if (failure != null) {
      // Unlike a save in the background, it refuses no writes: whoever asked for it is told.
      log(LogLevel.WARNING, "Error saving the data set on disk: " + failure);
      throw FAILED;
    }
    succeeded(changes);
    log(LogLevel.NOTICE, "DB saved on disk");
  }

  /// Carries a walk that was cancelled to its end, so that another one can begin.
  private void clearAway() {
    SnapshotRun leftover = cancelled;
    if (leftover != null) {
      leftover.finish();
      cancelled = null;
    }
    if (isBusy()) {
      throw IN_PROGRESS;
    }
  }

  /// What a cancelled save has left to walk over is no reason to refuse another, unless it is much.
  private void clearAwaySmall() {
    SnapshotRun leftover = cancelled;
    for (int i = 0; leftover != null && i < MOST_STEPS_TO_CLEAR; i++) {
      if (leftover.step()) {
        cancelled = null;
        return;
      }
    }
  }

  @Override
  public boolean saveInBackground(boolean schedule) {
    if (current != null) {
      throw IN_PROGRESS;
    }
    clearAwaySmall();
    if (isBusy()) {
      if (schedule) {
        scheduled = true;
        return false;
      }
      throw new CommandError(
          "ERR Another child process is active (AOF?): can't BGSAVE right now. Use BGSAVE SCHEDULE"
              + " in order to schedule a BGSAVE whenever possible.");
    }
    begin();
    return true;
  }

  @Override
  public void cancelBackgroundSave() {
    BackgroundSave save = current;
    if (save != null) {
      save.writer.cancel();
      if (!save.run.isDone()) {
        save.run.cancel();
        cancelled = save.run;
      }
      current = null;
      for (Consumer<@Nullable String> listener : save.listeners) {
        listener.accept("cancelled");
      }
    }
    scheduled = false;
  }

  @Override
  public boolean isSaving() {
    return current != null;
  }

  @Override
  public void reload() {
    loader.reload(settings.get(PersistenceSettings.DBFILENAME));
    changesSaved = keyspace.changes();
  }

  /// The data set is what is on disk: it was just loaded.
  void loaded() {
    changesSaved = keyspace.changes();
  }

  @Override
  public long lastSaveSeconds() {
    return lastSaveMs / 1000;
  }

  @Override
  public void describe(InfoText out) {
    BackgroundSave save = current;
    out.flag("loading", state.isLoading());
    out.flag("async_loading", state.isLoadingBeside());
    out.field("current_cow_peak", 0).field("current_cow_size", 0).field("current_cow_size_age", 0);
    out.field("current_fork_perc", save == null ? "0.00" : percent(save.run));
    out.field("current_save_keys_processed", save == null ? 0 : save.run.handedOut());
    out.field("current_save_keys_total", save == null ? 0 : save.run.total());
    out.field("rdb_changes_since_last_save", unsaved());
    Snapshot streamed = keyspace.snapshot();
    out.flag("rdb_bgsave_in_progress", save != null || streamed != null && !streamed.isCancelled());
    out.field("rdb_last_save_time", lastSaveSeconds());
    out.field("rdb_last_bgsave_status", lastSucceeded ? "ok" : "err");
    out.field("rdb_last_bgsave_time_sec", lastSaveTookSeconds);
    out.field(
        "rdb_current_bgsave_time_sec",
        save == null ? -1 : (keyspace.nowMs() - save.beganMs) / 1000);
    out.field("rdb_saves", saves);
    out.field("rdb_last_cow_size", 0);
    loader.describe(out);
    out.field("aof_enabled", 0).field("aof_rewrite_in_progress", 0);
    out.field("aof_rewrite_scheduled", 0).field("aof_last_rewrite_time_sec", -1);
    out.field("aof_current_rewrite_time_sec", -1).field("aof_last_bgrewrite_status", "ok");
    out.field("aof_rewrites", 0).field("aof_rewrites_consecutive_failures", 0);
    out.field("aof_last_write_status", "ok").field("aof_last_cow_size", 0);
    out.field("module_fork_in_progress", 0).field("module_fork_last_cow_size", 0);
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
    if (state.isLoading()) {
      saving = false;
    }
    cancelBackgroundSave();
    beforeFinalSave.run();
    if (saving) {
      log(LogLevel.NOTICE, "Saving the final RDB snapshot before exiting.");
      try {
        saveNow();
      } catch (CommandError e) {
        if (!force) {
          log(LogLevel.WARNING, "Error trying to save the DB, can't exit.");
          throw SHUTDOWN_FAILED;
        }
      }
    }
    beforeExit.run();
    log(LogLevel.WARNING, "Redis is now ready to exit, bye bye...");
    host.exit(0);
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
