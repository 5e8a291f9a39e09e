package io.skein.engine.node;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A disk in memory, whose writes complete when the test says so.
public final class MemoryDisk implements Disk {
  private final Map<String, byte[]> files = new LinkedHashMap<>();
  private final Map<String, Integer> synced = new LinkedHashMap<>();
  private final List<MemoryAppender> appenders = new ArrayList<>();
  private final List<Runnable> pending = new ArrayList<>();
  private @Nullable String failure;
  private @Nullable String flushFailure;
  private long unwritten;
  private Runnable afterEach = () -> {};

  /// The files by name.
  public Map<String, byte[]> files() {
    return files;
  }

  /// Lets the disk fail with `reason` from now on; null heals it.
  public void failWith(@Nullable String reason) {
    failure = reason;
  }

  /// Lets flushes of what is appended fail with `reason` from now on; null heals it.
  public void failFlushWith(@Nullable String reason) {
    flushFailure = reason;
  }

  /// Has every writer report this many bytes as not written yet.
  public void unwritten(long bytes) {
    unwritten = bytes;
  }

  /// Completes what was finished, and what follows from that.
  public void complete() {
    while (!pending.isEmpty()) {
      List<Runnable> now = new ArrayList<>(pending);
      pending.clear();
      for (Runnable task : now) {
        task.run();
        afterEach.run();
      }
    }
  }

  /// Has `action` run after each thing that [#complete] completes.
  public void afterEach(Runnable action) {
    afterEach = action;
  }

  /// Completes only what was begun first; false when there is nothing.
  public boolean completeOne() {
    if (pending.isEmpty()) {
      return false;
    }
    pending.removeFirst().run();
    return true;
  }

  /// The disk as another process finds it after this one was killed: what is under way is not done.
  ///
  /// @param power whether what was not flushed is lost as well
  public MemoryDisk afterCrash(boolean power) {
    MemoryDisk left = new MemoryDisk();
    files.forEach((name, bytes) -> {
      int size = power ? synced.getOrDefault(name, bytes.length) : bytes.length;
      left.files.put(name, Arrays.copyOf(bytes, size));
    });
    return left;
  }

  @Override
  public Writer replace(String name, Consumer<@Nullable String> done) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    return new Writer() {
      private boolean cancelled;

      @Override
      public void write(byte[] more) {
        bytes.writeBytes(more);
      }

      @Override
      public long pendingBytes() {
        return unwritten;
      }

      @Override
      public void finish() {
        pending.add(() -> {
          if (!cancelled) {
            done.accept(finishNow());
          }
        });
      }

      @Override
      public @Nullable String finishNow() {
        if (failure == null) {
          files.put(name, bytes.toByteArray());
          synced.remove(name);
        }
        return failure;
      }

      @Override
      public void cancel() {
        cancelled = true;
      }
    };
  }

  @Override
  public @Nullable Reader open(String name) {
    if (!files.containsKey(name)) {
      return null;
    }
    byte[] file = file(name);
    return new Reader() {
      private int at;

      @Override
      public long size() {
        return file.length;
      }

      @Override
      public int read(byte[] into) {
        int n = read(at, into, 0, into.length);
        at += Math.max(0, n);
        return n;
      }

      @Override
      public int read(long position, byte[] into, int offset, int length) {
        byte[] now = files.getOrDefault(name, file);
        int n = (int) Math.min(length, now.length - position);
        if (n <= 0) {
          return -1;
        }
        System.arraycopy(now, (int) position, into, offset, n);
        return n;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Appender append(String name, boolean afresh, Progress progress) {
    if (failure != null) {
      throw new Failure(failure);
    }
    if (afresh) {
      files.remove(name);
      synced.remove(name);
    }
    synced.putIfAbsent(name, files.containsKey(name) ? file(name).length : 0);
    files.putIfAbsent(name, new byte[0]);
    MemoryAppender appender = new MemoryAppender(name, progress);
    appenders.add(appender);
    return appender;
  }

  @Override
  public void createDirectory(String name) {
    if (failure != null) {
      throw new Failure(failure);
    }
  }

  @Override
  public List<String> list(String directory) {
    String prefix = directory + "/";
    return files.keySet().stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .sorted()
        .toList();
  }

  @Override
  public void rename(String from, String to) {
    if (failure != null || !files.containsKey(from)) {
      throw new Failure(failure != null ? failure : "No such file or directory");
    }
    files.put(to, file(from));
    files.remove(from);
    for (MemoryAppender appender : appenders) {
      if (appender.name.equals(from)) {
        appender.name = to;
      }
    }
    Integer flushed = synced.remove(from);
    if (flushed != null) {
      synced.put(to, flushed);
    }
  }

  @Override
  public void truncate(String name, long size) {
    files.put(name, Arrays.copyOf(file(name), (int) size));
    synced.remove(name);
  }

  @Override
  public void delete(String name) {
    pending.add(() -> {
      files.remove(name);
      synced.remove(name);
    });
  }

  @Override
  public void await() {
    if (!completeOne()) {
      throw new IllegalStateException("nothing is under way that could be awaited");
    }
  }

  private byte[] file(String name) {
    byte[] file = files.get(name);
    if (file == null) {
      throw new Failure("No such file or directory");
    }
    return file;
  }

  private final class MemoryAppender implements Appender {
    private String name;
    private final Progress progress;
    private final ByteArrayOutputStream added = new ByteArrayOutputStream();
    private long written;
    private boolean failed;
    private boolean closed;

    MemoryAppender(String name, Progress progress) {
      this.name = name;
      this.progress = progress;
    }

    @Override
    public void append(byte[] bytes, int offset, int length) {
      added.write(bytes, offset, length);
    }

    @Override
    public void write() {
      pending.add(this::writeNow);
    }

    private void writeNow() {
      if (failed || added.size() == 0) {
        return;
      }
      if (failure != null) {
        failed = true;
        if (!closed) {
          progress.failed(false, failure);
        }
        return;
      }
      byte[] before = files.get(name);
      if (before != null) {
        byte[] after = Arrays.copyOf(before, before.length + added.size());
        System.arraycopy(added.toByteArray(), 0, after, before.length, added.size());
        files.put(name, after);
      }
      // One that was deleted is written on all the same.
      written = before == null ? written + added.size() : before.length + added.size();
      added.reset();
    }

    @Override
    public void sync() {
      pending.add(() -> {
        if (failed || closed) {
          return;
        }
        if (flushFailure != null) {
          progress.failed(true, flushFailure);
          return;
        }
        synced.put(name, file(name).length);
        progress.synced(file(name).length);
      });
    }

    @Override
    public long writtenBytes() {
      return files.containsKey(name) ? file(name).length : written;
    }

    @Override
    public long pendingBytes() {
      return added.size();
    }

    @Override
    public void retry() {
      failed = false;
      pending.add(this::writeNow);
    }

    @Override
    public void close() {
      closed = true;
      appenders.remove(this);
    }
  }
}
