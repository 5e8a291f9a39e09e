package io.skein.engine.command;

import org.jspecify.annotations.Nullable;

/// What the dispatcher has counted, and whom it tells of the commands it executes.
public interface Traffic {
  /// The number of commands executed since the statistics began.
  long processed();

  /// The number of errors in answer to a primary or a replica of ours.
  long unexpectedErrors();

  /// The error replies by code.
  ErrorStats errors();

  /// Forgets what was counted.
  void reset();

  /// Has `slow` told of every command that is timed by itself, and the time it took.
  ///
  /// @param each whether all commands are timed by themselves, not only slow ones
  void watcher(@Nullable Watcher slow, boolean each);

  /// Has `sees` told of every command that monitors may see, or nobody with null.
  void monitors(@Nullable Watcher sees);

  /// Whether the times of commands are kept in histograms.
  void trackLatency(boolean on);
}
