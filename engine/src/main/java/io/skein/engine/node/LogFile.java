package io.skein.engine.node;

import io.skein.engine.log.LogArchive;
import org.jspecify.annotations.Nullable;

/// A file that holds bytes of the log, as its readers see it: opened when it is first read.
final class LogFile {
  private final Disk disk;
  private final String name;
  private Disk.@Nullable Reader reader;

  LogFile(Disk disk, String name) {
    this.disk = disk;
    this.name = name;
  }

  /// Reads `length` bytes from position `at`.
  ///
  /// @throws LogArchive.Unreadable when they are not all there
  void read(long at, byte[] to, int offset, int length) {
    try {
      Disk.Reader from = reader == null ? opened() : reader;
      int done = 0;
      while (done < length) {
        int n = from.read(at + done, to, offset + done, length - done);
        if (n <= 0) {
          throw new LogArchive.Unreadable(name + " ends too early");
        }
        done += n;
      }
    } catch (Disk.Failure e) {
      throw new LogArchive.Unreadable(name + ": " + e.getMessage());
    }
  }

  private Disk.Reader opened() {
    Disk.Reader file = disk.open(name);
    if (file == null) {
      throw new LogArchive.Unreadable(name + " is gone");
    }
    reader = file;
    return file;
  }

  /// Nobody reads it for now.
  void close() {
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }
}
