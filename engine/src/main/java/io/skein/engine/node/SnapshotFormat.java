package io.skein.engine.node;

import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.SnapshotSink;

/// How a snapshot is written.
interface SnapshotFormat {
  /// Writes the key, which stands in the array, with its value and its expiry.
  void entry(Database database, long entry, byte[] key, int keyLength);

  /// As [#entry], for a value of many elements, in steps.
  SnapshotSink.Steps large(Database database, long entry, byte[] key, int keyLength);

  /// Writes what ends it.
  void end();

  /// How many bytes were written since the last [#take].
  int size();

  /// What was written since the last time.
  byte[] take();

  /// How many bytes were written in all.
  long bytesWritten();
}
