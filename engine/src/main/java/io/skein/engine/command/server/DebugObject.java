package io.skein.engine.command.server;

import io.skein.engine.command.Call;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.KindNames;
import io.skein.engine.rdb.RdbValues;
import io.skein.engine.resp.Errors;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.value.ListValue;

/// DEBUG OBJECT: how a value lies in memory.
final class DebugObject {
  /// What a dumped value has around the bytes that a file would hold: its type, version, checksum.
  private static final int DUMP_FRAME = 11;

  private DebugObject() {}

  static void describe(Call call) {
    long entry = call.database().peekAny(call.keyspace().key(call.bytes(2)));
    if (entry == 0) {
      throw Errors.NO_SUCH_KEY;
    }
    int clock = Entry.clock(entry);
    call.reply()
        .simple(
            "Value at:0x"
                + Long.toHexString(Entry.valueAddress(entry))
                + " refcount:1 encoding:"
                + KindNames.encoding(Entry.kind(entry))
                + " serializedlength:"
                + serializedLength(call.database(), entry)
                + " lru:"
                + clock
                + " lru_seconds_idle:"
                + call.keyspace().clock().idleSeconds(clock)
                + nodes(call.database(), entry));
  }

  private static String nodes(Database database, long entry) {
    return Entry.kind(entry) == EntryKind.LIST_QUICKLIST
        ? DebugLists.describe(database.view(entry, ListValue.TYPE).quicklist())
        : "";
  }

  private static int serializedLength(Database database, long entry) {
    return RdbValues.dump(database, entry, true).length - DUMP_FRAME;
  }
}
