package io.skein.engine.command.server;

import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.command.Call;
import io.skein.engine.keyspace.KindNames;
import io.skein.engine.rdb.DumpPayload;
import io.skein.engine.resp.Errors;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;

/// DEBUG OBJECT: how a value lies in memory.
final class DebugObject {
  /// What a dumped value has around the bytes that a file would hold: its type, version, checksum.
  private static final int DUMP_FRAME = 11;

  private DebugObject() {}

  static void describe(Call call) {
    long entry = call.database().peek(call.keyspace().key(call.bytes(2)));
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
                + serializedLength(entry)
                + " lru:"
                + clock
                + " lru_seconds_idle:"
                + call.keyspace().clock().idleSeconds(clock));
  }

  private static int serializedLength(long entry) {
    int kind = Entry.kind(entry);
    if (!EntryKind.isString(kind)) {
      return Entry.valueLength(entry);
    }
    byte[] value =
        kind == EntryKind.STRING_INT
            ? Numbers.toBytes(Memory.getLong(Entry.valueAddress(entry)))
            : Entry.value(entry);
    return DumpPayload.ofString(value, 0, value.length, true).length - DUMP_FRAME;
  }
}
