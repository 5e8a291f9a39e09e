package io.skein.engine.node;

import io.skein.engine.config.LogLevel;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.rdb.RdbException;
import io.skein.engine.replication.ReplicaEffect.BeginLoad;
import io.skein.engine.replication.ReplicaEffect.LoadBytes;
import io.skein.engine.replication.ReplicaEffect.LoadMode;
import io.skein.engine.replication.ReplicaEvent;
import io.skein.engine.script.Libraries;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Takes in the snapshot of a full sync: by way of the data file, in place of the old data, or
/// beside them.
///
/// *States*: idle; receiving (into a file, or into databases); loading (the file, in slices).
final class FullSyncLoad {
  /// What may wait to be written to disk before the primary has to wait too.
  private static final long MOST_UNWRITTEN_BYTES = 16 * 1024 * 1024;

  private final Settings settings;
  private final Keyspace keyspace;
  private final NodeHost host;
  private final NodeState state;
  private final Loader loader;
  private final Saver saver;
  private final Runnable onFileLoaded;
  private final AppendOnlyFile appendOnly;
  private final Libraries libraries;
  private final Consumer<ReplicaEvent> events;
  private LoadMode mode = LoadMode.FILE;
  private boolean active;
  private Disk.@Nullable Writer writer;
  private @Nullable RdbLoad load;
  private Database @Nullable [] spare;

  /// What has come and waits for its time, when loading is slowed down.
  private final Queue<byte[]> slowed = new ArrayDeque<>();

  private int slowedAt;
  private boolean finishing;
  private Pace pace;

  FullSyncLoad(
      Settings settings,
      Keyspace keyspace,
      NodeHost host,
      NodeState state,
      Loader loader,
      Saver saver,
      Runnable onFileLoaded,
      AppendOnlyFile appendOnly,
      Consumer<ReplicaEvent> events) {
    this.settings = settings;
    this.keyspace = keyspace;
    this.host = host;
    this.state = state;
    this.loader = loader;
    this.saver = saver;
    this.onFileLoaded = onFileLoaded;
    this.appendOnly = appendOnly;
    this.libraries = saver.libraries();
    this.events = events;
    pace = loader.newPace();
  }

  void begin(BeginLoad asked) {
    mode = asked.mode();
    active = true;
    pace = loader.newPace();
    switch (mode) {
      case FILE ->
          writer = host.disk().replace(settings.get(PersistenceSettings.DBFILENAME), this::written);
      case DIRECT -> {
        appendOnly.stop();
        flush();
        load = newLoad(own(), asked.totalBytes());
        loading(true);
      }
      case SWAP -> {
        Database[] beside = keyspace.spare();
        spare = beside;
        load = newLoad(beside, asked.totalBytes());
        loading(!asked.serveOldData());
        state.loadingBeside(asked.serveOldData());
      }
    }
  }

  private RdbLoad newLoad(Database[] into, long totalBytes) {
    return new RdbLoad(
        keyspace,
        into,
        false,
        libraries,
        settings.isOn(PersistenceSettings.RDBCHECKSUM),
        totalBytes);
  }

  private Database[] own() {
    return keyspace.allDatabases();
  }

  private void loading(boolean on) {
    state.loading(on);
    if (on) {
      keyspace.expiryRule(Keyspace.ExpiryRule.IGNORE);
    } else {
      keyspace.expiryRule(
          state.isReplica() ? Keyspace.ExpiryRule.HIDE : Keyspace.ExpiryRule.DELETE);
    }
  }

  private void flush() {
    keyspace.clear(settings.isOn(ReplicationSettings.REPLICA_LAZY_FLUSH));
  }

  void bytes(LoadBytes part) {
    Disk.Writer to = writer;
    RdbLoad into = load;
    if (to != null) {
      to.write(Arrays.copyOfRange(part.data(), part.offset(), part.offset() + part.length()));
    } else if (into != null && pace.isOff() && slowed.isEmpty()) {
      feed(into, part.data(), part.offset(), part.length());
    } else if (into != null) {
      slowed.add(Arrays.copyOfRange(part.data(), part.offset(), part.offset() + part.length()));
    }
  }

