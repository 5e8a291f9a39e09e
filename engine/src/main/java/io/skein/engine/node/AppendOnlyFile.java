package io.skein.engine.node;

import io.skein.engine.aof.AofFile;
import io.skein.engine.aof.Manifest;
import io.skein.engine.aof.ManifestError;
import io.skein.engine.aof.Segment;
import io.skein.engine.command.InfoText;
import io.skein.engine.config.ConfigError;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.log.CommandLog;
import java.util.List;
import java.util.Objects;

/// The append only file: follows the log, and flushes it to disk as often as `appendfsync` says.
///
/// *States*: off; waiting for the first rewrite, with what is logged meanwhile in a temporary file
/// (the files before it, if any, are what a restart would load); on.
///
/// Source: Redis 7.2's `aof.c` for what users see.
final class AppendOnlyFile implements AofWriter.Listener, Durability.File {
  /// Whether the log is appended.
  enum State {
    OFF,
    WAIT_REWRITE,
    ON
  }

  private final Settings settings;
  private final CommandLog log;
  private final NodeState node;
  private final NodeHost host;
  private final AofFiles files;
  private final AofHealth health;
  private final AofRewriter rewriter;
  private final AofSync sync;
  private final AofOutput output;
  private State state = State.OFF;
  private AofSegments segments = AofSegments.NONE;
  private Runnable onMoved = () -> {};

  /// The bytes of all files but the one that is written.
  private long otherBytes;

  private long baseBytes;

  AppendOnlyFile(
      Settings settings,
      Keyspace keyspace,
      CommandLog log,
      NodeState node,
      NodeHost host,
      Saver saver,
      Propagation propagation) {
    this.settings = settings;
    this.log = log;
    this.node = node;
    this.host = host;
    files = new AofFiles(settings, host);
    health = new AofHealth(node, host);
    rewriter = new AofRewriter(settings, keyspace, node, host, saver, propagation, this, files);
    saver.sharesWith(rewriter);
    sync = new AofSync(settings, keyspace, host, () -> saver.isSaving() || saver.isBusy());
    output = new AofOutput(settings, keyspace, host, files, sync, this);
    log.onHistory(output::historyChanged);
    settings.onChange(PersistenceSettings.APPENDONLY, s -> switched());
  }

  /// Has `who` told what lies in which file.
  void segments(AofSegments who) {
    segments = who;
    files.segments(who);
    output.segments(who);
  }

  /// Has `action` run when [#fsyncedOffset] may have moved, or the file was switched on or off.
  void onMoved(Runnable action) {
    onMoved = action;
  }

  AofRewriter rewriter() {
    return rewriter;
  }

  State state() {
    return state;
  }

  /// Whether what is in the log goes into a file that would be loaded.
  @Override
  public boolean isOn() {
    return state == State.ON;
  }

  /// Looks how far the file has come: the place of the log up to which it has been written, or 0
  /// without one.
  long lookWritten() {
    output.look();
    AofWriter current = output.current();
    return state == State.ON && current != null ? current.writtenOffset() : 0;
  }

  /// Has work go on as soon as more is written.
  void wakeWhenWritten() {
    AofWriter current = output.current();
    if (current != null && !output.isSwitching()) {
      current.wakeWhenWritten();
    }
  }

  /// The place of the log up to which the file is on disk, or 0 without one.
  @Override
  public long fsyncedOffset() {
    AofWriter current = output.current();
    return state == State.ON && current != null ? current.fsyncedOffset() : 0;
  }

  @Override
  public boolean isFlushSuspended() {
    return sync.isSuppressed();
  }

  // ---- switched on and off

  /// The data set is there: goes on with the files that are there, or begins them.
  ///
  /// @param loaded what of the log lies in them, in order, if the data set was loaded from them
  void start(List<Segment> loaded) {
    try {
      files.read();
      if (settings.isOn(PersistenceSettings.APPENDONLY)) {
        open();
      }
      for (Segment part : loaded.reversed()) {
        String path = files.path(part.file());
        segments.written(path, part.filePosition(), part.logPosition(), part.length());
      }
    } catch (ManifestError | Disk.Failure e) {
      fatal("Can't open or create the append-only file: " + e.getMessage());
    }
  }

