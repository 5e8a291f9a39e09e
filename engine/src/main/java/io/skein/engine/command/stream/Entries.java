package io.skein.engine.command.stream;

import io.skein.engine.bytes.Numbers;
import io.skein.engine.resp.Reply;
import io.skein.engine.structure.Listpack;
import io.skein.engine.value.Stream;
import io.skein.engine.value.StreamCursor;
import io.skein.engine.value.StreamId;

/// Replies with entries of streams: pairs of an id and a list of fields and values in turn.
final class Entries {
  private Entries() {}

  static void id(Reply reply, StreamId id) {
    id(reply, id.ms(), id.seq());
  }

  static void id(Reply reply, long ms, long seq) {
    int at = reply.bulkToFill(length(ms) + 1 + length(seq));
    Ids.write(ms, seq, reply.bytes(), at);
  }

  private static int length(long value) {
    return value >= 0 ? Numbers.length(value) : 1 + Numbers.length(Long.divideUnsigned(value, 10));
  }

  /// Replies with the entry under the cursor.
  static void entry(Reply reply, StreamCursor cursor) {
    reply.array(2);
    id(reply, cursor.ms(), cursor.seq());
    reply.array(2 * cursor.fieldCount());
    long node = cursor.node();
    while (cursor.nextField()) {
      element(reply, node, cursor.field());
      element(reply, node, cursor.value());
    }
  }

  private static void element(Reply reply, long node, int at) {
    if (Listpack.isInteger(node, at)) {
      reply.bulkInteger(Listpack.integer(node, at));
    } else {
      reply.bulk(Listpack.stringAddress(node, at), Listpack.stringLength(node, at));
    }
  }

  /// Replies with an array of up to `count` entries, 0 for any number.
  static void range(Reply reply, StreamCursor cursor, long count) {
    int mark = reply.begin();
    int shown = 0;
    while ((count == 0 || shown < count) && cursor.next()) {
      entry(reply, cursor);
      shown++;
    }
    reply.endArray(mark, shown);
  }

  /// Replies with the entry of this id; false, nothing written, when there is none.
  static boolean one(Reply reply, Stream stream, StreamId id) {
    StreamCursor cursor = stream.cursor(id, id, false);
    if (!cursor.next()) {
      return false;
    }
    entry(reply, cursor);
    return true;
  }
}
