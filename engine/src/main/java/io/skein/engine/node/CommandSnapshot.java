package io.skein.engine.node;

import io.skein.engine.aof.CommandEncoder;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.SnapshotSink;

/// A snapshot as commands that make the data set.
final class CommandSnapshot implements SnapshotFormat {
  private final CommandEncoder encoder = new CommandEncoder();

  /// @param seconds the time that is noted at the head, or -1 for none
  CommandSnapshot(long seconds) {
    if (seconds >= 0) {
      encoder.timestamp(seconds);
    }
  }

  @Override
  public void entry(Database database, long entry, byte[] key, int keyLength) {
    encoder.entry(database, entry, key, keyLength);
  }

  /// A value is written at once: commands take no longer than what clients may ask for.
  @Override
  public SnapshotSink.Steps large(Database database, long entry, byte[] key, int keyLength) {
    return elements -> {
      encoder.entry(database, entry, key, keyLength);
      return true;
    };
  }

  @Override
  public void end() {}

  @Override
  public int size() {
    return encoder.size();
  }

  @Override
  public byte[] take() {
    return encoder.take();
  }

  @Override
  public long bytesWritten() {
    return encoder.bytesWritten();
  }
}
