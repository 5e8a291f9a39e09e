package io.skein.engine.node;

import io.skein.engine.aof.AofFile;
import io.skein.engine.aof.AofScanner;
import io.skein.engine.aof.Manifest;
import io.skein.engine.aof.ManifestError;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.rdb.RdbException;
import io.skein.engine.script.Libraries;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// Loads the append only files that a manifest names, in slices between which clients are answered.
///
/// A file that ends in the midst of a command or transaction is cut back to the whole before, if it
/// is the last one and the settings allow it; anything else that is not sound ends the loading with
/// a line in the log that says where.
///
/// *States*: idle; loading one part after another (commands that need data are refused with
/// LOADING).
final class AofLoad {
  private static final int COMMANDS_PER_STEP = 256;

  private final Settings settings;
  private final Keyspace keyspace;
  private final NodeState state;
  private final NodeHost host;
  private final AofDirectory directory;
  private final LoadProgress progress;
  private final AofExecutor executor;
  private final Libraries libraries;
  private final Queue<AofFile> ahead = new ArrayDeque<>();
  private @Nullable Run run;

  /// One loading, from its beginning to its end.
  private static final class Run {
    final Manifest manifest;
    final AofHistory history;

    /// Whether it is the start of the process, when files may be cut and the log is there to be
    /// fed.
    final boolean starting;

    final Pace pace;
    final Runnable loaded;
    final Runnable failed;
    final List<Long> sizes = new ArrayList<>();
    long doneBytes;
    @Nullable AofPart part;

    Run(
        Manifest manifest,
        AofHistory history,
        boolean starting,
        Pace pace,
        Runnable loaded,
        Runnable failed) {
      this.manifest = manifest;
      this.history = history;
      this.starting = starting;
      this.pace = pace;
      this.loaded = loaded;
      this.failed = failed;
    }
  }

