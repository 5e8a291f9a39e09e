package io.skein.engine.command.server;

import io.skein.engine.bytes.Memory;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.KindNames;
import io.skein.engine.resp.CommandError;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.value.ElementSink;
import io.skein.engine.value.ListValue;
import java.nio.charset.StandardCharsets;

/// The fingerprints of values, type by type.
final class ValueDigest {
  /// The numbers that Redis gives types.
  private static final int STRING_TYPE = 0;

  private static final int LIST_TYPE = 1;
  private static final byte[] EXPIRES = "!!expire!!".getBytes(StandardCharsets.US_ASCII);

  private ValueDigest() {}

  /// Adds the value of an entry, and whether it expires, to `digest`.
  static void add(Digest digest, Database database, long entry) {
    int kind = Entry.kind(entry);
    switch (kind) {
      case EntryKind.STRING_INT, EntryKind.STRING_EMBSTR, EntryKind.STRING_RAW ->
          string(digest, entry);
      case EntryKind.LIST_LISTPACK, EntryKind.LIST_QUICKLIST ->
          list(digest, database.view(entry, ListValue.TYPE));
      default -> throw new CommandError("ERR no digest of a value of type " + KindNames.type(kind));
    }
    if (Entry.hasExpiry(entry)) {
      digest.combine(EXPIRES);
    }
  }

  private static void string(Digest digest, long entry) {
    digest.mixBytes(STRING_TYPE);
    if (Entry.kind(entry) == EntryKind.STRING_INT) {
      digest.mixText(Memory.getLong(Entry.valueAddress(entry)));
    } else {
      digest.mix(Entry.value(entry));
    }
  }

  private static void list(Digest digest, ListValue list) {
    digest.mixBytes(LIST_TYPE);
    list.visit(0, list.size(), false, new InOrder(digest));
  }

  /// Mixes elements in as they come.
  private record InOrder(Digest digest) implements ElementSink {
    @Override
    public void string(long address, int length) {
      byte[] text = new byte[length];
      Memory.copy(address, text, 0, length);
      digest.mix(text);
    }

    @Override
    public void integer(long value) {
      digest.mixText(value);
    }
  }
}
