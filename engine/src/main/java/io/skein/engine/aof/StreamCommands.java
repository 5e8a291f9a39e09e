package io.skein.engine.aof;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.keyspace.SnapshotSink;
import io.skein.engine.structure.Listpack;
import io.skein.engine.structure.RankedCursor;
import io.skein.engine.value.Pending;
import io.skein.engine.value.Stream;
import io.skein.engine.value.StreamConsumer;
import io.skein.engine.value.StreamCursor;
import io.skein.engine.value.StreamGroup;
import io.skein.engine.value.StreamId;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Writes a stream as the commands that make it: its entries, what it knows of entries that are
/// gone, its groups, and what each consumer has not acknowledged.
final class StreamCommands implements SnapshotSink.Steps {
  private final CommandBuffer out;
  private final byte[] key;
  private final Stream stream;

  /// The entries that are still to be written, or null when all were.
  private @Nullable StreamCursor entries;

  private final Iterator<Bytes> names;
  private Bytes name = Bytes.of("");
  private @Nullable StreamGroup group;
  private Iterator<StreamConsumer> consumers = Collections.emptyIterator();
  private @Nullable StreamConsumer consumer;

  /// What the consumer has not acknowledged, behind the last that was written.
  private @Nullable RankedCursor pending;

  StreamCommands(CommandBuffer out, byte[] key, Stream stream) {
    this.out = out;
    this.key = key;
    this.stream = stream;
    this.names = stream.groupNames().iterator();
    this.entries = stream.cursor(StreamId.ZERO, StreamId.LAST, false);
    if (stream.length() == 0) {
      command("XADD", 7, "MAXLEN", "0", "0-1", "x", "y");
    }
  }

  @Override
  public boolean step(int elements) {
    int left = elements;
    while (left-- > 0) {
      if (entries != null) {
        if (entries.next()) {
          entry(entries);
        } else {
          entries = null;
          whole();
        }
      } else if (!part()) {
        return true;
      }
    }
    return false;
  }

  private void entry(StreamCursor entry) {
    command("XADD", 3 + 2 * entry.fieldCount(), text(entry.id()));
    while (entry.nextField()) {
      element(entry.node(), entry.field());
      element(entry.node(), entry.value());
    }
  }

  /// What is known of the stream as a whole.
  private void whole() {
    command(
        "XSETID",
        7,
        text(stream.lastId()),
        "ENTRIESADDED",
        Long.toString(stream.entriesAdded()),
        "MAXDELETEDID",
        text(stream.maxDeletedId()));
  }

  /// Writes one thing more of a group; false when there is none.
  private boolean part() {
    RankedCursor own = pending;
    if (own != null) {
      long p = own.next();
      if (p == 0) {
        pending = null;
      } else {
        pending(p);
      }
      return true;
    }
    if (consumers.hasNext()) {
      consumer = consumers.next();
      consumer();
      return true;
    }
    if (!names.hasNext()) {
      return false;
    }
    name = names.next();
    group = Objects.requireNonNull(stream.group(name));
    consumers = group.consumers().iterator();
    group();
    return true;
  }

  private void group() {
    StreamGroup of = Objects.requireNonNull(group);
    out.begin(7);
    text("XGROUP");
    text("CREATE");
    out.argument(key);
    out.argument(name.toByteArray());
    text(text(of.lastId()));
    text("ENTRIESREAD");
    out.argument(of.entriesRead());
  }

  private void consumer() {
    StreamConsumer of = Objects.requireNonNull(consumer);
    if (of.pending().size() == 0) {
      out.begin(5);
      text("XGROUP");
      text("CREATECONSUMER");
      out.argument(key);
      out.argument(name.toByteArray());
      out.argument(of.name().toByteArray());
      return;
    }
    RankedCursor own = of.pending().cursor();
    pending(own.toRank(0));
    pending = own;
  }

  private void pending(long record) {
    StreamGroup of = Objects.requireNonNull(group);
    StreamConsumer by = Objects.requireNonNull(consumer);
    pending(name, of, by, new StreamId(Pending.ms(record), Pending.seq(record)));
  }

  private void pending(Bytes name, StreamGroup group, StreamConsumer consumer, StreamId id) {
    long record = group.find(id.ms(), id.seq());
    out.begin(12);
    text("XCLAIM");
    out.argument(key);
    out.argument(name.toByteArray());
    out.argument(consumer.name().toByteArray());
    text("0");
    text(text(id));
    text("TIME");
    out.argument(Pending.deliveredMs(record));
    text("RETRYCOUNT");
    out.argument(Pending.deliveries(record));
    text("JUSTID");
    text("FORCE");
  }

  /// Begins a command on the key, with some of its `count` arguments.
  private void command(String name, int count, String... arguments) {
    out.begin(count);
    text(name);
    out.argument(key);
    for (String argument : arguments) {
      text(argument);
    }
  }

  private void element(long node, int at) {
    if (Listpack.isInteger(node, at)) {
      out.argument(Listpack.integer(node, at));
    } else {
      out.argument(Listpack.stringAddress(node, at), Listpack.stringLength(node, at));
    }
  }

  private void text(String text) {
    out.argument(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static String text(StreamId id) {
    return Long.toUnsignedString(id.ms()) + "-" + Long.toUnsignedString(id.seq());
  }
}
