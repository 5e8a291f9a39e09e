package io.skein.engine.log;

/// One follower's place in the [CommandLog]; it owns no bytes, so many slow followers cost no more
/// than the slowest.
public final class LogReader implements AutoCloseable {
  private final CommandLog log;
  private long position;
  private boolean lost;

  LogReader(CommandLog log, long position) {
    this.log = log;
    this.position = position;
  }

  /// Returns how many bytes of the history lie before the next one to be read.
  public long position() {
    return position;
  }

  /// Returns how many bytes are there to be read; 0 once the reader is lost.
  public long remaining() {
    return lost ? 0 : log.offset() - position;
  }

  /// Returns how many of [#remaining] lie in memory; the others are on disk.
  public long remainingInMemory() {
    return lost ? 0 : log.offset() - Math.max(position, log.firstInMemory());
  }

  /// Whether the next byte lies on disk, so that reading it takes longer.
  public boolean isOnDisk() {
    return !lost && position < log.firstInMemory();
  }

  /// Copies up to `max` bytes and moves past them; returns how many. When the disk does not give
  /// them the reader is lost.
  public int read(byte[] to, int offset, int max) {
    int n = (int) Math.min(max, remaining());
    if (n > 0) {
      if (!log.copy(position, to, offset, n)) {
        return 0;
      }
      position += n;
    }
    return n;
  }

  /// Opens another reader at the same place.
  public LogReader fork() {
    return log.fork(this);
  }

  /// Whether the log went over to another history, what it was to read next is gone, or the reader
  /// was closed: what it has read leads nowhere from here.
  public boolean isLost() {
    return lost;
  }

  /// Lets go of what has not been read.
  @Override
  public void close() {
    if (!lost) {
      lost = true;
      log.close(this);
    }
  }

  void lose() {
    lost = true;
  }
}
