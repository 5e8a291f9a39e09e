package io.skein.server.bus;

import io.skein.engine.cluster.state.NodesConf;
import io.skein.engine.cluster.state.NodesConfException;
import io.skein.engine.config.ConfigFileError;
import io.skein.server.config.ConfigFile;
import io.skein.server.config.SystemErrors;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// `nodes.conf`: replaced as a whole, and used by one process only.
///
/// The lock is on a file of its own beside it, since the file itself is another one after each
/// replacement.
final class NodesFile {
  private final Path path;
  private final ConfigFile file;
  private @Nullable FileChannel lockFile;
  private @Nullable FileLock lock;

  NodesFile(Path path) {
    this.path = path;
    this.file = new ConfigFile(path);
  }

  /// Keeps other processes out until [#unlock] or the end of this one.
  ///
  /// @throws ConfigFileError when another one uses the file
  void lock() throws ConfigFileError {
    Path beside = path.resolveSibling(path.getFileName() + ".lock");
    try {
      lockFile = FileChannel.open(beside, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      lock = lockFile.tryLock();
    } catch (OverlappingFileLockException inThisProcess) {
      lock = null;
    } catch (IOException failed) {
      throw ConfigFileError.ofWhole(
          "Can't open " + beside + " in order to acquire a lock: " + SystemErrors.text(failed));
    }
    if (lock == null) {
      unlock();
      throw ConfigFileError.ofWhole(
          ("Sorry, the cluster configuration file " + path.getFileName() + " is already used by a")
              + " different Redis Cluster node. Please make sure that different nodes use different"
              + " cluster configuration files.");
    }
  }

  void unlock() {
    try {
      if (lockFile != null) {
        lockFile.close();
      }
    } catch (IOException gone) {
      lock = null;
    }
    lock = null;
    lockFile = null;
  }

  /// What the file says, or null when there is none or it is empty.
  ///
  /// @throws ConfigFileError when it cannot be read or makes no sense
  @Nullable NodesConf read(boolean tlsCluster) throws ConfigFileError {
    try {
      if (!Files.exists(path) || Files.size(path) == 0) {
        return null;
      }
      return NodesConf.parse(Files.readString(path, StandardCharsets.UTF_8), tlsCluster);
    } catch (IOException failed) {
      throw ConfigFileError.ofWhole(
          "Loading the cluster node config from " + path + ": " + SystemErrors.text(failed));
    } catch (NodesConfException corrupt) {
      throw ConfigFileError.ofWhole(
          "Unrecoverable error: corrupted cluster config file \""
              + (path + "\": " + corrupt.getMessage()));
    }
  }

  /// Replaces the file.
  ///
  /// @param flush whether the new content is on the disk on return
  void write(String text, boolean flush) throws IOException {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    if (flush) {
      file.overwrite(content);
    } else {
      file.replace(content);
    }
  }
}
