package io.skein.server.disk;

import io.skein.engine.node.Disk;
import io.skein.server.config.SystemErrors;
import io.skein.server.log.ServerLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The directory that the setting `dir` names: files are replaced on one thread, one after another,
/// and read where they are asked for. A file that is appended to has another thread, so that a
/// large snapshot does not hold it up.
///
/// *Threads*: [Disk]'s methods under the data plane.
public final class DataDirectory implements Disk {
  static final String TEMPORARY_PREFIX = "temp-skein-";

  /// How long one who awaits something sleeps at most before looking again.
  private static final long AWAIT_MS = 100;

  private final Supplier<Path> directory;
  private final Executor plane;
  private final Runnable onRoom;
  private final DiskThread thread = new DiskThread("disk");
  private final DiskThread appending = new DiskThread("disk-append");
  private final LinkedBlockingQueue<Runnable> news = new LinkedBlockingQueue<>();
  private long files;
  private Predicate<String> flushesAsItGrows = name -> true;

  /// Files of the directory that `directory` gives at the time.
  ///
  /// @param plane runs what it is given under the data plane
  /// @param onRoom called, by any thread, when a file that was waited for can take more
  public DataDirectory(Supplier<Path> directory, Executor plane, Runnable onRoom) {
    this.onRoom = onRoom;
    this.directory = directory;
    this.plane = plane;
  }

  /// Says, under the data plane, which files are flushed bit by bit as they are written, and not
  /// only when they are complete.
  public void flushesAsItGrows(Predicate<String> whether) {
    flushesAsItGrows = whether;
  }

  /// Deletes what a process that died has left half written, in the directory itself and in
  /// `subdirectory`.
  public void clean(String subdirectory, ServerLog log) {
    clean(directory.get(), log);
    Path below = directory.get().resolve(subdirectory);
    if (Files.isDirectory(below)) {
      clean(below, log);
    }
  }

  private static void clean(Path directory, ServerLog log) {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, TEMPORARY_PREFIX + "*")) {
      for (Path file : left) {
        if (!isAlive(file.getFileName().toString())) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException unreadable) {
      log.warning("Cannot look for temporary files in " + directory + ": " + unreadable);
    }
  }

  /// Whether the process whose id is in the name of a temporary file still runs.
  private static boolean isAlive(String name) {
    int from = TEMPORARY_PREFIX.length();
    int to = name.indexOf('-', from);
    try {
      return to > 0 && ProcessHandle.of(Long.parseLong(name.substring(from, to))).isPresent();
    } catch (NumberFormatException other) {
      return true;
    }
  }

  @Override
  public Writer replace(String name, Consumer<@Nullable String> done) {
    Path target = directory.get().resolve(name);
    Path temporary =
        target.resolveSibling(
            TEMPORARY_PREFIX
                + ProcessHandle.current().pid()
                + "-"
                + files++
                + "."
                + target.getFileName());
    return new FileWriter(
        thread,
        onRoom,
        temporary,
        target,
        flushesAsItGrows.test(name),
        outcome -> tell(() -> done.accept(outcome)));
  }

  /// Has `happened` told under the data plane: by whoever awaits it, or else soon.
  private void tell(Runnable happened) {
    news.add(happened);
    plane.execute(this::tellAll);
  }

  private void tellAll() {
    for (Runnable next = news.poll(); next != null; next = news.poll()) {
      next.run();
    }
  }

  @Override
  public void await() {
    try {
      Runnable next = news.poll(AWAIT_MS, TimeUnit.MILLISECONDS);
      if (next != null) {
        next.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Appender append(String name, boolean afresh, Progress progress) {
    try {
      return new FileAppender(
          appending,
          directory.get().resolve(name),
          afresh,
          progress,
          this::tell,
          () -> {
            news.add(() -> {});
            onRoom.run();
          });
    } catch (IOException failed) {
      throw failure(failed);
    }
  }

  @Override
  public void createDirectory(String name) {
    Path created = directory.get().resolve(name);
    try {
      if (!Files.isDirectory(created)) {
        Files.createDirectory(created);
        flushNames(directory.get());
      }
    } catch (IOException failed) {
      throw failure(failed);
    }
  }

  @Override
  public List<String> list(String name) {
    Path listed = directory.get().resolve(name);
    if (!Files.isDirectory(listed)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(listed)) {
      return entries.map(entry -> String.valueOf(entry.getFileName())).sorted().toList();
    } catch (IOException failed) {
      throw failure(failed);
    }
  }

  @Override
  public void rename(String from, String to) {
    Path old = directory.get().resolve(from);
    Path target = directory.get().resolve(to);
    try {
      Files.move(old, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      flushNames(parent(target));
      flushNames(parent(old));
    } catch (IOException failed) {
      throw failure(failed);
    }
  }

  @Override
  public void truncate(String name, long size) {
    try (FileChannel file =
        FileChannel.open(directory.get().resolve(name), StandardOpenOption.WRITE)) {
      file.truncate(size);
      file.force(true);
    } catch (IOException failed) {
      throw failure(failed);
    }
  }

  @Override
  public void delete(String name) {
    Path file = directory.get().resolve(name);
    thread.execute(() -> {
      try {
        Files.deleteIfExists(file);
      } catch (IOException left) {
        // It is named nowhere any more; what is left is space.
      }
    });
  }

  static Path parent(Path file) {
    return Objects.requireNonNull(file.toAbsolutePath().getParent());
  }

  private static Failure failure(IOException failed) {
    return new Failure(SystemErrors.text(failed));
  }

  @Override
  public @Nullable Reader open(String name) {
    Path file = directory.get().resolve(name);
    try {
      return Files.exists(file) ? new OpenFile(file) : null;
    } catch (IOException failed) {
      throw failure(failed);
    }
  }

  /// Ends the threads; what is being written is lost, and so is whatever is temporary.
  public void close() {
    thread.close();
    appending.close();
    String ours = TEMPORARY_PREFIX + ProcessHandle.current().pid() + "-*";
    try (DirectoryStream<Path> left = Files.newDirectoryStream(directory.get(), ours)) {
      for (Path file : left) {
        Files.deleteIfExists(file);
      }
    } catch (IOException later) {
      // The next start clears away what is left.
    }
  }

  /// Flushes the names in `directory`, so that a renamed file keeps its name through a crash.
  static void flushNames(Path directory) throws IOException {
    try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  private static final class OpenFile implements Reader {
    private final FileChannel channel;
    private final long size;

    OpenFile(Path file) throws IOException {
      channel = FileChannel.open(file, StandardOpenOption.READ);
      size = channel.size();
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public int read(byte[] into) {
      try {
        return channel.read(ByteBuffer.wrap(into));
      } catch (IOException failed) {
        throw failure(failed);
      }
    }

    @Override
    public int read(long position, byte[] into, int offset, int length) {
      try {
        return channel.read(ByteBuffer.wrap(into, offset, length), position);
      } catch (IOException failed) {
        throw failure(failed);
      }
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException failed) {
        throw failure(failed);
      }
    }
  }
}