  private void open() {
    files.createDirectory();
    Manifest manifest = files.manifest();
    boolean first = manifest.isEmpty();
    if (first) {
      manifest = manifest.withNewBase(files.prefix(), rewriter.isRdb());
      AofFile base = Objects.requireNonNull(manifest.base());
      host.log(LogLevel.NOTICE, "Creating AOF base file " + base.name() + " on server start");
      rewriter.writeNow(files.path(base));
    }
    boolean fresh = manifest.lastIncremental() == null;
    if (fresh) {
      manifest = manifest.withNewIncremental(files.prefix());
    }
    AofFile last = Objects.requireNonNull(manifest.lastIncremental());
    AofWriter opened = new AofWriter(host.disk(), files.path(last), fresh, log.offset(), this);
    if (manifest != files.manifest()) {
      String failure = files.persistNow(manifest);
      if (failure != null) {
        throw new Disk.Failure(failure);
      }
    }
    host.log(
        LogLevel.NOTICE,
        (fresh ? "Creating" : "Opening") + " AOF incr file " + last.name() + " on server start");
    output.open(new AofStream(log, first && selectsAnew()), opened);
    output.loadable();
    state = State.ON;
    baseBytes = files.size(manifest.base());
    otherBytes = 0;
    for (AofFile part : manifest.parts()) {
      otherBytes += part.equals(last) ? 0 : files.size(part);
    }
    // Who loaded it wants to know it on disk, whoever had written it.
    opened.sync();
    files.deleteHistory(() -> {});
    onMoved.run();
  }

  private void fatal(String text) {
    host.log(LogLevel.WARNING, text);
    host.exit(1);
  }

  private void switched() throws ConfigError {
    boolean wanted = settings.isOn(PersistenceSettings.APPENDONLY);
    if (node.isLoading()) {
      return;
    }
    if (!wanted && state != State.OFF) {
      stop();
    } else if (wanted && state == State.OFF && !begin()) {
      throw new ConfigError("Unable to turn on AOF. Check server logs.");
    }
  }

  /// Begins with a rewrite of the data set as it is; false when that is not possible.
  private boolean begin() {
    state = State.WAIT_REWRITE;
    health.forget();
    if (rewriter.isRunning()) {
      host.log(
          LogLevel.NOTICE,
          "AOF was enabled but there is already an AOF rewriting in background. Stopping background"
              + " AOF and starting a rewrite now.");
      rewriter.kill();
    }
    if (!rewriter.beginOrSchedule()) {
      state = State.OFF;
      host.log(
          LogLevel.WARNING,
          "The AOF cannot be enabled, since it cannot be rewritten. Check the above logs for more"
              + " info about the error.");
      return false;
    }
    return true;
  }

  /// Writes and flushes what was logged, and logs no more; what is there stays.
  void stop() {
    if (state == State.OFF) {
      return;
    }
    flushNow(true);
    rewriter.kill();
    output.close();
    state = State.OFF;
    health.forget();
    onMoved.run();
  }

  /// The data set was replaced by another: goes on with that one, if it is to be appended.
  void restart() {
    if (settings.isOn(PersistenceSettings.APPENDONLY) && state == State.OFF) {
      begin();
    }
  }

  /// Lets go of the file as it is.
  void close() {
    output.close();
    state = State.OFF;
  }

  // ---- the log goes to the disk

  /// A turn has ended: what it logged is handed on.
  ///
  /// @return how long that took, in nanoseconds
  long turnEnds() {
    if (state == State.OFF) {
      return 0;
    }
    long began = host.nanos();
    output.turnEnds();
    return host.nanos() - began;
  }

  /// The data set is loaded from the files once more: writes what was logged, and looks what is
  /// there.
  void reloading() {
    flushNow(false);
    if (!rewriter.isRunning()) {
      files.read();
    }
  }

  /// Has the node stand still for so long each time before something is handed on: for tests.
  void delayMicros(long micros) {
    output.delayMicros(micros);
  }

  /// Does what is due at this time.
  void tick() {
    output.tick(health);
    files.deleteHistory(() -> {});
  }

  /// Waits until all that was logged is written, or flushed as well; false when that fails.
  boolean flushNow(boolean fsync) {
    if (output.isSwitching()) {
      switchFailed("it was interrupted");
    }
    return output.flushNow(fsync);
  }

  @Override
  public void synced() {
    health.fsynced();
    output.synced();
    onMoved.run();
  }

