package io.skein.engine.node;

import io.skein.engine.aof.CommandEncoder;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.SnapshotSink;

/// A snapshot of slots on their way to another node: commands that make their keys, without a word
/// of databases, of which a cluster has but one.
final class SlotSnapshot implements SnapshotFormat {
  /// Strings that are longer than this are sent in pieces.
  private static final int PIECE_BYTES = 256 * 1024;

  private final CommandEncoder encoder = new CommandEncoder(0, PIECE_BYTES);

  @Override
  public void entry(Database database, long entry, byte[] key, int keyLength) {
    encoder.entry(database, entry, key, keyLength);
  }

  @Override
  public SnapshotSink.Steps large(Database database, long entry, byte[] key, int keyLength) {
    return encoder.begin(database, entry, key, keyLength);
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
