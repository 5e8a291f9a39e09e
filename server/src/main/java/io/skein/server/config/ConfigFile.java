package io.skein.server.config;

import io.skein.engine.config.ConfigRewrite;
import io.skein.engine.config.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// The configuration file that the server was started with, and CONFIG REWRITE.
public final class ConfigFile {
  private final Path path;

  /// The file at `path`, absolute; it need not exist.
  public ConfigFile(Path path) {
    this.path = path;
  }

  /// Makes the file say what `settings` and the ACL's `userLines` say now: wholly or, when an error
  /// is thrown, not at all. On return it is on the disk.
  ///
  /// @param all whether it names settings too that are at their defaults
  public void rewrite(Settings settings, List<String> userLines, boolean all) throws IOException {
    byte[] old;
    try {
      old = Files.readAllBytes(path);
    } catch (NoSuchFileException none) {
      old = new byte[0];
    }
    overwrite(ConfigRewrite.rewrite(old, settings, userLines, all));
  }

  /// Replaces the file by `content`.
  ///
  /// 1. A new file beside it is written and flushed to the disk.
  /// 2. It takes the place and name of the old one, in one step.
  /// 3. The directory is flushed, so that the step itself survives a crash.
  public void overwrite(byte[] content) throws IOException {
    Path directory = replace(content, true);
    try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
      names.force(true);
    }
  }

  /// As [#overwrite], but nothing is flushed: what is replaced outlives this process, and perhaps
  /// not the machine.
  public void replace(byte[] content) throws IOException {
    replace(content, false);
  }

  private Path replace(byte[] content, boolean flush) throws IOException {
    Path directory = Objects.requireNonNull(path.toAbsolutePath().getParent());
    Path temporary = directory.resolve(path.getFileName() + "." + ProcessHandle.current().pid());
    try {
      write(temporary, content, flush);
      Files.move(
          temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
    return directory;
  }

  private static void write(Path file, byte[] content, boolean flush) throws IOException {
    Files.deleteIfExists(file);
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")))) {
      ByteBuffer left = ByteBuffer.wrap(content);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      if (flush) {
        channel.force(true);
      }
    }
  }
}
