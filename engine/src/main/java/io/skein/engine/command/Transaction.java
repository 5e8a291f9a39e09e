package io.skein.engine.command;

import java.util.ArrayList;
import java.util.List;

/// What a client has queued since MULTI.
public final class Transaction {
  /// One queued command.
  ///
  /// @param command what was found for the name
  /// @param arguments copies of all arguments, the name included
  public record Queued(Command command, byte[][] arguments) {}

  private final List<Queued> queued = new ArrayList<>();
  private boolean aborted;
  private long flagBits;
  private long commonBits = -1;
  private long bytes;

  /// Adds a command, unless there was one that could not be queued: nothing is executed then.
  ///
  /// @param bits the flags of the call
  public void add(Command command, long bits, byte[][] arguments) {
    if (aborted) {
      return;
    }
    queued.add(new Queued(command, arguments));
    flagBits |= bits;
    commonBits &= bits;
    for (byte[] a : arguments) {
      bytes += a.length + 24L;
    }
  }

  /// The commands in the order they came.
  public List<Queued> commands() {
    return queued;
  }

  /// The flags that at least one of the commands has.
  public long flagBits() {
    return flagBits;
  }

  /// The flags that all of the commands have.
  public long commonBits() {
    return commonBits;
  }

  /// Remembers that a command could not be queued, so that EXEC is refused.
  public void abort() {
    aborted = true;
  }

  public boolean isAborted() {
    return aborted;
  }

  /// The memory that the queue takes, in bytes, about.
  public long bytes() {
    return bytes;
  }
}
