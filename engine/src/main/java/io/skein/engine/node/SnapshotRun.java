package io.skein.engine.node;

import io.skein.engine.bytes.Memory;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.keyspace.Snapshot;
import io.skein.engine.keyspace.SnapshotSink;
import io.skein.engine.structure.Entry;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/// One pass over the data set as it was when the run began, encoded on its way out.
///
/// It advances in slices, and only while its output is taken: a slow disk or a slow replica slows
/// the walk and nothing else. What writes push ahead of the walk is held in memory until it is
/// taken.
final class SnapshotRun implements SnapshotSink {
  /// Where the file's bytes go.
  interface Output {
    /// Takes the next bytes; the array is not changed afterwards.
    void write(byte[] bytes);

    /// The number of bytes taken that have not gone on to where they are to go.
    long pendingBytes();
  }

  private static final int CHUNK_BYTES = 64 * 1024;
  private static final long MOST_PENDING_BYTES = 4 * 1024 * 1024;
  private static final int ENTRIES_PER_STEP = 64;

  private final Output output;
  private final SnapshotFormat format;
  private final Snapshot snapshot;
  private final Pace pace;
  private byte[] key = new byte[256];
  private long counted;
  private boolean ended;

  SnapshotRun(Keyspace keyspace, SnapshotFormat format, Pace pace, Output output) {
    this(keyspace, format, pace, output, null);
  }

  /// A pass over some slots only.
  SnapshotRun(
      Keyspace keyspace, SnapshotFormat format, Pace pace, Output output, @Nullable BitSet slots) {
    this.pace = pace;
    this.output = output;
    this.format = format;
    snapshot = keyspace.beginSnapshot(this, slots);
  }

  /// The number of keys at the cut.
  long total() {
    return snapshot.total();
  }

  /// The number of keys encoded.
  long handedOut() {
    return snapshot.handedOut();
  }

  /// The bytes handed to the output.
  long bytesWritten() {
    return format.bytesWritten();
  }

  /// Whether the output holds as much as it should, or the next key's time has not come.
  boolean isWaiting() {
    countForPace();
    return !snapshot.isCancelled()
        && (output.pendingBytes() > MOST_PENDING_BYTES || !pace.isReady());
  }

  /// Encodes some more entries; true when the file is complete, or the cancelled walk is.
  boolean step() {
    if (ended || isWaiting()) {
      return ended;
    }
    walk(pace.isOff() ? ENTRIES_PER_STEP : 1);
    countForPace();
    return ended;
  }

  /// Keys that writes push ahead of the walk take their time as well.
  private void countForPace() {
    long out = snapshot.handedOut();
    if (out != counted) {
      pace.passed(out - counted);
      counted = out;
    }
  }

  /// Encodes all that is left, however long it takes.
  void finish() {
    while (!ended) {
      walk(ENTRIES_PER_STEP);
    }
  }

  private void walk(int entries) {
    ended = snapshot.step(entries);
    if (ended && !snapshot.isCancelled()) {
      format.end();
      output.write(format.take());
    }
  }

  /// Encodes nothing more; the walk must still be stepped to its end.
  void cancel() {
    snapshot.cancel();
  }

  /// Whether there is nothing left to step.
  boolean isDone() {
    return ended;
  }

  boolean isCancelled() {
    return snapshot.isCancelled();
  }

  @Override
  public void entry(Database database, long entry) {
    format.entry(database, entry, key(entry), Entry.keyLength(entry));
    handOn();
  }

  @Override
  public Steps large(Database database, long entry) {
    Steps value = format.large(database, entry, key(entry), Entry.keyLength(entry));
    return elements -> {
      boolean done = value.step(elements);
      handOn();
      return done;
    };
  }

  private byte[] key(long entry) {
    int keyLength = Entry.keyLength(entry);
    if (key.length < keyLength) {
      key = new byte[keyLength * 2];
    }
    Memory.copy(Entry.keyAddress(entry), key, 0, keyLength);
    return key;
  }

  private void handOn() {
    if (format.size() >= CHUNK_BYTES) {
      output.write(format.take());
    }
  }
}
