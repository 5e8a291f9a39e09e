package io.skein.engine.node;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Files of the working directory, as a node sees them.
///
/// Names are relative to the directory of the setting `dir` at the time of the call.
public interface Disk {
  /// A file in the making, which takes the place of another as a whole or not at all.
  interface Writer {
    /// Adds bytes; they are written by and by. The array is not changed afterwards.
    void write(byte[] bytes);

    /// The number of bytes not written yet.
    long pendingBytes();

    /// All has been added: flushes the file, renames it, and tells the consumer given to
    /// [Disk#replace] how it went.
    void finish();

    /// As [#finish], but waits, and returns the reason of a failure, or null; the consumer is not
    /// told.
    @Nullable String finishNow();

    /// Gives the file up; the one it was to replace stays. The consumer is not told.
    void cancel();
  }

  /// A file that is being read.
  interface Reader {
    /// The size of the file in bytes.
    long size();

    /// Reads up to `into.length` bytes and returns how many, or -1 at the end.
    int read(byte[] into);

    void close();
  }

  /// A file could not be read.
  final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Failure(String reason) {
      super(reason, null, false, false);
    }
  }

  /// Begins to write the file that will be called `name`.
  ///
  /// @param done told under the data plane when the file is complete: null, or why it failed
  Writer replace(String name, Consumer<@Nullable String> done);

  /// Opens a file, or returns null when there is none.
  ///
  /// @throws Failure when it is there but cannot be opened
  @Nullable Reader open(String name);
}
