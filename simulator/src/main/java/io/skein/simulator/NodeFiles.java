package io.skein.simulator;

import io.skein.engine.node.Disk;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The files of a node's process: what is not flushed when it dies is gone, and a file takes the
/// place of another as a whole.
final class NodeFiles implements Disk {
  private static final int WRITE_US = 200_000;

  private final SimNode node;
  private final SplittableRandom random;

  NodeFiles(SimNode node, SplittableRandom random) {
    this.node = node;
    this.random = random;
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
        return 0;
      }

      @Override
      public void finish() {
        node.after(
            node.disk.flushUs + random.nextInt(WRITE_US),
            node.data,
            () -> {
              if (!cancelled) {
                done.accept(finishNow());
              }
            });
      }

      @Override
      public @Nullable String finishNow() {
        node.disk.files.put(name, bytes.toByteArray());
        return null;
      }

      @Override
      public void cancel() {
        cancelled = true;
      }
    };
  }

  @Override
  public @Nullable Reader open(String name) {
    byte[] file = node.disk.files.get(name);
    if (file == null) {
      return null;
    }
    ByteArrayInputStream in = new ByteArrayInputStream(Objects.requireNonNull(file));
    return new Reader() {
      @Override
      public long size() {
        return file.length;
      }

      @Override
      public int read(byte[] into) {
        return in.read(into, 0, into.length);
      }

      @Override
      public void close() {}
    };
  }
}
