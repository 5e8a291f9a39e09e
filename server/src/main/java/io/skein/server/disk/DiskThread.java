package io.skein.server.disk;

import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// Runs what waits for the disk, in the order given; the thread is there from the first task on.
final class DiskThread {
  private final String name;
  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private @Nullable Thread thread;
  private volatile boolean closed;

  DiskThread(String name) {
    this.name = name;
  }

  synchronized void execute(Runnable task) {
    tasks.add(task);
    if (thread == null && !closed) {
      thread = new Thread(this::run, name);
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void run() {
    try {
      while (!closed) {
        tasks.take().run();
      }
    } catch (InterruptedException end) {
      Thread.currentThread().interrupt();
    }
  }

  /// Ends after the task at hand.
  void close() {
    closed = true;
    execute(() -> {});
  }
}