  @Override
  public void failed(boolean flushing, String reason) {
    if (output.isSwitching()) {
      switchFailed(reason);
    }
    boolean always = sync.isAlways();
    if (always && state != State.OFF) {
      fatal(
          flushing
              ? "Can't persist AOF for fsync error when the AOF fsync policy is 'always': "
                  + reason
                  + ". Exiting..."
              : "Can't recover from AOF write error when the AOF fsync policy is 'always': "
                  + reason
                  + ". Exiting...");
    }
    if (flushing) {
      health.fsyncFailed(reason);
    } else {
      health.writeFailed(reason, host.nanos() / 1_000_000);
    }
  }

  // ---- what a rewrite asks for

  /// A rewrite begins with the data set as it is now: what is logged from here on goes into another
  /// file, if it goes into any.
  ///
  /// @throws Disk.Failure when that is not possible
  void cut() {
    switch (state) {
      case OFF -> rewriter.switched();
      case WAIT_REWRITE -> {
        String path = files.temporaryIncremental();
        AofWriter opened = new AofWriter(host.disk(), path, true, log.offset(), this);
        output.open(new AofStream(log, selectsAnew()), opened);
        rewriter.switched();
      }
      case ON -> output.beginSwitch(selectsAnew(), new Switched());
    }
  }

  /// Has what is logged next select its database, so that a file can begin with it and the file
  /// before, or the base, tells the rest. False on a replica, whose log is its primary's.
  private boolean selectsAnew() {
    if (node.isReplica()) {
      return false;
    }
    log.forgetSelectedDb();
    return true;
  }

  /// What becomes of going over to another file.
  private final class Switched implements AofSwitch.Outcome {
    @Override
    public void switched(AofWriter next) {
      otherBytes = currentBytes();
      output.switched(next);
      rewriter.switched();
    }

    @Override
    public void failed(String reason) {
      switchFailed(reason);
    }
  }

  private void switchFailed(String reason) {
    output.endSwitch();
    rewriter.switchFailed(reason);
  }

  /// The manifest that names the new base, before it is on disk.
  ///
  /// @throws Disk.Failure when what was logged meanwhile cannot be made part of it
  Manifest rewrittenManifest() {
    Manifest next = files.manifest().withNewBase(files.prefix(), rewriter.isRdb());
    AofWriter current = output.current();
    if (state == State.WAIT_REWRITE && current != null) {
      next = next.withNewIncremental(files.prefix());
      String path = files.path(Objects.requireNonNull(next.lastIncremental()));
      host.disk().rename(current.file(), path);
      current.renamed(path);
    }
    return next.withIncrementalsAsHistory(state == State.OFF ? 0 : 1);
  }

  /// The rewrite is complete, and its base has so many bytes.
  void rewritten(long bytes) {
    otherBytes = bytes;
    baseBytes = currentBytes();
    if (state == State.WAIT_REWRITE) {
      state = State.ON;
      output.loadable();
      onMoved.run();
    }
  }

  /// The rewrite has failed: what was gathered for it is of no use.
  void rewriteFailed() {
    if (state == State.WAIT_REWRITE) {
      output.close();
      host.log(
          LogLevel.NOTICE,
          "Removing the temp incr aof file " + files.temporaryIncremental() + " in the background");
      host.disk().delete(files.temporaryIncremental());
    }
  }

  // ---- what others ask

  /// The size of all files together that a restart would load.
  long currentBytes() {
    AofWriter current = output.current();
    return otherBytes + (current == null ? 0 : current.size());
  }

  /// What was handed to the disk and is not written, in bytes.
  long bufferBytes() {
    AofWriter current = output.current();
    return current == null ? 0 : current.pendingBytes();
  }

  /// The size after the last rewrite, or of the base at the start.
  long baseBytes() {
    return baseBytes;
  }

  void describe(InfoText out) {
    out.flag("aof_enabled", state != State.OFF);
    rewriter.describe(out);
    out.field("aof_last_write_status", health.isGood() ? "ok" : "err");
    out.field("aof_last_cow_size", 0);
  }

  void describeFiles(InfoText out) {
    if (!settings.isOn(PersistenceSettings.APPENDONLY)) {
      return;
    }
    AofWriter current = output.current();
    out.field("aof_current_size", currentBytes());
    out.field("aof_base_size", baseBytes);
    out.field("aof_pending_rewrite", rewriter.isScheduled() ? 1 : 0);
    out.field("aof_buffer_length", output.pendingBytes());
    out.field("aof_pending_bio_fsync", current != null && current.isSyncing() ? 1 : 0);
    out.field("aof_delayed_fsync", sync.delayed());
  }

  void resetStatistics() {
    sync.resetStatistics();
    rewriter.resetStatistics();
  }
}
