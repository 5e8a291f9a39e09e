package io.skein.engine.rdb;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.keyspace.SnapshotSink.Steps;
import io.skein.engine.structure.Listpack;
import io.skein.engine.structure.RankedCursor;
import io.skein.engine.value.Pending;
import io.skein.engine.value.Stream;
import io.skein.engine.value.StreamConsumer;
import io.skein.engine.value.StreamGroup;
import io.skein.engine.value.StreamId;
import java.util.ArrayDeque;
import java.util.Iterator;

/// A stream on its way into a file: its nodes, what is known of the whole, then each group with
/// what is pending and with its consumers.
///
/// What comes next is always the first of the parts; a part may put others in front.
final class StreamWriter implements Steps {
  /// Nodes hold about so many entries.
  private static final int ENTRIES_PER_NODE = 64;

  private final Stream stream;
  private final RdbEncoder out;
  private final ArrayDeque<Steps> parts = new ArrayDeque<>();
  private int node;

  StreamWriter(Stream stream, RdbEncoder out) {
    this.stream = stream;
    this.out = out;
    out.writeLength(stream.nodeCount());
    parts.add(this::nodes);
    parts.add(this::whole);
  }

  @Override
  public boolean step(int elements) {
    Steps first = parts.remove();
    if (!first.step(elements)) {
      parts.addFirst(first);
    }
    return parts.isEmpty();
  }

  private boolean nodes(int elements) {
    for (int left = elements; node < stream.nodeCount() && left > 0; node++) {
      stream.visitNode(
          node,
          (ms, seq, listpack) -> {
            out.writeString(bigEndian(ms, seq));
            out.writeString(listpack, Listpack.bytes(listpack));
          });
      left -= ENTRIES_PER_NODE;
    }
    return node == stream.nodeCount();
  }

  private boolean whole(int elements) {
    out.writeLength(stream.length());
    writeId(stream.lastId());
    writeId(stream.firstId());
    writeId(stream.maxDeletedId());
    out.writeLength(stream.entriesAdded());
    out.writeLength(stream.groups().size());
    Iterator<Bytes> names = stream.groupNames().iterator();
    for (StreamGroup group : stream.groups()) {
      Bytes name = names.next();
      parts.add(more -> group(name, group));
    }
    return true;
  }

  private boolean group(Bytes name, StreamGroup group) {
    out.writeString(name.toByteArray());
    writeId(group.lastId());
    out.writeLength(group.entriesRead());
    out.writeLength(group.pending().size());
    ArrayDeque<Steps> consumers = new ArrayDeque<>();
    for (StreamConsumer consumer : group.consumers()) {
      consumers.addFirst(more -> consumer(consumer));
    }
    consumers.forEach(parts::addFirst);
    parts.addFirst(more -> {
      out.writeLength(group.consumers().size());
      return true;
    });
    parts.addFirst(new PendingEntries(group.pending().cursor(), true));
    return true;
  }

  private boolean consumer(StreamConsumer consumer) {
    out.writeString(consumer.name().toByteArray());
    out.writeLong(consumer.seenMs());
    out.writeLength(consumer.pending().size());
    parts.addFirst(new PendingEntries(consumer.pending().cursor(), false));
    return true;
  }

  /// What a group or a consumer has pending.
  private final class PendingEntries implements Steps {
    private final RankedCursor walk;
    private final boolean whole;
    private int rank;

    PendingEntries(RankedCursor walk, boolean whole) {
      this.walk = walk;
      this.whole = whole;
    }

    @Override
    public boolean step(int elements) {
      long p = walk.toRank(rank);
      for (int left = elements; p != 0 && left > 0; left--) {
        out.writeBytes(bigEndian(Pending.ms(p), Pending.seq(p)), 0, StreamFormat.ID_BYTES);
        if (whole) {
          out.writeLong(Pending.deliveredMs(p));
          out.writeLength(Pending.deliveries(p));
        }
        rank++;
        p = walk.next();
      }
      return p == 0;
    }
  }

  private void writeId(StreamId id) {
    out.writeLength(id.ms());
    out.writeLength(id.seq());
  }

  private static byte[] bigEndian(long ms, long seq) {
    byte[] id = new byte[StreamFormat.ID_BYTES];
    LittleEndian.putLong(id, 0, Long.reverseBytes(ms));
    LittleEndian.putLong(id, Long.BYTES, Long.reverseBytes(seq));
    return id;
  }
}
