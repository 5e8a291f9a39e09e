package io.skein.server.disk;

import io.skein.engine.node.Disk;
import io.skein.server.config.SystemErrors;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A temporary file that takes the place of another when it is complete and on the disk.
///
/// After the first failure what is still to be written is dropped, and the end tells the failure.
///
/// *Threads*: [Disk.Writer]'s methods under the data plane; the rest on the disk's thread.
final class FileWriter implements Disk.Writer {
  /// How often it is flushed as it grows, so that the end need not wait for the whole file.
  private static final long FLUSH_EVERY_BYTES = 4 * 1024 * 1024;

  /// When as little as this is left to write, there is room for more.
  private static final long LOW_BYTES = 1024 * 1024;

  /// Whoever adds more than this waits for the disk: only one that saves at once does.
  private static final long HIGH_BYTES = 32 * 1024 * 1024;

  private final DiskThread thread;
  private final Runnable onRoom;
  private final Path temporary;
  private final Path target;
  private final boolean flushesAsItGrows;
  private final Consumer<@Nullable String> done;
  private final AtomicLong pending = new AtomicLong();
  private volatile boolean cancelled;
  private @Nullable FileChannel channel;
  private @Nullable String failure;
  private long unflushed;

  FileWriter(
      DiskThread thread,
      Runnable onRoom,
      Path temporary,
      Path target,
      boolean flushesAsItGrows,
      Consumer<@Nullable String> done) {
    this.thread = thread;
    this.onRoom = onRoom;
    this.temporary = temporary;
    this.target = target;
    this.flushesAsItGrows = flushesAsItGrows;
    this.done = done;
    thread.execute(this::open);
  }

  @Override
  public void write(byte[] bytes) {
    if (pending.addAndGet(bytes.length) > HIGH_BYTES) {
      waitFor(() -> {});
    }
    thread.execute(() -> append(bytes));
  }

  @Override
  public long pendingBytes() {
    return pending.get();
  }

  @Override
  public void finish() {
    thread.execute(() -> done.accept(complete()));
  }

  @Override
  public @Nullable String finishNow() {
    @Nullable String[] outcome = new String[1];
    waitFor(() -> outcome[0] = complete());
    return outcome[0];
  }

  /// Waits until `task` has run after all that was given before.
  private void waitFor(Runnable task) {
    CountDownLatch finished = new CountDownLatch(1);
    thread.execute(() -> {
      task.run();
      finished.countDown();
    });
    boolean interrupted = false;
    while (finished.getCount() > 0) {
      try {
        finished.await();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void cancel() {
    cancelled = true;
    thread.execute(this::discard);
  }

  private void open() {
    try {
      channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException failed) {
      failure = reason(failed);
    }
  }

  private void append(byte[] bytes) {
    FileChannel to = channel;
    if (to != null && failure == null && !cancelled) {
      try {
        ByteBuffer left = ByteBuffer.wrap(bytes);
        while (left.hasRemaining()) {
          to.write(left);
        }
        unflushed += bytes.length;
        if (flushesAsItGrows && unflushed >= FLUSH_EVERY_BYTES) {
          to.force(false);
          unflushed = 0;
        }
      } catch (IOException failed) {
        failure = reason(failed);
      }
    }
    long left = pending.addAndGet(-bytes.length);
    if (left < LOW_BYTES && left + bytes.length >= LOW_BYTES) {
      onRoom.run();
    }
  }

  private @Nullable String complete() {
    FileChannel to = channel;
    if (to != null && failure == null) {
      try {
        to.force(true);
        to.close();
        channel = null;
        Files.move(
            temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        DataDirectory.flushNames(DataDirectory.parent(target));
      } catch (IOException failed) {
        failure = reason(failed);
      }
    }
    if (failure != null) {
      discard();
    }
    return failure;
  }

  private void discard() {
    try {
      if (channel != null) {
        channel.close();
        channel = null;
      }
      Files.deleteIfExists(temporary);
    } catch (IOException failed) {
      failure = failure == null ? reason(failed) : failure;
    }
  }

  private static String reason(IOException failed) {
    return SystemErrors.text(failed);
  }
}
