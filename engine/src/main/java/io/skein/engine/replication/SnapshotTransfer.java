package io.skein.engine.replication;

import io.skein.engine.config.DisklessLoad;
import io.skein.engine.replication.ReplicaEffect.AbortLoad;
import io.skein.engine.replication.ReplicaEffect.BeginLoad;
import io.skein.engine.replication.ReplicaEffect.LoadBytes;
import io.skein.engine.replication.ReplicaEffect.LoadMode;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One snapshot on its way from a primary: what it will be, how it is taken in, how far it has
/// come.
///
/// How it is taken in follows from `repl-diskless-load`: by way of a file (`disabled`, or
/// `on-empty-db` with data), straight in place of the old data (`on-empty-db` without), or beside
/// them until it is complete (`swapdb`).
final class SnapshotTransfer {
  /// What the log says when nothing more of it comes.
  static final String TIMEOUT =
      "Timeout receiving bulk data from MASTER... If the problem persists try to set the"
          + " 'repl-timeout' parameter in redis.conf to a larger value.";

  /// What the log says when loading begins: at once, or when the file is complete.
  static final String LOADING = "MASTER <-> REPLICA sync: Loading DB in memory";

  /// The history that the data will be, and its length.
  final String replid;

  final long offset;

  private @Nullable PayloadFraming framing;
  private LoadMode mode = LoadMode.FILE;
  private boolean loading;
  private long readBytes;

  SnapshotTransfer(String replid, long offset) {
    this.replid = replid;
    this.offset = offset;
  }

  /// Whether the primary has announced the snapshot, so that what comes is part of it.
  boolean isAnnounced() {
    return framing != null;
  }

  /// Reads the announcement and chooses how to load; returns what is wrong with it, or null.
  @Nullable String announce(String line, DisklessLoad wanted, boolean empty) {
    if (line.startsWith("-")) {
      return "MASTER aborted replication with an error: " + line.substring(1);
    }
    framing = PayloadFraming.parse(line);
    if (framing == null) {
      return "Bad protocol from MASTER, the first byte is not '$' (we received '"
          + line
          + "'), are you sure the host and port are right?";
    }
    if (wanted == DisklessLoad.SWAPDB) {
      mode = LoadMode.SWAP;
    } else if (wanted == DisklessLoad.ON_EMPTY_DB && empty) {
      mode = LoadMode.DIRECT;
    }
    return null;
  }

  void begin(boolean sameHistory, Consumer<ReplicaEffect> effects) {
    loading = true;
    long total = announcedBytes();
    String what = total < 0 ? "streamed RDB" : total + " bytes";
    String where = mode == LoadMode.FILE ? "to disk" : "to parser";
    String text = "MASTER <-> REPLICA sync: receiving %s from master %s";
    effects.accept(ReplicaEffect.notice(String.format(text, what, where)));
    if (mode != LoadMode.FILE) {
      effects.accept(ReplicaEffect.notice(LOADING));
    }
    effects.accept(new BeginLoad(mode, total, sameHistory && mode == LoadMode.SWAP));
  }

  /// Takes bytes of the snapshot; returns the index of the first byte that is not one.
  int feed(byte[] data, int at, int end, Consumer<ReplicaEffect> effects) {
    PayloadFraming f = framing;
    if (f == null) {
      return at;
    }
    f.feed(data, at, end - at);
    readBytes += f.length();
    if (f.length() > 0) {
      effects.accept(new LoadBytes(f.array(), f.offset(), f.length()));
    }
    return f.after();
  }

  boolean isComplete() {
    return framing != null && framing.isComplete();
  }

  LoadMode mode() {
    return mode;
  }

  /// Gives up what has been begun and not finished.
  void abort(Consumer<ReplicaEffect> effects) {
    if (loading) {
      loading = false;
      effects.accept(new AbortLoad("the synchronization was given up"));
    }
  }

  /// The one who loads is done, well or not.
  void finished() {
    loading = false;
  }

  long readBytes() {
    return readBytes;
  }

  /// Returns the size of the snapshot, or 0 if it is not known.
  long totalBytes() {
    return Math.max(0, announcedBytes());
  }

  private long announcedBytes() {
    return framing == null ? -1 : framing.totalBytes();
  }
}