  private int feed(RdbLoad into, byte[] data, int offset, int length) {
    try {
      int taken = into.feed(data, offset, length, pace);
      if (taken < length) {
        fail("there is more than an RDB file");
      }
      return taken;
    } catch (RdbException e) {
      fail(String.valueOf(e.getMessage()));
      return 0;
    }
  }

  /// Takes in some of what waits for its time; whether there was any.
  boolean step() {
    byte[] next = slowed.peek();
    RdbLoad into = load;
    if (next == null || into == null || !pace.isReady()) {
      return false;
    }
    int count = next.length - slowedAt;
    slowedAt +=
        feed(into, next, slowedAt, pace.isOff() ? count : Math.min(count, Loader.SLOW_BYTES));
    if (slowedAt == next.length) {
      slowed.poll();
      slowedAt = 0;
      if (slowed.isEmpty() && finishing) {
        finish();
      }
    }
    return true;
  }

  /// Whether the primary should wait until more has been taken in, or written to disk.
  boolean isBehind() {
    Disk.Writer to = writer;
    return !slowed.isEmpty() || to != null && to.pendingBytes() > MOST_UNWRITTEN_BYTES;
  }

  void finish() {
    Disk.Writer to = writer;
    RdbLoad into = load;
    if (to != null) {
      // What is being saved is older than what has come.
      saver.cancelBackgroundSave();
      to.finish();
    } else if (!slowed.isEmpty()) {
      finishing = true;
    } else if (into != null) {
      try {
        into.end();
        complete(into.aux(), into);
      } catch (RdbException e) {
        fail(String.valueOf(e.getMessage()));
      }
    }
  }

  private void written(@Nullable String failure) {
    if (writer == null) {
      return;
    }
    writer = null;
    if (failure != null) {
      fail(failure);
      return;
    }
    appendOnly.stop();
    flush();
    try {
      String name = settings.get(PersistenceSettings.DBFILENAME);
      if (!loader.begin(name, this::loaded, e -> fail(String.valueOf(e.getMessage())))) {
        fail("the file is gone");
        return;
      }
      // What is small is there at once, before anybody is told LOADING.
      loader.stepOrFail();
    } catch (Disk.Failure e) {
      fail(String.valueOf(e.getMessage()));
    }
  }

  private void loaded(Map<String, String> aux) {
    active = false;
    saver.loaded();
    onFileLoaded.run();
    events.accept(new ReplicaEvent.Loaded(streamDb(aux)));
    appendOnly.restart();
  }

  private void complete(Map<String, String> aux, RdbLoad into) {
    Database[] beside = spare;
    if (beside != null) {
      appendOnly.stop();
      keyspace.adopt(beside);
      keyspace.release(beside, true);
    }
    loader.loaded(into.loadedKeys(), into.expiredKeys());
    clear();
    loading(false);
    events.accept(new ReplicaEvent.Loaded(streamDb(aux)));
    appendOnly.restart();
  }

  private static int streamDb(Map<String, String> aux) {
    try {
      return Integer.parseInt(aux.getOrDefault("repl-stream-db", "-1"));
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private void fail(String reason) {
    abort(reason);
    events.accept(new ReplicaEvent.LoadFailed(reason));
  }

  /// Gives up and removes what has come so far; the old data stay where they have not been deleted.
  void abort(String reason) {
    if (!active) {
      return;
    }
    RdbLoad current = load;
    if (current != null) {
      host.log(
          LogLevel.WARNING,
          "Internal error in RDB reading offset " + current.bytesRead() + ": " + reason);
    }
    Disk.Writer to = writer;
    Database[] beside = spare;
    if (to != null) {
      to.cancel();
    } else if (beside != null) {
      keyspace.release(beside, true);
    } else {
      loader.abort();
      flush();
    }
    clear();
    loading(false);
  }

  private void clear() {
    active = false;
    writer = null;
    load = null;
    spare = null;
    slowed.clear();
    slowedAt = 0;
    finishing = false;
    state.loadingBeside(false);
  }
}
