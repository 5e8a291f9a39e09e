package io.skein.engine.node;

import java.util.ArrayDeque;
import java.util.Queue;

/// One incremental file on its way to disk: which bytes of the log it holds, and how far they have
/// come.
///
/// *States*: writing; failed, until something could be written again.
final class AofWriter implements Disk.Progress {
  /// Whoever decides what a failure means.
  interface Listener {
    /// More than before is on disk.
    void synced();

    /// The file could not be written, or, when `flushing`, not flushed.
    void failed(boolean flushing, String reason);
  }

  /// Bytes of the log that lie together in the file.
  private static final class Stretch {
    private final long inFile;
    private final long inLog;
    private long length;
    private long reported;

    Stretch(long inFile, long inLog) {
      this.inFile = inFile;
      this.inLog = inLog;
    }
  }

  /// A flush that was asked for when the file had this size and ended at that place of the log.
  private record Flush(long size, long logPosition) {}

  private final Disk.Appender appender;
  private final Listener listener;
  private final ArrayDeque<Stretch> unreported = new ArrayDeque<>();
  private final Queue<Flush> flushes = new ArrayDeque<>();
  private final long start;
  private String file;

  /// The size of the file once all is written that was added.
  private long end;

  private long logEnd;
  private long syncAsked;
  private long synced;
  private long writtenOffset;
  private long fsyncedOffset;
  private long writtenAtFailure = -1;
  private Runnable onSynced = () -> {};

  /// Goes on with `file`, which is created when there is none.
  ///
  /// @param afresh whether what is in it is dropped
  /// @param logPosition the place of the log that it goes on from
  /// @throws Disk.Failure when that is not possible
  AofWriter(Disk disk, String file, boolean afresh, long logPosition, Listener listener) {
    this.file = file;
    this.listener = listener;
    appender = disk.append(file, afresh, this);
    end = appender.writtenBytes();
    start = logPosition;
    logEnd = logPosition;
    writtenOffset = logPosition;
    fsyncedOffset = 0;
    synced = -1;
    syncAsked = -1;
  }

  String file() {
    return file;
  }

  /// The file was renamed.
  void renamed(String to) {
    file = to;
  }

  /// The size of the file, as far as it is written.
  long size() {
    return appender.writtenBytes();
  }

  long pendingBytes() {
    return appender.pendingBytes();
  }

  /// Adds bytes that are not the log's.
  void annotation(byte[] line) {
    appender.append(line, 0, line.length);
    end += line.length;
  }

  /// Adds the next bytes of the log, of which there may be some between this call and the one
  /// before.
  ///
  /// @param position how many bytes of the history lie before them
  void log(long position, byte[] bytes, int length) {
    Stretch last = unreported.peekLast();
    if (last == null || last.inFile + last.length != end || last.inLog + last.length != position) {
      last = new Stretch(end, position);
      unreported.add(last);
    }
    appender.append(bytes, 0, length);
    last.length += length;
    end += length;
    logEnd = position + length;
  }

  /// What was added is whole and may be written.
  void write() {
    appender.write();
  }

  /// Whether something was added for which no flush has been asked.
  boolean needsSync() {
    return syncAsked < end;
  }

  /// Whether a flush that was asked for is not done.
  boolean isSyncing() {
    return !flushes.isEmpty();
  }

  /// Whether all that was added is on disk.
  boolean isSynced() {
    return synced >= end;
  }

  void sync() {
    syncAsked = end;
    flushes.add(new Flush(end, logEnd));
    appender.sync();
  }

  /// Flushes all that was added, and runs `action` when it is on disk.
  void syncAll(Runnable action) {
    onSynced = action;
    sync();
  }

  @Override
  public void synced(long size) {
    synced = Math.max(synced, size);
    for (Flush first = flushes.peek();
        first != null && first.size <= size;
        first = flushes.peek()) {
      fsyncedOffset = Math.max(fsyncedOffset, first.logPosition);
      flushes.poll();
    }
    if (isSynced()) {
      Runnable action = onSynced;
      onSynced = () -> {};
      action.run();
    }
    listener.synced();
  }

  @Override
  public void failed(boolean flushing, String reason) {
    if (flushing) {
      flushes.clear();
      syncAsked = synced;
    } else {
      writtenAtFailure = size();
    }
    onSynced = () -> {};
    listener.failed(flushing, reason);
  }

  /// The log up to where the file begins is on disk elsewhere.
  void startIsSafe() {
    fsyncedOffset = Math.max(fsyncedOffset, start);
  }

  /// Whether writing has failed and did not succeed since.
  boolean hasFailed() {
    return writtenAtFailure >= 0;
  }

  /// Tries again to write, if that has failed; whether it has succeeded meanwhile.
  boolean retry() {
    if (hasFailed() && size() <= writtenAtFailure) {
      appender.retry();
      return false;
    }
    writtenAtFailure = -1;
    return true;
  }

  /// The place of the log up to which the file is written, as far as [#report] has looked.
  long writtenOffset() {
    return writtenOffset;
  }

  /// The place of the log up to which it is on disk, or 0 while nothing is.
  long fsyncedOffset() {
    return fsyncedOffset;
  }

  /// Looks how far the file has come, and tells of the bytes of the log that can be read there.
  void report(AofSegments to) {
    long size = size();
    for (Stretch first = unreported.peek(); first != null; first = unreported.peek()) {
      long there = Math.min(first.length, size - first.inFile);
      if (there > first.reported) {
        to.written(
            file,
            first.inFile + first.reported,
            first.inLog + first.reported,
            there - first.reported);
        first.reported = there;
        writtenOffset = first.inLog + there;
      }
      if (there < first.length || unreported.size() == 1) {
        return;
      }
      unreported.poll();
    }
  }

  /// Has work go on as soon as more is written.
  void wakeWhenWritten() {
    appender.wakeWhenWritten();
  }

  void close() {
    appender.close();
  }
}
