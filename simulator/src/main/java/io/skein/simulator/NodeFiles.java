package io.skein.simulator;

import io.skein.engine.node.Disk;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The files of a node's process: what is not flushed when it dies may be gone, and a file takes
/// the place of another as a whole.
final class NodeFiles implements Disk {
  private static final int WRITE_US = 200_000;

  /// Something that the disk is at, and that is done once.
  private static final class Task {
    private final Runnable work;
    private boolean done;

    Task(Runnable work) {
      this.work = work;
    }

    void finish() {
      if (!done) {
        done = true;
        work.run();
      }
    }
  }

  private final SimNode node;
  private final SplittableRandom random;
  private final ArrayDeque<Task> underWay = new ArrayDeque<>();

  /// When the last of what goes on in order is done.
  private long dueUs;

  NodeFiles(SimNode node, SplittableRandom random) {
    this.node = node;
    this.random = random;
  }

  /// Has `work` done after a while, or when somebody waits for the disk.
  void begin(long delayUs, Runnable work) {
    Task task = new Task(work);
    underWay.add(task);
    node.after(
        delayUs,
        node.data,
        () -> {
          underWay.remove(task);
          task.finish();
        });
  }

  /// As [#begin], for files as wholes and their names, which change in the order of the calls.
  private void beginInOrder(long delayUs, Runnable work) {
    long now = node.world.schedule.nowUs();
    dueUs = Math.max(dueUs, now + delayUs);
    begin(dueUs - now, work);
  }

  @Override
  public void await() {
    Task first = underWay.poll();
    if (first != null) {
      first.finish();
    }
  }

  private LinkedHashMap<String, StoredFile> files() {
    return node.disk.files;
  }

  private StoredFile file(String name) {
    StoredFile file = files().get(name);
    if (file == null) {
      throw new Failure("No such file or directory");
    }
    return file;
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
        beginInOrder(
            node.disk.flushUs + random.nextInt(WRITE_US),
            () -> {
              if (!cancelled) {
                done.accept(finishNow());
              }
            });
      }

      @Override
      public @Nullable String finishNow() {
        files().put(name, new StoredFile(bytes.toByteArray()));
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
    StoredFile file = files().get(name);
    if (file == null) {
      return null;
    }
    return new Reader() {
      private long at;

      @Override
      public long size() {
        return file.size();
      }

      @Override
      public int read(byte[] into) {
        int count = file.read(at, into, 0, into.length);
        at += Math.max(0, count);
        return count;
      }

      @Override
      public int read(long position, byte[] into, int offset, int length) {
        return file.read(position, into, offset, length);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Appender append(String name, boolean afresh, Progress progress) {
    if (afresh) {
      files().remove(name);
    }
    StoredFile file = files().computeIfAbsent(name, absent -> new StoredFile(new byte[0]));
    return new NodeAppender(node, this, file, progress, random.split());
  }

  @Override
  public void createDirectory(String name) {}

  @Override
  public List<String> list(String directory) {
    String prefix = directory + "/";
    return files().keySet().stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .sorted()
        .toList();
  }

  @Override
  public void rename(String from, String to) {
    files().put(to, file(from));
    files().remove(from);
  }

  @Override
  public void truncate(String name, long size) {
    StoredFile file = file(name);
    file.truncate((int) size);
    file.sync();
  }

  @Override
  public void delete(String name) {
    beginInOrder(random.nextInt(WRITE_US), () -> files().remove(name));
  }
}
