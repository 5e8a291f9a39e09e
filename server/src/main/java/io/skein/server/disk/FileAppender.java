package io.skein.server.disk;

import io.skein.engine.node.Disk;
import io.skein.server.config.SystemErrors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.Consumer;

/// A file that is appended to.
///
/// What is written goes to the system at once, as long as the disk's thread has nothing to do for
/// this file: it survives the end of the process then, and whoever is told of it afterwards may
/// rely on that. While the thread flushes, or after a failure, bytes gather in one buffer while the
/// thread writes another.
///
/// A flush is for the thread too, unless it is small and the one before took no longer than waking
/// the thread does: then nobody is held up by doing it here.
///
/// *Threads*: [Disk.Appender]'s methods under the data plane; [#work] on the disk's thread; what
/// both touch is guarded by this object. Whoever has set [#scheduled] owns the batch, the channel
/// and the size.
final class FileAppender implements Disk.Appender {
  private static final int SMALL_BYTES = 64 * 1024;

  /// More than this is left to the disk's thread, since even the system's memory takes its time.
  private static final int MOST_AT_ONCE_BYTES = 1024 * 1024;

  /// Flushes that take longer than this are not worth waiting for.
  private static final long QUICK_NANOS = 150_000;

  /// Nor are those of more bytes.
  private static final long QUICK_BYTES = 128 * 1024;

  /// A buffer that has grown beyond this is not kept.
  private static final int MOST_KEPT_BYTES = 4 * 1024 * 1024;

  /// When as little as this is left to write, whoever waits for room is told.
  private static final long LOW_BYTES = 1024 * 1024;

  private final DiskThread thread;
  private final FileChannel channel;
  private final Disk.Progress progress;
  private final Consumer<Runnable> tell;
  private final Runnable onRoom;

  private byte[] gathering = new byte[SMALL_BYTES];
  private int gathered;

  /// How much of what is gathered may be written.
  private int whole;

  /// What is being written, or waits to be written once more.
  private byte[] batch = new byte[SMALL_BYTES];

  private int batchLength;
  private boolean syncWanted;

  /// A flush was asked for before the batch was taken, and comes before the next one.
  private boolean syncDue;

  private boolean wakeWanted;
  private boolean scheduled;
  private boolean failed;
  private boolean closing;

  /// The size of the file, as the disk's thread knows it, and as it tells others.
  private long size;

  private volatile long written;

  private long flushed;
  private long lastFlushNanos = Long.MAX_VALUE;

  /// @param afresh whether what is in the file is dropped
  /// @param tell runs what it is given under the data plane
  /// @param onRoom called on the disk's thread when there is room for more
  FileAppender(
      DiskThread thread,
      Path file,
      boolean afresh,
      Disk.Progress progress,
      Consumer<Runnable> tell,
      Runnable onRoom)
      throws IOException {
    this.thread = thread;
    this.progress = progress;
    this.tell = tell;
    this.onRoom = onRoom;
    channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (afresh) {
      channel.truncate(0);
    }
    size = channel.size();
    flushed = size;
    written = size;
    channel.position(size);
  }

  @Override
  public synchronized void append(byte[] bytes, int offset, int length) {
    if (gathering.length - gathered < length) {
      gathering = Arrays.copyOf(gathering, Math.max(gathering.length * 2, gathered + length));
    }
    System.arraycopy(bytes, offset, gathering, gathered, length);
    gathered += length;
  }

  @Override
  public void write() {
    synchronized (this) {
      whole = gathered;
      if (scheduled || failed || whole == 0 || whole > MOST_AT_ONCE_BYTES) {
        schedule();
        return;
      }
      scheduled = true;
      takeBatch();
    }
    writeBatch();
    synchronized (this) {
      scheduled = false;
    }
  }

  @Override
  public void sync() {
    synchronized (this) {
      boolean quick = lastFlushNanos < QUICK_NANOS && size - flushed < QUICK_BYTES;
      if (!quick || scheduled || failed || whole > 0) {
        syncWanted = true;
        schedule();
        return;
      }
      scheduled = true;
    }
    flush();
    synchronized (this) {
      scheduled = false;
    }
  }

