package io.skein.engine.keyspace;

/// Takes the entries of a [Snapshot], each once, as they were at the cut.
public interface SnapshotSink {
  /// One entry of `database`; what lies at `entry` is only valid during the call.
  void entry(Database database, long entry);
}
