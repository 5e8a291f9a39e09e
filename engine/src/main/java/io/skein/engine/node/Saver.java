package io.skein.engine.node;

import io.skein.engine.command.InfoText;
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
import io.skein.engine.script.Libraries;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Saves the data set to its file: on demand, and when a save point is reached.
///
/// *States*: idle; saving in the background (a [SnapshotRun] walks, then the disk finishes);
/// scheduled (a save is to begin as soon as nothing is in its way).
///
/// *Invariants*: at most one snapshot at a time; the file on disk is always a complete one.
final class Saver {
  private static final CommandError IN_PROGRESS =
      new CommandError("ERR Background save already in progress");
  private static final CommandError FAILED = new CommandError("ERR");

  /// Those who take snapshots for other purposes, which may be in the way.
  interface OtherSnapshots {
    /// Whether one is being taken, or what it has written is being finished.
    boolean isRunning();

    /// Carries the walk in progress to its end, so that another can begin.
    void finishWalk();
  }

  /// How long after a failed save the next one is tried, in milliseconds.
  private static final long RETRY_MS = 5000;

  /// A save on its way to disk, with those who want to know how it ends.
  private final class BackgroundSave {
    private final SnapshotFile file;
    private final long changesAtCut = keyspace.changes();
    private final long beganMs = keyspace.nowMs();
    private final List<Consumer<@Nullable String>> listeners = new ArrayList<>();

    BackgroundSave(String name) {
      file = new SnapshotFile(host, name, keyspace, format(preamble()), pace(), this::completed);
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
  private final Libraries libraries;
  private @Nullable BackgroundSave current;
  private final LeftoverWalk leftover = new LeftoverWalk();
  private boolean scheduled;
  private long changesSaved;
  private long lastSaveMs;
  private long lastTryMs;
  private boolean lastSucceeded = true;
  private long lastSaveTookSeconds = -1;
  private long saves;
  private @Nullable OtherSnapshots others;
  private final List<Runnable> beforeFinalSave = new ArrayList<>();

  Saver(
      Settings settings,
      Keyspace keyspace,
      CommandLog commands,
      NodeState state,
      NodeHost host,
      Loader loader,
      Libraries libraries) {
    this.settings = settings;
    this.keyspace = keyspace;
    this.commands = commands;
    this.state = state;
    this.host = host;
    this.loader = loader;
    this.libraries = libraries;
    this.lastSaveMs = keyspace.nowMs();
    settings.onChange(PersistenceSettings.STOP_WRITES_ON_BGSAVE_ERROR, s -> judge());
    settings.onChange(PersistenceSettings.SAVE, s -> judge());
  }

  /// Says who else takes snapshots.
  void sharesWith(OtherSnapshots who) {
    others = who;
  }

  /// What has to get out of the way of the save that comes before the end.
  void beforeFinalSave(Runnable action) {
    beforeFinalSave.add(action);
  }

  /// Whether a snapshot is being taken or cleared away, so that no other can begin.
  boolean isBusy() {
    OtherSnapshots who = others;
    return keyspace.snapshot() != null || who != null && who.isRunning();
  }

  /// The walk of the save in progress, if any.
  @Nullable SnapshotRun run() {
    BackgroundSave save = current;
    return save == null ? null : save.file.run();
  }

  /// The libraries of functions, which are part of the data set.
  Libraries libraries() {
    return libraries;
  }

  /// How a snapshot that begins with `preamble` is written, for saves and full syncs alike.
  SnapshotFormat format(RdbPreamble preamble) {
    return new RdbSnapshot(keyspace, options(), preamble, usage(), libraries.sources());
  }

  /// How a snapshot is written as commands.
  ///
  /// @param seconds the time that is noted at its head, or -1 for none
  /// @param next the number of the incremental file that goes on from there, or 0 for none
  SnapshotFormat commands(long seconds, long next) {
    return new CommandSnapshot(commands, seconds, next, libraries.sources());
  }

  private RdbOptions options() {
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
        0,
        new RdbPreamble.History(commands.selectedDb(), commands.replid(), commands.offset()));
  }

