package io.skein.engine.node;

import io.skein.engine.keyspace.Keyspace;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A snapshot on its way into a file, which takes the place of another when it is complete.
///
/// *States*: the data set is walked; the disk finishes; given up.
final class SnapshotFile implements SnapshotRun.Output {
  private final Disk.Writer writer;
  private final SnapshotRun run;

  /// Begins with the data set as it is now.
  ///
  /// @param done told when the file is complete: null, or why it failed
  SnapshotFile(
      NodeHost host,
      String path,
      Keyspace keyspace,
      SnapshotFormat format,
      Pace pace,
      Consumer<@Nullable String> done) {
    writer = host.disk().replace(path, done);
    run = new SnapshotRun(keyspace, format, pace, this);
  }

  /// Writes the data set as it is, however long it takes; returns why that failed, or null.
  static @Nullable String writeNow(
      NodeHost host, String path, Keyspace keyspace, SnapshotFormat format, Pace pace) {
    SnapshotFile file = new SnapshotFile(host, path, keyspace, format, pace, failure -> {});
    file.run.finish();
    return file.writer.finishNow();
  }

  /// The walk.
  SnapshotRun run() {
    return run;
  }

  @Override
  public void write(byte[] bytes) {
    writer.write(bytes);
  }

  @Override
  public long pendingBytes() {
    return writer.pendingBytes();
  }

  /// Goes on with the walk; false when that can do nothing for now.
  boolean step() {
    if (run.isWaiting() || run.isDone()) {
      return false;
    }
    if (run.step()) {
      writer.finish();
    }
    return true;
  }

  /// Carries the walk to its end, however long that takes; the disk finishes later.
  void finishWalk() {
    if (!run.isDone()) {
      run.finish();
      writer.finish();
    }
  }

  /// Gives the file up, which is not complete; what is left of the walk goes to `leftover`.
  void cancel(LeftoverWalk leftover) {
    writer.cancel();
    if (!run.isDone()) {
      run.cancel();
      leftover.take(run);
    }
  }
}
