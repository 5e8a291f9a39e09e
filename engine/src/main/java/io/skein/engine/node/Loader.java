package io.skein.engine.node;

import io.skein.engine.command.InfoText;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Key;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.rdb.RdbException;
import io.skein.engine.resp.CommandError;
import io.skein.engine.script.Libraries;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Loads the data file, in slices between which clients are answered.
///
/// *States*: idle; loading (commands that need data are refused with LOADING).
final class Loader {
  private static final int PIECE_BYTES = 64 * 1024;

  /// What is taken in at a time when each key takes its time.
  static final int SLOW_BYTES = 64;

  private static final int MOST_EMPTY_TOLD = 10;
  private static final String RELOAD_FAILED =
      "ERR Error trying to load the RDB dump, check server logs.";

  private final Settings settings;
  private final Keyspace keyspace;
  private final NodeState state;
  private final NodeHost host;
  private byte[] piece = new byte[0];

  /// Part of a piece that waits for its time, when loading is slowed down.
  private int pieceAt;

  private int pieceEnd;
  private final LoadProgress progress;
  private final Libraries libraries;
  private Pace pace;
  private Disk.@Nullable Reader reader;
  private @Nullable RdbLoad load;
  private Consumer<Map<String, String>> onLoaded = aux -> {};
  private Consumer<RuntimeException> onFailed = e -> {};
  private long lastLoaded;
  private long lastExpired;
  private ExpiredKeys expired = new ExpiredKeys(0);

  /// @param libraries those of functions, which are part of the data set
  Loader(
      Settings settings, Keyspace keyspace, NodeState state, NodeHost host, Libraries libraries) {
    this.settings = settings;
    this.keyspace = keyspace;
    this.state = state;
    this.host = host;
    this.libraries = libraries;
    pace = newPace();
    progress = new LoadProgress(keyspace);
  }

  /// How far it has come, and whoever else loads a file.
  LoadProgress progress() {
    return progress;
  }

  /// What the libraries of a file become.
  Libraries libraries() {
    return libraries;
  }

  /// How fast what is loaded from now on may go on.
  Pace newPace() {
    return new Pace(settings, PersistenceSettings.KEY_LOAD_DELAY, host::nanos);
  }

  /// Begins to load the data file; what it says of itself is told to `loaded` at the end.
  ///
  /// @param failed told when the file turns out not to be sound, or cannot be read
  /// @return false when there is no file, so that the data set stays empty
  /// @throws Disk.Failure when it cannot be opened
  boolean begin(
      String name, Consumer<Map<String, String>> loaded, Consumer<RuntimeException> failed) {
    Disk.Reader file = host.disk().open(name);
    if (file == null) {
      return false;
    }
    reader = file;
    onLoaded = loaded;
    onFailed = failed;
    load = newLoad(file.size());
    pace = newPace();
    long most = settings.number(PersistenceSettings.LOADING_PROCESS_EVENTS_INTERVAL_BYTES);
    piece = new byte[(int) Math.min(PIECE_BYTES, most)];
    pieceAt = 0;
    pieceEnd = 0;
    progress.begin(file.size());
    state.loading(true);
    keyspace.expiryRule(Keyspace.ExpiryRule.IGNORE);
    host.log(LogLevel.NOTICE, "Loading " + name + ", " + file.size() + " bytes");
    return true;
  }

  private RdbLoad newLoad(long bytes) {
    Database[] databases = keyspace.allDatabases();
    RdbLoad fresh =
        new RdbLoad(
            keyspace,
            databases,
            !state.isReplica(),
            libraries,
            settings.isOn(PersistenceSettings.RDBCHECKSUM),
            bytes);
    expired = new ExpiredKeys(settings.number(ReplicationSettings.REPL_BACKLOG_SIZE));
    fresh.leaveTo(expired);
    fresh.onEmpty(key -> leftOut(fresh, key));
    return fresh;
  }

