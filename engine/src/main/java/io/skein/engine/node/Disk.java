package io.skein.engine.node;

import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Files of the working directory, as a node sees them.
///
/// Names are relative to the directory of the setting `dir` at the time of the call; `a/b` is file
/// `b` of the directory `a` in it. Whoever is to be told something is told under the data plane.
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

    /// Reads up to `length` bytes from `position` on and returns how many, or -1 at the end, which
    /// may lie further on than it did when the file was opened. Where [#read(byte[])] goes on is
    /// not changed.
    int read(long position, byte[] into, int offset, int length);

    void close();
  }

  /// A file that grows at its end, written and flushed off the data path, in the order of the
  /// calls.
  ///
  /// While a flush runs, what is added gathers, and goes out together when it is done.
  ///
  /// *States*: writing; failed (nothing is written until [#retry]; what was added is kept).
  interface Appender {
    /// Adds a copy of these bytes, to be written from [#write] on.
    void append(byte[] bytes, int offset, int length);

    /// What was added so far is a whole, and is written by and by: if that fails midway, the file
    /// is cut back to the whole before.
    void write();

    /// Has all that [#write] concerns be flushed to disk once it is written.
    void sync();

    /// The size of the file, as far as it is written.
    long writtenBytes();

    /// The number of bytes added and not written yet.
    long pendingBytes();

    /// Has work that nobody waits for go on as soon as more of it is written; where time is virtual
    /// that may be left to the next tick.
    default void wakeWhenWritten() {}

    /// Tries again what has failed.
    void retry();

    /// Closes the file after what is to be written and flushed; of failures nobody is told any
    /// more, nor of anything else.
    void close();
  }

  /// What becomes of an [Appender]'s file.
  interface Progress {
    /// The first `size` bytes of the file are on disk, whatever happens.
    void synced(long size);

    /// The file could not be written, and is as long as [Appender#writtenBytes] says; or, when
    /// `flushing`, what is written could not be flushed.
    void failed(boolean flushing, String reason);
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

  /// Opens a file to append to it; creates it when there is none.
  ///
  /// @param afresh whether what is in it already is dropped
  /// @throws Failure when that is not possible
  Appender append(String name, boolean afresh, Progress progress);

  /// Creates a directory, unless it is there.
  ///
  /// @throws Failure when that is not possible
  void createDirectory(String name);

  /// The names of what lies in a directory, sorted; none when there is no such directory.
  ///
  /// @throws Failure when it cannot be read
  List<String> list(String directory);

  /// Renames a file, which may replace another, and flushes the names.
  ///
  /// @throws Failure when that is not possible
  void rename(String from, String to);

  /// Cuts a file off after `size` bytes, and flushes it.
  ///
  /// @throws Failure when that is not possible
  void truncate(String name, long size);

  /// Deletes a file by and by, if it is there.
  void delete(String name);

  /// Waits for a moment until something under way is done, and tells whoever is to know: for one
  /// who cannot go on before.
  void await();
}
