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
  private final List<Runnable> pending = new ArrayList<>();
  private @Nullable String failure;
  private long unwritten;

  /// The files by name.
  public Map<String, byte[]> files() {
    return files;
  }

  /// Lets the disk fail with `reason` from now on; null heals it.
  public void failWith(@Nullable String reason) {
    failure = reason;
  }

  /// Has every writer report this many bytes as not written yet.
  public void unwritten(long bytes) {
    unwritten = bytes;
  }

  /// Completes what was finished.
  public void complete() {
    List<Runnable> now = new ArrayList<>(pending);
    pending.clear();
    now.forEach(Runnable::run);
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
    byte[] file = files.get(name);
    if (file == null) {
      return null;
    }
    return new Reader() {
      private int at;

      @Override
      public long size() {
        return file.length;
      }

      @Override
      public int read(byte[] into) {
        int n = Math.min(into.length, file.length - at);
        System.arraycopy(Arrays.copyOfRange(file, at, at + n), 0, into, 0, n);
        at += n;
        return n == 0 ? -1 : n;
      }

      @Override
      public void close() {}
    };
  }
}
