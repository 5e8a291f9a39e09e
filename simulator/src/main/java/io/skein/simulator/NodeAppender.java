package io.skein.simulator;

import io.skein.engine.node.Disk;
import java.io.ByteArrayOutputStream;
import java.util.SplittableRandom;

/// A file that a node appends to: written after a while, and flushed after another.
final class NodeAppender implements Disk.Appender {
  private static final int WRITE_US = 100;

  private final SimNode node;
  private final NodeFiles files;
  private final StoredFile file;
  private final Disk.Progress progress;
  private final SplittableRandom random;
  private final ByteArrayOutputStream added = new ByteArrayOutputStream();
  private boolean syncing;
  private boolean syncWanted;
  private boolean closed;

  NodeAppender(
      SimNode node,
      NodeFiles files,
      StoredFile file,
      Disk.Progress progress,
      SplittableRandom random) {
    this.node = node;
    this.files = files;
    this.file = file;
    this.progress = progress;
    this.random = random;
    node.disk.appenders.add(this);
  }

  @Override
  public void append(byte[] bytes, int offset, int length) {
    added.write(bytes, offset, length);
  }

  @Override
  public void write() {
    files.begin(random.nextInt(WRITE_US), this::writeNow);
  }

  private void writeNow() {
    if (!syncing) {
      file.append(added.toByteArray(), added.size());
      added.reset();
    }
  }

  @Override
  public void sync() {
    if (syncing) {
      syncWanted = true;
      return;
    }
    writeNow();
    syncing = true;
    int size = file.size();
    files.begin(node.disk.flushUs + random.nextInt(WRITE_US), () -> synced(size));
  }

  private void synced(int size) {
    syncing = false;
    if (!node.disk.lies) {
      file.sync();
    }
    if (syncWanted && !closed) {
      syncWanted = false;
      sync();
    } else {
      writeNow();
    }
    if (!closed) {
      progress.synced(size);
    }
  }

  @Override
  public long writtenBytes() {
    return file.size();
  }

  @Override
  public long pendingBytes() {
    return added.size();
  }

  @Override
  public void retry() {
    writeNow();
  }

  @Override
  public void close() {
    closed = true;
    writeNow();
    node.disk.appenders.remove(this);
  }

  /// The process dies in the midst of writing.
  void tear(SplittableRandom chance) {
    if (added.size() > 0) {
      file.append(added.toByteArray(), chance.nextInt(added.size() + 1));
      added.reset();
    }
  }
}