  /// Ends the loading; what has to be said is in the log already.
  private static final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Stop() {
      super("", null, false, false);
    }
  }

  AofLoad(
      Settings settings,
      Keyspace keyspace,
      NodeState state,
      NodeHost host,
      AofExecutor executor,
      Loader loader) {
    this.settings = settings;
    this.keyspace = keyspace;
    this.state = state;
    this.host = host;
    this.executor = executor;
    this.progress = loader.progress();
    this.libraries = loader.libraries();
    this.directory = new AofDirectory(settings, host);
  }

  boolean isLoading() {
    return run != null;
  }

  /// Begins to load at the start of the process; one of the two is told how it ends, perhaps at
  /// once.
  ///
  /// @param history the log, which the files may know of
  /// @param failed told when the files cannot be loaded; the log says why
  void begin(AofHistory history, Runnable loaded, Runnable failed) {
    try {
      Manifest found = directory.read();
      Manifest manifest = directory.upgraded(found);
      if (found.isEmpty() && !manifest.isEmpty()) {
        log(
            LogLevel.NOTICE,
            "Successfully migrated an old-style AOF file ("
                + settings.get(PersistenceSettings.APPENDFILENAME)
                + ") into the AOF directory ("
                + settings.get(PersistenceSettings.APPENDDIRNAME)
                + ").");
      }
      begin(new Run(manifest, history, true, newPace(), loaded, failed));
    } catch (ManifestError e) {
      e.report().forEach(line -> log(LogLevel.WARNING, line));
      failed.run();
    } catch (Disk.Failure e) {
      log(LogLevel.WARNING, "The append only files cannot be read: " + e.getMessage());
      failed.run();
    }
  }

  /// Loads at once into the data set, which is empty, however long it takes; false when there is
  /// nothing to load, or it cannot be loaded.
  boolean loadNow(AofHistory nobody) {
    boolean[] done = new boolean[1];
    try {
      Manifest manifest = directory.read();
      if (!manifest.isEmpty()) {
        begin(new Run(manifest, nobody, false, newPace(), () -> done[0] = true, () -> {}));
      }
    } catch (ManifestError e) {
      e.report().forEach(line -> log(LogLevel.WARNING, line));
    } catch (Disk.Failure e) {
      log(LogLevel.WARNING, "The append only files cannot be read: " + e.getMessage());
    }
    while (isLoading()) {
      step();
    }
    return done[0];
  }

  private Pace newPace() {
    return new Pace(settings, PersistenceSettings.KEY_LOAD_DELAY, host::nanos);
  }

  private void begin(Run next) {
    libraries.clear(false);
    run = next;
    ahead.clear();
    long total = 0;
    try {
      for (AofFile file : next.manifest.parts()) {
        long size = sizeOf(file);
        next.sizes.add(size);
        ahead.add(file);
        total += size;
      }
    } catch (Stop e) {
      run = null;
      next.failed.run();
      return;
    }
    progress.begin(total);
    state.loading(true);
    keyspace.expiryRule(Keyspace.ExpiryRule.IGNORE);
    if (total == 0) {
      finish(next);
    }
  }

  private long sizeOf(AofFile file) {
    String reason = "No such file or directory";
    try {
      Disk.Reader reader = host.disk().open(directory.path(file));
      if (reader != null) {
        long size = reader.size();
        reader.close();
        return size;
      }
    } catch (Disk.Failure e) {
      reason = String.valueOf(e.getMessage());
    }
    log(
        LogLevel.WARNING,
        "Unable to obtain the AOF file " + file.name() + " length. stat: " + reason);
    throw new Stop();
  }

  /// Takes in some more; false when all is loaded, or when loading is slowed down and must wait.
  boolean step() {
    Run now = run;
    if (now == null || !now.pace.isReady()) {
      return false;
    }
    keyspace.mute(true);
    try {
      advance(now);
    } catch (Stop e) {
      fail(now);
    } catch (Disk.Failure e) {
      log(
          LogLevel.WARNING,
          "Unrecoverable error reading the append only file " + name(now) + ": " + e.getMessage());
      fail(now);
    } catch (RdbException e) {
      log(LogLevel.WARNING, name(now) + ": " + e.getMessage());
      boolean old = isOldStyle(name(now));
      log(
          LogLevel.WARNING,
          old
              ? "Error reading the RDB preamble of the AOF file "
                  + name(now)
                  + ", AOF loading aborted"
              : "Error reading the RDB base file " + name(now) + ", AOF loading aborted");
      fail(now);
    } finally {
      keyspace.mute(false);
    }
    return run != null;
  }

  private static String name(Run now) {
    AofPart part = now.part;
    return part == null ? "" : part.name();
  }

  private boolean isOldStyle(String name) {
    return name.equals(directory.baseName());
  }

  private void advance(Run now) {
    AofPart part = now.part;
    if (part == null) {
      AofFile next = ahead.peek();
      if (next == null) {
        finish(now);
      } else {
        open(now, next);
      }
      return;
    }
    int most = now.pace.isOff() ? COMMANDS_PER_STEP : 1;
    switch (part.snapshotOrCommands(now.pace, most)) {
      case MORE -> progress.at(now.doneBytes + part.position());
      case BROKEN -> {
        refuse(part);
        throw new Stop();
      }
      case UNKNOWN -> {
        log(
            LogLevel.WARNING,
            "Unknown command '"
                + part.commandName()
                + "' reading the append only file "
                + part.name());
        throw new Stop();
      }
      case END -> ended(now, part);
    }
  }

  private void open(Run now, AofFile file) {
    int index = now.manifest.parts().size() - ahead.size();
    if (now.sizes.get(index) == 0) {
      ahead.remove();
      return;
    }
    Disk.Reader reader = host.disk().open(directory.path(file));
    if (reader == null) {
      log(LogLevel.WARNING, "The append log file " + file.name() + " doesn't exist");
      throw new Stop();
    }
    executor.begin();
    AofPart part =
        new AofPart(
            file,
            new AofPart.Parts(settings, keyspace, executor, now.history, libraries, now.starting),
            reader,
            host.nanos());
    now.part = part;
    if (part.isSnapshot()) {
      log(
          LogLevel.NOTICE,
          isOldStyle(file.name())
              ? "Reading RDB preamble from AOF file..."
              : "Reading RDB base file on AOF loading...");
    }
  }

  /// The bytes of a part came to their end.
  private void ended(Run now, AofPart part) {
    AofScanner scanner = part.scanner();
    int index = now.manifest.parts().size() - ahead.size();
    if (scanner != null && scanner.isTorn()) {
      torn(now, part, scanner, index);
    }
    AofFile file = ahead.remove();
    part.close();
    executor.end();
    now.part = null;
    now.doneBytes += now.sizes.get(index);
    progress.at(now.doneBytes);
    log(
        LogLevel.NOTICE,
        String.format(
            Locale.ROOT,
            "DB loaded from %s file %s: %.3f seconds",
            file.kind() == AofFile.Kind.BASE ? "base" : "incr",
            file.name(),
            (host.nanos() - part.beganNanos()) / 1e9));
  }

  private void torn(Run now, AofPart part, AofScanner scanner, int index) {
    String name = part.name();
    if (!scanner.isWithinItem()) {
      log(LogLevel.WARNING, "Revert incomplete MULTI/EXEC transaction in AOF file " + name);
    }
    long sound = scanner.soundEnd();
    boolean allowed = settings.isOn(PersistenceSettings.AOF_LOAD_TRUNCATED) && now.starting;
    if (allowed && !isLast(now, index)) {
      log(
          LogLevel.WARNING,
          "The AOF file " + name + " ends within a command or transaction after offset " + sound);
      log(LogLevel.WARNING, "Fatal error: the truncated file is not the last file");
      throw new Stop();
    }
    if (!allowed) {
      log(
          LogLevel.WARNING,
          "Unexpected end of file reading the append only file "
              + name
              + ": it is whole up to offset "
              + sound
              + ". Keep a copy of it; then either repair it with ./skein check-aof --fix"
              + " <file.manifest>, or set aof-load-truncated to yes and start again.");
      throw new Stop();
    }
    log(LogLevel.WARNING, "!!! Warning: short read while loading the AOF file " + name + "!!!");
    log(LogLevel.WARNING, "!!! Truncating the AOF " + name + " at offset " + sound + " !!!");
    part.close();
    host.disk().truncate(directory.path(now.manifest.parts().get(index)), sound);
    now.sizes.set(index, sound);
    log(LogLevel.WARNING, "AOF " + name + " loaded anyway because aof-load-truncated is enabled");
  }

  /// Whether nothing was written after the part.
  private static boolean isLast(Run now, int index) {
    return now.sizes.subList(index + 1, now.sizes.size()).stream().allMatch(size -> size == 0);
  }

  private void refuse(AofPart part) {
    AofScanner scanner = part.scanner();
    String where =
        scanner == null
            ? ""
            : " at offset " + scanner.faultPosition() + " (" + scanner.fault() + ")";
    log(
        LogLevel.WARNING,
        "Bad file format reading the append only file "
            + part.name()
            + where
            + ": keep a copy of it, then repair it with ./skein check-aof --fix <file.manifest>");
  }

  private void finish(Run now) {
    close(now);
    if (!now.manifest.isEmpty()) {
      log(
          LogLevel.NOTICE,
          String.format(
              Locale.ROOT,
              "DB loaded from append only file: %.3f seconds",
              progress.seconds(host.unixMs())));
    }
    now.loaded.run();
  }

  private void fail(Run now) {
    close(now);
    now.failed.run();
  }

  private void close(Run now) {
    AofPart part = now.part;
    if (part != null) {
      part.close();
      executor.end();
    }
    run = null;
    ahead.clear();
    progress.end();
    state.loading(false);
    keyspace.expiryRule(state.isReplica() ? Keyspace.ExpiryRule.HIDE : Keyspace.ExpiryRule.DELETE);
  }

  private void log(LogLevel level, String text) {
    host.log(level, text);
  }
}
