package io.skein.engine.node;

import io.skein.engine.aof.AofFile;
import io.skein.engine.aof.AofScanner;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.script.Libraries;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One append only file being loaded: a snapshot, commands, or a snapshot with commands behind it
/// as servers of before Redis 7 wrote it.
final class AofPart {
  /// How a step ended.
  enum Outcome {
    MORE,
    BROKEN,
    UNKNOWN,
    END
  }

  /// What it works on.
  ///
  /// @param feeding whether the history is to be told
  record Parts(
      Settings settings,
      Keyspace keyspace,
      AofExecutor executor,
      AofHistory history,
      Libraries libraries,
      boolean feeding) {}

  private static final int PIECE_BYTES = 64 * 1024;
  private static final String[] SNAPSHOTS = {"REDIS", "VALKEY"};

  private final AofFile file;
  private final Parts node;
  private final Disk.Reader reader;
  private final long beganNanos;
  private final byte[] piece;
  private int at;
  private int end;
  private @Nullable RdbLoad snapshot;
  private @Nullable AofScanner scanner;
  private boolean closed;

  AofPart(AofFile file, Parts node, Disk.Reader reader, long beganNanos) {
    this.file = file;
    this.node = node;
    this.reader = reader;
    this.beganNanos = beganNanos;
    long interval = node.settings.number(PersistenceSettings.LOADING_PROCESS_EVENTS_INTERVAL_BYTES);
    piece = new byte[(int) Math.min(PIECE_BYTES, interval)];
    node.history.beginFile(file);
    end = Math.max(0, reader.read(piece));
    String head = new String(piece, 0, Math.min(end, 6), StandardCharsets.ISO_8859_1);
    for (String magic : SNAPSHOTS) {
      if (head.startsWith(magic)) {
        snapshot = newSnapshot(reader.size());
      }
    }
    if (snapshot == null) {
      scanner = new AofScanner(0, node.feeding);
    }
  }

  private RdbLoad newSnapshot(long bytes) {
    Keyspace keyspace = node.keyspace;
    Database[] databases = keyspace.allDatabases();
    // Keys whose time has come stay: the commands behind may say otherwise.
    boolean checked = node.settings.isOn(PersistenceSettings.RDBCHECKSUM);
    return new RdbLoad(keyspace, databases, false, node.libraries, checked, bytes);
  }

  String name() {
    return file.name();
  }

  long beganNanos() {
    return beganNanos;
  }

  boolean isSnapshot() {
    return snapshot != null;
  }

  /// What takes the commands apart, or null while a snapshot is being loaded.
  @Nullable AofScanner scanner() {
    return scanner;
  }

  /// The name of the command found last.
  String commandName() {
    AofScanner s = scanner;
    return s == null
        ? ""
        : new String(s.buffer(), s.offsets()[0], s.lengths()[0], StandardCharsets.ISO_8859_1);
  }

  /// How many bytes of the file are done.
  long position() {
    RdbLoad base = snapshot;
    AofScanner s = scanner;
    return s != null ? s.end() : base != null ? base.bytesRead() : 0;
  }

  /// Loads some of the snapshot, or at most so many commands.
  Outcome snapshotOrCommands(Pace pace, int most) {
    AofScanner commands = scanner;
    if (commands != null) {
      return commands(commands, pace, most);
    }
    RdbLoad base = snapshot;
    return base == null ? Outcome.END : load(base, pace);
  }

  private Outcome load(RdbLoad base, Pace pace) {
    fill();
    if (at == end) {
      base.end();
    }
    int count = pace.isOff() ? end - at : Math.min(end - at, Loader.SLOW_BYTES);
    at += base.feed(piece, at, count, pace);
    if (base.isComplete()) {
      snapshot = null;
      if (node.feeding) {
        node.history.base(base.aux());
      }
      scanner = new AofScanner(base.bytesRead(), node.feeding);
    }
    return Outcome.MORE;
  }

  private void fill() {
    if (at == end) {
      at = 0;
      end = Math.max(0, reader.read(piece));
    }
  }

  private Outcome commands(AofScanner commands, Pace pace, int most) {
    for (int i = 0; i < most; i++) {
      switch (commands.next()) {
        case COMMAND -> {
          if (!node.executor.run(commands)) {
            return Outcome.UNKNOWN;
          }
          pace.passed(1);
          if (node.feeding && !commands.isInTransaction()) {
            node.history.unit(commands, node.executor.db());
          }
        }
        case ANNOTATION -> {
          if (node.feeding) {
            node.history.annotation(commands.annotation(), commands.end());
          }
        }
        case MORE -> {
          fill();
          if (at == end) {
            return Outcome.END;
          }
          commands.feed(piece, at, end - at);
          at = end;
          return Outcome.MORE;
        }
        case BROKEN -> {
          return Outcome.BROKEN;
        }
      }
    }
    return Outcome.MORE;
  }

  void close() {
    if (!closed) {
      closed = true;
      reader.close();
      node.history.endFile();
    }
  }
}
