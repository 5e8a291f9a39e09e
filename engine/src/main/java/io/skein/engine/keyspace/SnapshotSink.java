package io.skein.engine.keyspace;

/// Takes the entries of a [Snapshot], each once, as they were at the cut.
public interface SnapshotSink {
  /// One entry of `database`; what lies at `entry` is only valid during the call.
  void entry(Database database, long entry);

  /// How many bytes the sink holds that have not been taken away yet: the walk waits while it is
  /// much.
  long backlogBytes();
}
