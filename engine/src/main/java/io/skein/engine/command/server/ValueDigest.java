package io.skein.engine.command.server;

import io.skein.engine.bytes.Doubles;
import io.skein.engine.bytes.Memory;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.KindNames;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.structure.Listpack;
import io.skein.engine.value.ElementSink;
import io.skein.engine.value.HashCursor;
import io.skein.engine.value.HashValue;
import io.skein.engine.value.ListValue;
import io.skein.engine.value.SetCursor;
import io.skein.engine.value.SetValue;
import io.skein.engine.value.SortedSetCursor;
import io.skein.engine.value.SortedSetValue;
import io.skein.engine.value.StreamCursor;
import io.skein.engine.value.StreamId;
import io.skein.engine.value.StreamValue;
import java.nio.charset.StandardCharsets;

/// The fingerprints of values, type by type.
final class ValueDigest {
  /// The numbers that Redis gives types.
  private static final int STRING_TYPE = 0;

  private static final int LIST_TYPE = 1;
  private static final int SET_TYPE = 2;
  private static final int SORTED_SET_TYPE = 3;
  private static final int HASH_TYPE = 4;
  private static final int STREAM_TYPE = 6;
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
      case EntryKind.SET_INTSET, EntryKind.SET_LISTPACK, EntryKind.SET_HASHTABLE ->
          set(digest, database.view(entry, SetValue.TYPE));
      case EntryKind.HASH_LISTPACK, EntryKind.HASH_HASHTABLE ->
          hash(digest, database.view(entry, HashValue.TYPE));
      case EntryKind.ZSET_LISTPACK, EntryKind.ZSET_SKIPLIST ->
          sortedSet(digest, database.view(entry, SortedSetValue.TYPE));
      case EntryKind.STREAM -> stream(digest, database.view(entry, StreamValue.TYPE));
      default -> throw new IllegalStateException("no digest of type " + KindNames.type(kind));
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

  private static void set(Digest digest, SetValue set) {
    digest.mixBytes(SET_TYPE);
    SetCursor member = new SetCursor();
    set.members(member);
    while (member.next()) {
      digest.combine(member.toByteArray());
    }
  }

  private static void sortedSet(Digest digest, SortedSetValue value) {
    digest.mixBytes(SORTED_SET_TYPE);
    SortedSetCursor at = value.cursor();
    for (boolean there = at.toRank(0); there; there = at.next()) {
      Digest pair = new Digest();
      pair.mix(at.member());
      pair.mix(Doubles.toPreciseBytes(at.score()));
      digest.combine(pair);
    }
  }

  private static void hash(Digest digest, HashValue hash) {
    digest.mixBytes(HASH_TYPE);
    HashCursor cursor = new HashCursor();
    hash.fields(cursor);
    while (cursor.next()) {
      Digest pair = new Digest();
      pair.mix(cursor.field().toByteArray());
      pair.mix(cursor.value().toByteArray());
      digest.combine(pair);
    }
  }

  /// The entries only: what groups have read is no part of the fingerprint.
  private static void stream(Digest digest, StreamValue value) {
    digest.mixBytes(STREAM_TYPE);
    StreamCursor entry = value.stream().cursor(StreamId.ZERO, StreamId.LAST, false);
    while (entry.next()) {
      String id = Long.toUnsignedString(entry.ms()) + "." + Long.toUnsignedString(entry.seq());
      digest.mix(id.getBytes(StandardCharsets.US_ASCII));
      while (entry.nextField()) {
        element(digest, entry.node(), entry.field());
        element(digest, entry.node(), entry.value());
      }
    }
  }

  private static void element(Digest digest, long node, int at) {
    if (Listpack.isInteger(node, at)) {
      digest.mixText(Listpack.integer(node, at));
    } else {
      byte[] text = new byte[Listpack.stringLength(node, at)];
      Memory.copy(Listpack.stringAddress(node, at), text, 0, text.length);
      digest.mix(text);
    }
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
