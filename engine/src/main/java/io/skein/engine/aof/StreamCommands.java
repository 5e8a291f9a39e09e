package io.skein.engine.aof;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.structure.Listpack;
import io.skein.engine.structure.RankedCursor;
import io.skein.engine.value.Pending;
import io.skein.engine.value.Stream;
import io.skein.engine.value.StreamConsumer;
import io.skein.engine.value.StreamCursor;
import io.skein.engine.value.StreamGroup;
import io.skein.engine.value.StreamId;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/// Writes a stream as the commands that make it: its entries, what it knows of entries that are
/// gone, its groups, and what each consumer has not acknowledged.
final class StreamCommands {
  private final CommandBuffer out;
  private final byte[] key;
  private final Stream stream;

  StreamCommands(CommandBuffer out, byte[] key, Stream stream) {
    this.out = out;
    this.key = key;
    this.stream = stream;
  }

  void write() {
    if (stream.length() == 0) {
      command("XADD", 7, "MAXLEN", "0", "0-1", "x", "y");
    }
    StreamCursor entry = stream.cursor(StreamId.ZERO, StreamId.LAST, false);
    while (entry.next()) {
      command("XADD", 3 + 2 * entry.fieldCount(), text(entry.id()));
      while (entry.nextField()) {
        element(entry.node(), entry.field());
        element(entry.node(), entry.value());
      }
    }
    command(
        "XSETID",
        7,
        text(stream.lastId()),
        "ENTRIESADDED",
        Long.toString(stream.entriesAdded()),
        "MAXDELETEDID",
        text(stream.maxDeletedId()));
    for (Bytes name : stream.groupNames()) {
      group(name, Objects.requireNonNull(stream.group(name)));
    }
  }

  private void group(Bytes name, StreamGroup group) {
    out.begin(7);
    text("XGROUP");
    text("CREATE");
    out.argument(key);
    out.argument(name.toByteArray());
    text(text(group.lastId()));
    text("ENTRIESREAD");
    out.argument(group.entriesRead());
    for (StreamConsumer consumer : group.consumers()) {
      if (consumer.pending().size() == 0) {
        out.begin(5);
        text("XGROUP");
        text("CREATECONSUMER");
        out.argument(key);
        out.argument(name.toByteArray());
        out.argument(consumer.name().toByteArray());
      }
      RankedCursor own = consumer.pending().cursor();
      for (long p = own.toRank(0); p != 0; p = own.next()) {
        pending(name, group, consumer, new StreamId(Pending.ms(p), Pending.seq(p)));
      }
    }
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
