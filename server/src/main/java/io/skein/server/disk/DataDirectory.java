package io.skein.server.disk;

import io.skein.engine.node.Disk;
import io.skein.server.log.ServerLog;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The directory that the setting `dir` names: files are replaced on one thread, one after another,
/// and read where they are asked for.
///
/// *Threads*: [#replace] and [#open] under the data plane.
public final class DataDirectory implements Disk {
  static final String TEMPORARY_PREFIX = "temp-skein-";

  private final Supplier<Path> directory;
  private final Executor plane;
  private final Runnable onRoom;
  private final DiskThread thread = new DiskThread();
  private long files;

  /// Files of the directory that `directory` gives at the time.
  ///
  /// @param plane runs what it is given under the data plane
  /// @param onRoom called, by any thread, when a file that was waited for can take more
  public DataDirectory(Supplier<Path> directory, Executor plane, Runnable onRoom) {
    this.onRoom = onRoom;
    this.directory = directory;
    this.plane = plane;
  }

  /// Deletes what a process that died has left half written.
  public void clean(ServerLog log) {
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(directory.get(), TEMPORARY_PREFIX + "*")) {
      for (Path file : left) {
        if (!isAlive(file.getFileName().toString())) {
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException unreadable) {
      log.warning("Cannot look for temporary files in " + directory.get() + ": " + unreadable);
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
    Path dir = directory.get();
    String temporary =
        TEMPORARY_PREFIX + ProcessHandle.current().pid() + "-" + files++ + "." + name;
    return new FileWriter(
        thread, onRoom, dir, temporary, name, outcome -> plane.execute(() -> done.accept(outcome)));
  }

  @Override
  public @Nullable Reader open(String name) {
    Path file = directory.get().resolve(name);
    try {
      return Files.exists(file) ? new OpenFile(file) : null;
    } catch (IOException failed) {
      throw new Failure(String.valueOf(failed.getMessage()));
    }
  }

  /// Ends the thread; what is being written is lost.
  public void close() {
    thread.close();
  }

  /// Flushes the names in `directory`, so that a renamed file keeps its name through a crash.
  static void flushNames(Path directory) throws IOException {
    try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  private static final class OpenFile implements Reader {
    private final InputStream in;
    private final long size;

    OpenFile(Path file) throws IOException {
      in = Files.newInputStream(file);
      size = Files.size(file);
    }

    @Override
    public long size() {
      return size;
    }

    @Override
    public int read(byte[] into) {
      try {
        return in.read(into);
      } catch (IOException failed) {
        throw new Failure(String.valueOf(failed.getMessage()));
      }
    }

    @Override
    public void close() {
      try {
        in.close();
      } catch (IOException failed) {
        throw new Failure(String.valueOf(failed.getMessage()));
      }
    }
  }
}
