package io.skein.engine.node;

import io.skein.engine.aof.CommandEncoder;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.SnapshotSink;
import io.skein.engine.log.CommandLog;
import java.util.List;

/// A snapshot as commands that make the data set.
final class CommandSnapshot implements SnapshotFormat {
  private final CommandEncoder encoder = new CommandEncoder();
  private final String replid;
  private final long offset;
  private final long next;

  /// Of the data set as it is at the end of `log`.
  ///
  /// @param seconds the time that is noted at the head, or -1 for none
  /// @param next the number of the incremental file that goes on from there, or 0 for none
  /// @param functions the source texts of the libraries
  CommandSnapshot(CommandLog log, long seconds, long next, List<byte[]> functions) {
    this.next = next;
    replid = log.replid();
    offset = log.offset();
    if (seconds >= 0) {
      encoder.timestamp(seconds);
    }
    functions.forEach(encoder::function);
  }

  @Override
  public void entry(Database database, long entry, byte[] key, int keyLength) {
    encoder.entry(database, entry, key, keyLength);
  }

  @Override
  public SnapshotSink.Steps large(Database database, long entry, byte[] key, int keyLength) {
    return encoder.begin(database, entry, key, keyLength);
  }

  @Override
  public void end() {
    encoder.history(replid, offset);
    if (next > 0) {
      encoder.next(next);
    }
  }

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
