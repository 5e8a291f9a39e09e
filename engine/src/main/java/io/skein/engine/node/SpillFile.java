package io.skein.engine.node;

import io.skein.engine.log.CommandLog;
import io.skein.engine.log.LogArchive;
import org.jspecify.annotations.Nullable;

/// A temporary file that holds a stretch of the log.
///
/// It is deleted when nothing of it is needed any more.
final class SpillFile implements LogArchive.Source, Disk.Progress {
  private final Disk disk;
  private final String name;
  private final Disk.Appender appender;
  private final LogFile content;

  /// The size that the file had when it was opened, as one may that a process left behind.
  private final long before;

  /// The position in the log of what was added first.
  private final long start;

  private long added;
  private long reported;
  private @Nullable String failure;
  private boolean deleted;

  /// Creates the file, for what follows position `start`.
  ///
  /// @throws Disk.Failure when that is not possible
  SpillFile(Disk disk, String name, long start) {
    this.disk = disk;
    this.name = name;
    this.start = start;
    content = new LogFile(disk, name);
    appender = disk.append(name, true, this);
    before = appender.writtenBytes();
  }

  /// Adds bytes, which are written by and by.
  void add(byte[] bytes, int length) {
    appender.append(bytes, 0, length);
    added += length;
  }

  /// Has what was added be written.
  void write() {
    appender.write();
  }

  /// Returns the position in the log after what was added.
  long end() {
    return start + added;
  }

  long addedBytes() {
    return added;
  }

  long pendingBytes() {
    return added - writtenBytes();
  }

  private long writtenBytes() {
    return Math.min(added, appender.writtenBytes() - before);
  }

  /// Returns why the file could not be written, or null.
  @Nullable String failure() {
    return failure;
  }

  /// What has been written since the last time becomes part of the log's archive.
  void report(CommandLog log) {
    long written = writtenBytes();
    if (written > reported) {
      long from = reported;
      reported = written;
      log.archived(this, before + from, start + from, written - from);
    }
  }

  /// Nothing more is added.
  void seal() {
    appender.close();
  }

  @Override
  public void synced(long size) {
    // It need not survive anything.
  }

  @Override
  public void failed(boolean flushing, String reason) {
    failure = reason;
  }

  @Override
  public void read(long at, byte[] to, int offset, int length) {
    content.read(at, to, offset, length);
  }

  @Override
  public void release() {
    if (!deleted) {
      deleted = true;
      seal();
      content.close();
      disk.delete(name);
    }
  }

  /// Whether it was deleted, so that nothing may be added any more.
  boolean isDeleted() {
    return deleted;
  }
}
