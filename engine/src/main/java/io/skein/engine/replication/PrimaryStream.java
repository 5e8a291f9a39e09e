package io.skein.engine.replication;

import io.skein.engine.log.CommandLog;
import io.skein.engine.replication.ReplicaEffect.Apply;
import io.skein.engine.replication.ReplicaEffect.BeginStream;
import io.skein.engine.replication.ReplicaEffect.EndStream;
import io.skein.engine.replication.ReplicaEffect.Send;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// The stream of commands from the primary: into the log goes what has been carried out, and no
/// more.
final class PrimaryStream {
  private final CommandLog log;
  private final PendingBytes pending = new PendingBytes();

  /// The primary knows no offsets, and so wants no acknowledgements.
  private boolean withoutOffsets;

  private LongSupplier fsyncedOffset = () -> -1;

  PrimaryStream(CommandLog log) {
    this.log = log;
  }

  void withoutOffsets(boolean without) {
    withoutOffsets = without;
  }

  void fsynced(LongSupplier offset) {
    fsyncedOffset = offset;
  }

  /// Begins with what came while the snapshot was being loaded.
  void begin(Consumer<ReplicaEffect> effects) {
    effects.accept(new BeginStream(Math.max(0, log.selectedDb())));
    if (pending.size() > 0) {
      effects.accept(pending.apply());
    }
  }

  void feed(byte[] data, int offset, int length, Consumer<ReplicaEffect> effects) {
    pending.add(data, offset, length);
    effects.accept(new Apply(data, offset, length));
  }

  /// Keeps bytes that cannot be carried out yet.
  void keep(byte[] data, int offset, int length) {
    pending.add(data, offset, length);
  }

  void applied(long bytes, int db) {
    pending.moveTo(log, bytes);
    log.selectedDb(db);
  }

  void acknowledge(long link, Consumer<ReplicaEffect> effects) {
    if (withoutOffsets) {
      return;
    }
    String offset = Long.toString(log.offset());
    long fsynced = fsyncedOffset.getAsLong();
    byte[] ack =
        fsynced < 0
            ? Wire.command("REPLCONF", "ACK", offset)
            : Wire.command("REPLCONF", "ACK", offset, "FACK", Long.toString(fsynced));
    effects.accept(new Send(link, ack));
  }

  void end(Consumer<ReplicaEffect> effects) {
    effects.accept(new EndStream());
    pending.clear();
  }

  void forget() {
    pending.clear();
  }

  /// Returns how far the stream has been received.
  long readOffset() {
    return log.offset() + pending.size();
  }
}