  /// How fast a snapshot that begins now may go on.
  Pace pace() {
    return new Pace(settings, PersistenceSettings.RDB_KEY_SAVE_DELAY, host::nanos);
  }

  private RdbSnapshot.Usage usage() {
    MaxmemoryPolicy policy = settings.get(MemorySettings.MAXMEMORY_POLICY);
    return switch (policy) {
      case ALLKEYS_LRU, VOLATILE_LRU -> RdbSnapshot.Usage.IDLE;
      case ALLKEYS_LFU, VOLATILE_LFU -> RdbSnapshot.Usage.FREQUENCY;
      case ALLKEYS_RANDOM, VOLATILE_RANDOM, VOLATILE_TTL, NOEVICTION -> RdbSnapshot.Usage.NONE;
    };
  }

  /// Goes on with the save in progress; false when it can do nothing for now.
  boolean step() {
    BackgroundSave save = current;
    return leftover.step() || save != null && save.file.step();
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
    keyspace.stats().snapshotBegun();
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

  /// Saves the data set and waits until it is on disk.
  ///
  /// @param uncounted how many changes the command in progress has made, which count at its end
  /// @throws CommandError when it fails, or when a background save is in progress
  void saveNow(long uncounted) {
    if (current != null) {
      throw IN_PROGRESS;
    }
    clearAway();
    long changes = keyspace.changes() + uncounted;
    String name = settings.get(PersistenceSettings.DBFILENAME);
    String failure = SnapshotFile.writeNow(host, name, keyspace, format(preamble()), pace());
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
    leftover.finish();
    OtherSnapshots who = others;
    if (who != null) {
      who.finishWalk();
    }
    if (keyspace.snapshot() != null) {
      throw IN_PROGRESS;
    }
  }

  /// Begins to save in the background; false when it is only scheduled.
  ///
  /// @throws CommandError when a save is in progress already, or cannot begin
  boolean saveInBackground(boolean schedule) {
    if (current != null) {
      throw IN_PROGRESS;
    }
    leftover.finishIfSmall();
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

  /// Gives up the save in progress, if any.
  void cancelBackgroundSave() {
    BackgroundSave save = current;
    if (save != null) {
      save.file.cancel(leftover);
      current = null;
      for (Consumer<@Nullable String> listener : save.listeners) {
        listener.accept("cancelled");
      }
    }
    scheduled = false;
  }

  /// Whether a save runs in the background.
  boolean isSaving() {
    return current != null;
  }

  /// Empties the data set and loads the file saved last.
  ///
  /// @throws CommandError when the file cannot be loaded
  void reload(boolean flush, boolean merge) {
    loader.reload(settings.get(PersistenceSettings.DBFILENAME), flush, merge);
    changesSaved = keyspace.changes();
  }

  /// The data set is what is on disk: it was just loaded.
  void loaded() {
    changesSaved = keyspace.changes();
  }

  long lastSaveSeconds() {
    return lastSaveMs / 1000;
  }

  /// Makes way for the last save of the process.
  void beginFinalSave() {
    cancelBackgroundSave();
    beforeFinalSave.forEach(Runnable::run);
  }

  void describe(InfoText out) {
    BackgroundSave save = current;
    OtherSnapshots who = others;
    Snapshot streamed = who != null && who.isRunning() ? null : keyspace.snapshot();
    out.field("rdb_changes_since_last_save", unsaved());
    out.flag("rdb_bgsave_in_progress", save != null || streamed != null && !streamed.isCancelled());
    out.field("rdb_last_save_time", lastSaveSeconds());
    out.field("rdb_last_bgsave_status", lastSucceeded ? "ok" : "err");
    out.field("rdb_last_bgsave_time_sec", lastSaveTookSeconds);
    out.field(
        "rdb_current_bgsave_time_sec",
        save == null ? -1 : (keyspace.nowMs() - save.beganMs) / 1000);
    out.field("rdb_saves", saves);
    out.field("rdb_last_cow_size", 0);
  }
}
