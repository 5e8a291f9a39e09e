package io.skein.engine.aof;

import io.skein.engine.bytes.Doubles;
import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.KindNames;
import io.skein.engine.log.CommandLog;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.value.ElementSink;
import io.skein.engine.value.HashCursor;
import io.skein.engine.value.HashValue;
import io.skein.engine.value.ListValue;
import io.skein.engine.value.SetCursor;
import io.skein.engine.value.SetValue;
import io.skein.engine.value.Slice;
import io.skein.engine.value.SortedSetCursor;
import io.skein.engine.value.SortedSetValue;
import io.skein.engine.value.StreamValue;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes keys as the commands that make them: the base of an append only file that is no snapshot.
///
/// A large value takes several commands of up to 64 elements each.
///
/// Source: the commands are those of Redis 7.2's `rewriteAppendOnlyFileRio`.
public final class CommandEncoder {
  /// How many elements a command holds at most.
  private static final int MOST_ELEMENTS = 64;

  private final CommandBuffer out = new CommandBuffer();
  private int selected = -1;

  /// Returns how many bytes have been written since the last [#take].
  public int size() {
    return out.size();
  }

  /// Returns how many bytes have been written in all.
  public long bytesWritten() {
    return out.bytesWritten();
  }

  /// Returns what has been written since the last time, and forgets it.
  public byte[] take() {
    return out.take();
  }

  /// Notes the time.
  public void timestamp(long seconds) {
    out.raw(Annotation.timestamp(seconds));
  }

  /// Notes which history the data are of, and how many bytes of it lie before them; what comes next
  /// selects its database.
  public void history(String replid, long offset) {
    out.raw(Annotation.history(replid, offset, CommandLog.NO_DB));
  }

  /// Notes the number of the incremental file that goes on from here.
  public void next(long seq) {
    out.raw(Annotation.next(seq));
  }

  /// Writes the key, which stands in the array, the value of `entry`, and when it expires.
  public void entry(Database database, long entry, byte[] keyBytes, int keyLength) {
    if (database.index() != selected) {
      selected = database.index();
      command("SELECT", 1);
      out.argument(selected);
    }
    byte[] key = Arrays.copyOf(keyBytes, keyLength);
    value(database, entry, key);
    long expiry = Entry.expiryMs(entry);
    if (expiry != Entry.NO_EXPIRY) {
      command("PEXPIREAT", 2);
      out.argument(key);
      out.argument(expiry);
    }
  }

  private void value(Database database, long entry, byte[] key) {
    int kind = Entry.kind(entry);
    switch (kind) {
      case EntryKind.STRING_INT, EntryKind.STRING_EMBSTR, EntryKind.STRING_RAW ->
          string(key, kind, entry);
      case EntryKind.LIST_LISTPACK, EntryKind.LIST_QUICKLIST ->
          list(key, database.view(entry, ListValue.TYPE));
      case EntryKind.SET_INTSET, EntryKind.SET_LISTPACK, EntryKind.SET_HASHTABLE ->
          set(key, database.view(entry, SetValue.TYPE));
      case EntryKind.HASH_LISTPACK, EntryKind.HASH_HASHTABLE ->
          hash(key, database.view(entry, HashValue.TYPE));
      case EntryKind.ZSET_LISTPACK, EntryKind.ZSET_SKIPLIST ->
          sortedSet(key, database.view(entry, SortedSetValue.TYPE));
      case EntryKind.STREAM ->
          new StreamCommands(out, key, database.view(entry, StreamValue.TYPE).stream()).write();
      default -> throw new IllegalStateException("no commands for " + KindNames.type(kind));
    }
  }

  private void command(String name, int arguments) {
    out.begin(1 + arguments);
    out.argument(name.getBytes(StandardCharsets.US_ASCII));
  }

  private void string(byte[] key, int kind, long entry) {
    command("SET", 2);
    out.argument(key);
    if (kind == EntryKind.STRING_INT) {
      out.argument(Memory.getLong(Entry.valueAddress(entry)));
    } else {
      out.argument(Entry.valueAddress(entry), Entry.valueLength(entry));
    }
  }

  private void list(byte[] key, ListValue list) {
    list.visit(0, list.size(), false, new Elements("RPUSH", key, list.size(), 1));
  }

  private void set(byte[] key, SetValue set) {
    Elements members = new Elements("SADD", key, set.size(), 1);
    SetCursor cursor = new SetCursor();
    set.members(cursor);
    while (cursor.next()) {
      members.next();
      slice(cursor);
    }
  }

  private void sortedSet(byte[] key, SortedSetValue value) {
    Elements members = new Elements("ZADD", key, value.count(), 2);
    SortedSetCursor at = value.cursor();
    for (boolean there = at.toRank(0); there; there = at.next()) {
      members.next();
      out.argument(Doubles.toPreciseBytes(at.score()));
      out.argument(at.member());
    }
  }

  private void hash(byte[] key, HashValue hash) {
    Elements fields = new Elements("HMSET", key, hash.size(), 2);
    HashCursor cursor = new HashCursor();
    hash.fields(cursor);
    while (cursor.next()) {
      fields.next();
      slice(cursor.field());
      slice(cursor.value());
    }
    if (hash.expiringSize() > 0) {
      fieldExpiries(key, hash);
    }
  }

  private void fieldExpiries(byte[] key, HashValue hash) {
    HashCursor cursor = new HashCursor();
    hash.fields(cursor);
    while (cursor.next()) {
      if (cursor.expiryMs() != Entry.NO_EXPIRY) {
        command("HPEXPIREAT", 5);
        out.argument(key);
        out.argument(cursor.expiryMs());
        out.argument("FIELDS".getBytes(StandardCharsets.US_ASCII));
        out.argument(1);
        slice(cursor.field());
      }
    }
  }

  private void slice(Slice text) {
    if (text.isInteger()) {
      out.argument(text.integer());
    } else {
      out.argument(text.address(), text.length());
    }
  }

  /// Begins a command wherever the one before it is full.
  private final class Elements implements ElementSink {
    private final String command;
    private final byte[] key;
    private final int argumentsEach;
    private long left;
    private int inCommand;

    Elements(String command, byte[] key, long count, int argumentsEach) {
      this.command = command;
      this.key = key;
      this.left = count;
      this.argumentsEach = argumentsEach;
    }

    void next() {
      if (inCommand == 0) {
        inCommand = (int) Math.min(left, MOST_ELEMENTS);
        command(command, 1 + inCommand * argumentsEach);
        out.argument(key);
      }
      inCommand--;
      left--;
    }

    @Override
    public void string(long address, int length) {
      next();
      out.argument(address, length);
    }

    @Override
    public void integer(long value) {
      next();
      out.argument(Numbers.toBytes(value));
    }
  }
}
