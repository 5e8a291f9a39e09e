package io.skein.engine.rdb;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.keyspace.SnapshotSink.Steps;
import io.skein.engine.rdb.RdbException.Fault;
import io.skein.engine.value.Stream;
import io.skein.engine.value.StreamConsumer;
import io.skein.engine.value.StreamGroup;
import io.skein.engine.value.StreamId;
import io.skein.engine.value.StreamProgress;
import io.skein.engine.value.StreamValue;
import io.skein.engine.value.ValueType;

/// Streams in files: nodes with their ids, what is known of the whole, then each group with what is
/// pending and with its consumers.
///
/// Written as Redis 7.0 reads it, without the times at which consumers were last active.
final class StreamFormat implements ValueFormat<StreamValue> {
  static final int ID_BYTES = 16;

  @Override
  public ValueType<StreamValue> type() {
    return StreamValue.TYPE;
  }

  @Override
  public RdbType formOf(StreamValue value) {
    return RdbType.STREAM_LISTPACKS_2;
  }

  // --- writing ---

  @Override
  public Steps begin(StreamValue value, RdbEncoder out) {
    return new StreamWriter(value.stream(), out);
  }

  // --- reading ---

  @Override
  public boolean reads(RdbType form) {
    return switch (form) {
      case STREAM_LISTPACKS, STREAM_LISTPACKS_2, STREAM_LISTPACKS_3 -> true;
      default -> false;
    };
  }

  @Override
  public void read(RdbType form, RdbReader in, StreamValue into) {
    Stream stream = into.stream();
    readNodes(in, stream);
    if (in.readLength() != stream.length()) {
      throw corrupt(in, "a stream's length is not that of its nodes");
    }
    stream.lastId(readId(in));
    if (stream.lastId().isBefore(stream.lastEntry())) {
      throw corrupt(in, "a stream whose last id is before an entry");
    }
    boolean counts = form != RdbType.STREAM_LISTPACKS;
    if (counts) {
      stream.firstId(readId(in));
      stream.maxDeletedId(readId(in));
      stream.entriesAdded(in.readLength());
    } else {
      stream.findFirst();
      stream.entriesAdded(stream.length());
    }
    int groups = in.readCount();
    for (int i = 0; i < groups; i++) {
      readGroup(in, stream, counts, form == RdbType.STREAM_LISTPACKS_3);
    }
  }

  private static void readNodes(RdbReader in, Stream stream) {
    int nodes = in.readCount();
    for (int i = 0; i < nodes; i++) {
      in.readString();
      if (in.length() != ID_BYTES) {
        throw corrupt(in, "a node of a stream without an id of 16 bytes");
      }
      long ms = Long.reverseBytes(LittleEndian.getLong(in.array(), in.offset()));
      long seq = Long.reverseBytes(LittleEndian.getLong(in.array(), in.offset() + Long.BYTES));
      in.readString();
      if (!stream.loadNode(ms, seq, in.array(), in.offset(), in.length())) {
        throw corrupt(in, "a node of a stream that is not sound");
      }
    }
  }

  private static StreamId readId(RdbReader in) {
    long ms = in.readLength();
    return new StreamId(ms, in.readLength());
  }

  private static void readGroup(RdbReader in, Stream stream, boolean counts, boolean activity) {
    in.readString();
    Bytes name = Bytes.of(in.copy());
    StreamId lastId = readId(in);
    long read = counts ? in.readLength() : StreamProgress.entriesUpTo(stream, lastId);
    StreamGroup group = stream.addGroup(name, lastId, read);
    if (group == null) {
      throw corrupt(in, "two groups of a stream with one name");
    }
    int pending = in.readCount();
    for (int i = 0; i < pending; i++) {
      long ms = readBigEndian(in);
      long seq = readBigEndian(in);
      long deliveredMs = in.readLong();
      if (!group.loadPending(ms, seq, deliveredMs, in.readLength())) {
        throw corrupt(in, "pending entries of a group out of order");
      }
    }
    int consumers = in.readCount();
    for (int i = 0; i < consumers; i++) {
      readConsumer(in, group, activity);
    }
    if (!group.isComplete()) {
      throw corrupt(in, "a pending entry that is no consumer's");
    }
  }

  private static void readConsumer(RdbReader in, StreamGroup group, boolean activity) {
    in.readString();
    Bytes name = Bytes.of(in.copy());
    if (group.consumer(name) != null) {
      throw corrupt(in, "Duplicate stream consumer detected");
    }
    long seenMs = in.readLong();
    StreamConsumer consumer = group.addConsumer(name, seenMs);
    consumer.active(activity ? in.readLong() : seenMs);
    int own = in.readCount();
    for (int i = 0; i < own; i++) {
      long ms = readBigEndian(in);
      if (!group.loadOwner(ms, readBigEndian(in), consumer)) {
        throw corrupt(in, "a consumer's pending entry that its group does not know as such");
      }
    }
  }

  private static long readBigEndian(RdbReader in) {
    return Long.reverseBytes(in.readLong());
  }

  private static RdbException corrupt(RdbReader in, String reason) {
    return new RdbException(Fault.CORRUPT, in.fileOffset(), reason);
  }
}