  /// Tells of the first of the keys without elements.
  private void leftOut(RdbLoad of, Key key) {
    if (of.emptyKeys() <= MOST_EMPTY_TOLD) {
      String name = new String(key.toByteArray(), StandardCharsets.ISO_8859_1);
      host.log(LogLevel.NOTICE, "Loading the RDB file, skipping empty key: " + name);
    }
  }

  boolean isLoading() {
    return reader != null;
  }

  /// Reads and takes in one more piece; false when the file is complete, or when loading is slowed
  /// down and must wait.
  ///
  /// @throws RdbException when the file is not sound
  /// @throws Disk.Failure when it cannot be read
  boolean step() {
    Disk.Reader file = reader;
    RdbLoad into = load;
    if (file == null || into == null) {
      return false;
    }
    if (!pace.isReady()) {
      return false;
    }
    if (pieceAt == pieceEnd) {
      pieceAt = 0;
      pieceEnd = Math.max(0, file.read(piece));
    }
    if (pieceEnd > 0) {
      int count = pieceEnd - pieceAt;
      pieceAt +=
          into.feed(piece, pieceAt, pace.isOff() ? count : Math.min(count, SLOW_BYTES), pace);
      progress.at(into.bytesRead());
      if (!into.isComplete()) {
        return true;
      }
    } else {
      into.end();
    }
    finish(into);
    return false;
  }

  private void finish(RdbLoad into) {
    close();
    lastLoaded = into.loadedKeys();
    lastExpired = into.expiredKeys();
    host.log(
        LogLevel.NOTICE,
        String.format(
            Locale.ROOT,
            "Done loading RDB, keys loaded: %d, keys expired: %d, empty keys skipped: %d.",
            lastLoaded,
            lastExpired,
            into.emptyKeys()));
    host.log(
        LogLevel.NOTICE,
        String.format(
            Locale.ROOT, "DB loaded from disk: %.3f seconds", progress.seconds(host.unixMs())));
    onLoaded.accept(into.aux());
  }

  /// Reads and takes in one more piece, and tells whoever asked for the file when it fails.
  boolean stepOrFail() {
    try {
      return step();
    } catch (RdbException | Disk.Failure e) {
      Consumer<RuntimeException> told = onFailed;
      close();
      told.accept(e);
      return false;
    }
  }

  /// Gives up, if something is being loaded; what was taken in stays.
  void abort() {
    if (isLoading()) {
      close();
    }
  }

  private void close() {
    Disk.Reader file = reader;
    if (file != null) {
      file.close();
    }
    reader = null;
    load = null;
    progress.end();
    state.loading(false);
    keyspace.expiryRule(state.isReplica() ? Keyspace.ExpiryRule.HIDE : Keyspace.ExpiryRule.DELETE);
  }

  /// Loads the file at once, however long it takes.
  ///
  /// @param flush whether the data set is emptied first; else what the file has is added to it
  /// @param merge whether what the file has takes the place of what is there
  void reload(String name, boolean flush, boolean merge) {
    if (isLoading()) {
      throw new CommandError(RELOAD_FAILED);
    }
    try {
      if (!begin(name, aux -> {}, e -> {})) {
        throw new CommandError(RELOAD_FAILED);
      }
      if (flush) {
        keyspace.clear(false);
      } else if (load != null) {
        load.joins(merge);
      }
      while (isLoading()) {
        step();
      }
    } catch (RdbException | Disk.Failure e) {
      close();
      host.log(LogLevel.WARNING, "Loading " + name + " failed: " + e.getMessage());
      throw new CommandError(RELOAD_FAILED);
    }
  }

  /// Returns the keys left out of what was loaded last, since their time had come; once.
  ExpiredKeys takeExpired() {
    ExpiredKeys taken = expired;
    expired = new ExpiredKeys(0);
    return taken;
  }

  /// Notes what a full sync has loaded.
  void loaded(long keys, long expired) {
    lastLoaded = keys;
    lastExpired = expired;
  }

  void describe(InfoText out) {
    out.field("rdb_last_load_keys_expired", lastExpired);
    out.field("rdb_last_load_keys_loaded", lastLoaded);
  }

  void describeProgress(InfoText out) {
    progress.describe(out);
  }
}
