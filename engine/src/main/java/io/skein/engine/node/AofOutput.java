package io.skein.engine.node;

import io.skein.engine.aof.Annotation;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Keyspace;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The way of the log to the disk: what a turn logged is handed on when it ends. While the disk is
/// behind, the log keeps the rest; when that becomes much, the data plane waits for the disk.
///
/// *States*: closed; writing to a file; going over to the next one ([AofSwitch]), while the log
/// keeps what comes.
final class AofOutput {
  /// Beyond this the disk is given no more before it has written.
  private static final long MOST_PENDING_BYTES = 8 * 1024 * 1024;

  /// When so much of the log waits for the disk, the data plane waits too.
  private static final long MOST_UNWRITTEN_BYTES = 64 * 1024 * 1024;

  private final Settings settings;
  private final Keyspace keyspace;
  private final NodeHost host;
  private final AofFiles files;
  private final AofSync sync;
  private final AofWriter.Listener listener;
  private @Nullable AofStream stream;

  /// The file that the log goes into; null while none is open, and while one gives way to the next.
  private @Nullable AofWriter writer;

  private @Nullable AofSwitch switching;
  private AofSegments segments = AofSegments.NONE;

  private long delayMicros;

  /// Whether what is written would be loaded at a start.
  private boolean loadable;

  AofOutput(
      Settings settings,
      Keyspace keyspace,
      NodeHost host,
      AofFiles files,
      AofSync sync,
      AofWriter.Listener listener) {
    this.settings = settings;
    this.keyspace = keyspace;
    this.host = host;
    this.files = files;
    this.sync = sync;
    this.listener = listener;
  }

  void delayMicros(long micros) {
    delayMicros = micros;
  }

  void segments(AofSegments who) {
    segments = who;
  }

  /// What `from` takes of the log goes into `to` from now on.
  void open(AofStream from, AofWriter to) {
    close();
    stream = from;
    writer = to;
  }

  /// The file is one of those that would be loaded from now on.
  void loadable() {
    loadable = true;
    AofWriter to = current();
    if (to != null) {
      to.startIsSafe();
      report(to);
    }
  }

  void close() {
    AofWriter to = current();
    if (to != null) {
      to.close();
    }
    AofStream from = stream;
    if (from != null) {
      from.close();
    }
    AofSwitch between = switching;
    if (between != null) {
      between.giveUp();
    }
    writer = null;
    switching = null;
    stream = null;
    loadable = false;
  }

  /// The file that was written last, if any is open.
  @Nullable AofWriter current() {
    AofSwitch between = switching;
    return between != null ? between.old() : writer;
  }

  boolean isSwitching() {
    return switching != null;
  }

  /// How many bytes of the log are not written.
  long pendingBytes() {
    AofWriter to = current();
    AofStream from = stream;
    return (to == null ? 0 : to.pendingBytes()) + (from == null ? 0 : from.remaining());
  }

  /// The log goes on under another name.
  void historyChanged() {
    AofStream from = stream;
    if (from != null) {
      from.historyChanged();
    }
  }

  /// Hands on what was logged.
  void turnEnds() {
    AofStream from = stream;
    if (from == null || from.isLost()) {
      return;
    }
    AofWriter to = writer;
    if (to == null) {
      waitForRoom(from);
      return;
    }
    report(to);
    if (from.hasNews()) {
      if (to.pendingBytes() > MOST_PENDING_BYTES) {
        waitForRoom(from);
      } else {
        feed(from, to);
      }
    }
    sync.look(to);
  }

  private void feed(AofStream from, AofWriter to) {
    if (delayMicros > 0) {
      host.process().sleep(delayMicros);
    }
    boolean stamped = settings.isOn(PersistenceSettings.AOF_TIMESTAMP_ENABLED);
    from.feed(to, stamped ? keyspace.nowMs() / 1000 : -1);
  }

  /// Looks how far the file has come.
  void look() {
    AofWriter current = current();
    if (current != null) {
      report(current);
    }
  }

  private void report(AofWriter to) {
    if (loadable) {
      to.report(segments);
    }
  }

  /// Holds the data plane as long as too much waits for a disk that works.
  private void waitForRoom(AofStream from) {
    while (from.remaining() > MOST_UNWRITTEN_BYTES && stream == from && !from.isLost()) {
      AofWriter to = writer;
      if (to != null && to.hasFailed()) {
        return;
      }
      if (to != null && to.pendingBytes() <= MOST_PENDING_BYTES) {
        feed(from, to);
        return;
      }
      host.disk().await();
    }
  }

  /// More is on disk than before.
  void synced() {
    AofWriter to = writer;
    if (to != null) {
      report(to);
    }
  }

  /// Tries again what has failed, and does what is due.
  void tick(AofHealth health) {
    AofWriter to = writer;
    if (to != null && to.retry()) {
      health.written();
      turnEnds();
      sync.tick(to, health);
    }
  }

  /// Waits until all that was logged is written, or flushed as well; false when that fails. There
  /// is no switch in progress.
  boolean flushNow(boolean fsync) {
    AofStream from = stream;
    AofWriter to = writer;
    if (from == null || to == null || from.isLost()) {
      return true;
    }
    to.retry();
    feed(from, to);
    if (fsync) {
      to.sync();
    }
    while (!to.hasFailed() && (to.pendingBytes() > 0 || fsync && to.isSyncing())) {
      host.disk().await();
    }
    report(to);
    return !to.hasFailed() && (!fsync || to.isSynced());
  }

  /// What is logged from here on goes into the next incremental file.
  ///
  /// @param follows as for [AofStream#beginFile]
  /// @throws Disk.Failure when that is not possible
  void beginSwitch(boolean follows, AofSwitch.Outcome outcome) {
    AofWriter old = Objects.requireNonNull(writer);
    AofStream from = Objects.requireNonNull(stream);
    if (old.hasFailed() || from.isLost()) {
      throw new Disk.Failure("the file that is there cannot be written");
    }
    feed(from, old);
    if (follows) {
      old.annotation(Annotation.next(files.nextIncremental()));
      old.write();
    }
    from.beginFile(follows);
    writer = null;
    AofSwitch begun = new AofSwitch(files, host, old, listener, outcome);
    switching = begun;
    begun.begin();
  }

  /// The switch is done: the log goes on in `next`.
  void switched(AofWriter next) {
    report(Objects.requireNonNull(current()));
    switching = null;
    writer = next;
    turnEnds();
  }

  /// There is no switch: the log goes on in the file that was there.
  void endSwitch() {
    AofSwitch between = Objects.requireNonNull(switching);
    between.giveUp();
    writer = between.old();
    switching = null;
  }
}