  @Override
  public long writtenBytes() {
    return written;
  }

  @Override
  public synchronized long pendingBytes() {
    return (long) gathered + batchLength;
  }

  @Override
  public synchronized void retry() {
    failed = false;
    schedule();
  }

  @Override
  public synchronized void close() {
    closing = true;
    failed = false;
    schedule();
  }

  private void schedule() {
    if (!scheduled && !failed) {
      scheduled = true;
      thread.execute(this::work);
    }
  }

  private enum Next {
    WRITE,
    SYNC,
    CLOSE,
    REST
  }

  private void work() {
    while (true) {
      switch (next()) {
        case WRITE -> writeBatch();
        case SYNC -> flush();
        case CLOSE -> {
          closeFile();
          return;
        }
        case REST -> {
          return;
        }
      }
    }
  }

  /// What is to be done now; a batch is taken from what was gathered.
  private synchronized Next next() {
    if (failed) {
      scheduled = false;
      return closing ? Next.CLOSE : Next.REST;
    }
    if (batchLength > 0) {
      return Next.WRITE;
    }
    if (syncDue || whole == 0 && syncWanted) {
      syncWanted &= syncDue;
      syncDue = false;
      return Next.SYNC;
    }
    if (whole > 0) {
      takeBatch();
      return Next.WRITE;
    }
    scheduled = false;
    return closing ? Next.CLOSE : Next.REST;
  }

  private void takeBatch() {
    byte[] taken = gathering;
    int left = gathered - whole;
    gathering =
        batch.length > MOST_KEPT_BYTES || batch.length < left
            ? new byte[Math.max(SMALL_BYTES, left)]
            : batch;
    System.arraycopy(taken, whole, gathering, 0, left);
    batch = taken;
    batchLength = whole;
    gathered = left;
    whole = 0;
    syncDue = syncWanted;
    syncWanted = false;
  }

  private void writeBatch() {
    ByteBuffer bytes = ByteBuffer.wrap(batch, 0, batchLength);
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      size += batchLength;
      written = size;
      wrote(batchLength);
    } catch (IOException e) {
      repair(bytes.position());
      fail(false, e);
    }
  }

  private synchronized void wrote(int length) {
    long before = gathered + (long) batchLength;
    batchLength -= length;
    if (wakeWanted || before >= LOW_BYTES && before - length < LOW_BYTES) {
      wakeWanted = false;
      onRoom.run();
    }
  }

  @Override
  public synchronized void wakeWhenWritten() {
    if (gathered + batchLength > 0) {
      wakeWanted = true;
    } else {
      onRoom.run();
    }
  }

  /// Takes away what was written of a batch; where that fails too, the rest of it follows later.
  private void repair(int partial) {
    try {
      channel.truncate(size);
      channel.position(size);
    } catch (IOException e) {
      size += partial;
      written = size;
      synchronized (this) {
        System.arraycopy(batch, partial, batch, 0, batchLength - partial);
        batchLength -= partial;
      }
    }
  }

  private void flush() {
    long upTo = size;
    long began = System.nanoTime();
    try {
      channel.force(false);
      lastFlushNanos = System.nanoTime() - began;
      flushed = upTo;
      report(() -> progress.synced(upTo));
    } catch (IOException e) {
      fail(true, e);
    }
  }

  private void fail(boolean flushing, IOException e) {
    synchronized (this) {
      failed = !flushing;
    }
    report(() -> progress.failed(flushing, SystemErrors.text(e)));
  }

  private void report(Runnable news) {
    tell.accept(() -> {
      if (!closing) {
        news.run();
      }
    });
  }

  private void closeFile() {
    try {
      channel.close();
    } catch (IOException e) {
      // What was to be safe has been flushed, and of the rest nobody wants to know.
    }
  }
}
