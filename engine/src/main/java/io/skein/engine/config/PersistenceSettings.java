package io.skein.engine.config;

import static io.skein.engine.config.Declarations.INT_MAX;
import static io.skein.engine.config.Declarations.INT_MIN;
import static io.skein.engine.config.Declarations.KB;
import static io.skein.engine.config.Declarations.LONG_MAX;
import static io.skein.engine.config.Declarations.MB;
import static io.skein.engine.config.Setting.HIDDEN;
import static io.skein.engine.config.Setting.IMMUTABLE;
import static io.skein.engine.config.Setting.MODIFIABLE;
import static io.skein.engine.config.Setting.NOT_WHILE_LOADING;
import static io.skein.engine.config.Setting.PROTECTED;

import java.util.List;

/// Snapshots and the append only file.
public final class PersistenceSettings {
  private static final Declarations D = new Declarations();

  /// The directory of all files with relative names; an absolute path.
  public static final Setting<String> DIR = D.add(new DirectorySetting());

  /// When snapshots are taken.
  public static final Setting<List<SavePoint>> SAVE = D.add(new SaveSetting());

  /// The name of the snapshot.
  public static final TextSetting DBFILENAME =
      D.text("dbfilename", PROTECTED, "dump.rdb", TextSetting.Check.RDB_FILE_NAME);

  /// Whether strings in snapshots are compressed.
  public static final BoolSetting RDBCOMPRESSION = D.yesNo("rdbcompression", MODIFIABLE, true);

  /// Whether snapshots end with a checksum, and it is checked.
  public static final BoolSetting RDBCHECKSUM = D.yesNo("rdbchecksum", IMMUTABLE, true);

  /// Whether snapshots made only for replication are deleted.
  public static final BoolSetting RDB_DEL_SYNC_FILES =
      D.yesNo("rdb-del-sync-files", MODIFIABLE, false);

  /// Whether a snapshot is flushed to disk bit by bit.
  public static final BoolSetting RDB_SAVE_INCREMENTAL_FSYNC =
      D.yesNo("rdb-save-incremental-fsync", MODIFIABLE, true);

  /// Whether writes are refused after a failed snapshot.
  public static final BoolSetting STOP_WRITES_ON_BGSAVE_ERROR =
      D.yesNo("stop-writes-on-bgsave-error", MODIFIABLE, true);

  /// Microseconds to wait after each key saved; negative for keys per microsecond.
  public static final NumberSetting RDB_KEY_SAVE_DELAY =
      D.number("rdb-key-save-delay", HIDDEN, INT_MIN, INT_MAX, 0);

  /// Microseconds to wait after each key loaded; negative for keys per microsecond.
  public static final NumberSetting KEY_LOAD_DELAY =
      D.number("key-load-delay", HIDDEN, INT_MIN, INT_MAX, 0);

  /// Bytes loaded between two looks at the connections.
  public static final NumberSetting LOADING_PROCESS_EVENTS_INTERVAL_BYTES =
      D.number("loading-process-events-interval-bytes", HIDDEN, KB, INT_MAX, 2 * MB);

  /// Whether writes are appended to a file.
  public static final BoolSetting APPENDONLY = D.yesNo("appendonly", NOT_WHILE_LOADING, false);

  /// How the names of append only files begin.
  public static final TextSetting APPENDFILENAME =
      D.text("appendfilename", IMMUTABLE, "appendonly.aof", TextSetting.Check.AOF_FILE_NAME);

  /// The directory of append only files.
  public static final TextSetting APPENDDIRNAME =
      D.text("appenddirname", IMMUTABLE, "appendonlydir", TextSetting.Check.AOF_DIRECTORY_NAME);

  /// When the append only file is flushed to disk.
  public static final ChoiceSetting<AppendFsync> APPENDFSYNC =
      D.choice("appendfsync", MODIFIABLE, AppendFsync.values(), AppendFsync.EVERYSEC);

  /// Whether flushing stops while a file is rewritten.
  public static final BoolSetting NO_APPENDFSYNC_ON_REWRITE =
      D.yesNo("no-appendfsync-on-rewrite", MODIFIABLE, false);

  /// Growth, in percent, after which the file is rewritten; 0 for never.
  public static final NumberSetting AUTO_AOF_REWRITE_PERCENTAGE =
      D.number("auto-aof-rewrite-percentage", MODIFIABLE, 0, INT_MAX, 100);

  /// Bytes below which the file is not rewritten.
  public static final NumberSetting AUTO_AOF_REWRITE_MIN_SIZE =
      D.memory("auto-aof-rewrite-min-size", MODIFIABLE, 0, LONG_MAX, 64 * MB);

  /// Whether a file that was cut short is loaded up to there.
  public static final BoolSetting AOF_LOAD_TRUNCATED =
      D.yesNo("aof-load-truncated", MODIFIABLE, true);

  /// Whether a rewritten file begins with a snapshot.
  public static final BoolSetting AOF_USE_RDB_PREAMBLE =
      D.yesNo("aof-use-rdb-preamble", MODIFIABLE, true);

  /// Whether a rewritten file is flushed to disk bit by bit.
  public static final BoolSetting AOF_REWRITE_INCREMENTAL_FSYNC =
      D.yesNo("aof-rewrite-incremental-fsync", MODIFIABLE, true);

  /// Whether the file holds times, so that it can be restored up to one.
  public static final BoolSetting AOF_TIMESTAMP_ENABLED =
      D.yesNo("aof-timestamp-enabled", MODIFIABLE, false);

  /// Whether files no longer needed are kept.
  public static final BoolSetting AOF_DISABLE_AUTO_GC =
      D.yesNo("aof-disable-auto-gc", HIDDEN, false);

  static final List<Setting<?>> ALL = D.all();

  private PersistenceSettings() {}
}
