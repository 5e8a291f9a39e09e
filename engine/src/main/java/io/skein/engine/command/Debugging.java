package io.skein.engine.command;

import org.jspecify.annotations.Nullable;

/// What DEBUG can do to the node, for tests.
public interface Debugging {
  /// Whether keys are deleted when their time has come although nobody asks for them.
  void activeExpiry(boolean on);

  /// Stops all that happens by itself, or goes on with it.
  void pauseCron(boolean paused);

  /// Begins a new history of replication, as if the data set were another one.
  void changeReplicationId();

  /// Empties the data set and loads the append only files; false when there are none, or they are
  /// not sound.
  boolean loadAppendOnly();

  /// Has the node stand still for so long each time before it writes to the append only file.
  void appendDelayMicros(long micros);

  /// What tests can do to a node of a cluster; null outside of one.
  @Nullable ClusterDebugging cluster();

  /// Has migrations of slots from this node go on without end, or not.
  void preventMigrationPause(boolean on);

  /// Has migrations of slots to this node wait before the slots are claimed, or not.
  void preventMigrationClaim(boolean on);

  /// Writes `text` to the log as a warning.
  void log(String text);
}
