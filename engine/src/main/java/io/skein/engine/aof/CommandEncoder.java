package io.skein.engine.aof;

import io.skein.engine.bytes.Doubles;
import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.KindNames;
import io.skein.engine.keyspace.SnapshotSink;
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
  private final int pieceBytes;
  private int selected;

  /// For the base of a file.
  public CommandEncoder() {
    this(-1, Integer.MAX_VALUE);
  }

  /// For whoever knows that database `selected` is meant, and wants strings longer than
  /// `pieceBytes` written in pieces.
  public CommandEncoder(int selected, int pieceBytes) {
    this.selected = selected;
    this.pieceBytes = pieceBytes;
  }

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

  /// Writes a library of functions by its source text.
  public void function(byte[] code) {
    command("FUNCTION", 2);
    out.argument("LOAD".getBytes(StandardCharsets.US_ASCII));
    out.argument(code);
  }

  /// Writes the key, which stands in the array, the value of `entry`, and when it expires.
  public void entry(Database database, long entry, byte[] keyBytes, int keyLength) {
    begin(database, entry, keyBytes, keyLength).finish();
  }

  /// Begins to write the key, as [#entry] does, bit by bit: its value must stay what it is until
  /// the last step. What was written after each step are whole commands.
  public SnapshotSink.Steps begin(Database database, long entry, byte[] keyBytes, int keyLength) {
    select(database);
    byte[] key = Arrays.copyOf(keyBytes, keyLength);
    SnapshotSink.Steps value = value(database, entry, key);
    return elements -> {
      boolean done = value.step(elements);
      if (done) {
        expiry(entry, key);
      }
      return done;
    };
  }

  private void select(Database database) {
    if (database.index() != selected) {
      selected = database.index();
      command("SELECT", 1);
      out.argument(selected);
    }
  }

  private void expiry(long entry, byte[] key) {
    long expiry = Entry.expiryMs(entry);
    if (expiry != Entry.NO_EXPIRY) {
      command("PEXPIREAT", 2);
      out.argument(key);
      out.argument(expiry);
    }
  }

  private SnapshotSink.Steps value(Database database, long entry, byte[] key) {
    int kind = Entry.kind(entry);
    return switch (kind) {
      case EntryKind.STRING_INT, EntryKind.STRING_EMBSTR, EntryKind.STRING_RAW -> {
        string(key, kind, entry);
        yield elements -> true;
      }
      case EntryKind.LIST_LISTPACK, EntryKind.LIST_QUICKLIST ->
          list(key, database.view(entry, ListValue.TYPE));
      case EntryKind.SET_INTSET, EntryKind.SET_LISTPACK, EntryKind.SET_HASHTABLE ->
          set(key, database.view(entry, SetValue.TYPE));
      case EntryKind.HASH_LISTPACK, EntryKind.HASH_HASHTABLE ->
          hash(key, database.view(entry, HashValue.TYPE));
      case EntryKind.ZSET_LISTPACK, EntryKind.ZSET_SKIPLIST ->
          sortedSet(key, database.view(entry, SortedSetValue.TYPE));
      case EntryKind.STREAM ->
          new StreamCommands(out, key, database.view(entry, StreamValue.TYPE).stream());
      default -> throw new IllegalStateException("no commands for " + KindNames.type(kind));
    };
  }

  private void command(String name, int arguments) {
    out.begin(1 + arguments);
    out.argument(name.getBytes(StandardCharsets.US_ASCII));
  }

  private void string(byte[] key, int kind, long entry) {
    int length = Entry.valueLength(entry);
    if (kind != EntryKind.STRING_INT && length > pieceBytes) {
      pieces(key, Entry.valueAddress(entry), length);
      return;
    }
    command("SET", 2);
    out.argument(key);
    if (kind == EntryKind.STRING_INT) {
      out.argument(Memory.getLong(Entry.valueAddress(entry)));
    } else {
      out.argument(Entry.valueAddress(entry), length);
    }
  }

  /// Writes a string bit by bit; its end first, so that whoever executes it makes room once.
  private void pieces(byte[] key, long address, int length) {
    int last = (length - 1) / pieceBytes * pieceBytes;
    for (int i = 0; i <= last; i += pieceBytes) {
      int from = i == 0 ? last : i - pieceBytes;
      command("SETRANGE", 3);
      out.argument(key);
      out.argument(from);
      out.argument(address + from, Math.min(pieceBytes, length - from));
    }
  }

  private SnapshotSink.Steps list(byte[] key, ListValue list) {
    long size = list.size();
    long[] at = {0};
    return elements -> {
      long count = Math.min(size - at[0], Math.max(MOST_ELEMENTS, (long) elements));
      list.visit(at[0], count, false, new Elements("RPUSH", key, count, 1));
      at[0] += count;
      return at[0] == size;
    };
  }

  private SnapshotSink.Steps set(byte[] key, SetValue set) {
    SetCursor cursor = new SetCursor();
    set.members(cursor);
    return new Pulled(key, "SADD", set.size(), 1) {
      @Override
      void put() {
        cursor.next();
        slice(cursor);
      }
    };
  }

  private SnapshotSink.Steps sortedSet(byte[] key, SortedSetValue value) {
    SortedSetCursor at = value.cursor();
    at.toRank(0);
    return new Pulled(key, "ZADD", value.count(), 2) {
      private boolean begun;

      @Override
      void put() {
        if (begun) {
          at.next();
        }
        begun = true;
        out.argument(Doubles.toPreciseBytes(at.score()));
        out.argument(at.member());
      }
    };
  }

  private SnapshotSink.Steps hash(byte[] key, HashValue hash) {
    HashCursor cursor = new HashCursor();
    hash.fields(cursor);
    SnapshotSink.Steps fields =
        new Pulled(key, "HMSET", hash.size(), 2) {
          @Override
          void put() {
            cursor.next();
            slice(cursor.field());
            slice(cursor.value());
          }
        };
    if (hash.expiringSize() == 0) {
      return fields;
    }
    HashCursor again = new HashCursor();
    boolean[] there = {false};
    return elements -> {
      if (!there[0]) {
        there[0] = fields.step(elements);
        if (there[0]) {
          hash.fields(again);
        }
        return false;
      }
      return fieldExpiries(key, again, elements);
    };
  }

  /// Writes when fields expire, for the next `fields` of them; true when that was the last.
  private boolean fieldExpiries(byte[] key, HashCursor cursor, int fields) {
    for (int i = 0; i < fields; i++) {
      if (!cursor.next()) {
        return true;
      }
      if (cursor.expiryMs() != Entry.NO_EXPIRY) {
        command("HPEXPIREAT", 5);
        out.argument(key);
        out.argument(cursor.expiryMs());
        out.argument("FIELDS".getBytes(StandardCharsets.US_ASCII));
        out.argument(1);
        slice(cursor.field());
      }
    }
    return false;
  }

  private void slice(Slice text) {
    if (text.isInteger()) {
      out.argument(text.integer());
    } else {
      out.argument(text.address(), text.length());
    }
  }

  /// Elements that are taken from a cursor one after the other.
  private abstract class Pulled implements SnapshotSink.Steps {
    private final byte[] key;
    private final String command;
    private final int argumentsEach;
    private long left;

    Pulled(byte[] key, String command, long count, int argumentsEach) {
      this.key = key;
      this.command = command;
      this.left = count;
      this.argumentsEach = argumentsEach;
    }

    /// Writes the next element.
    abstract void put();

    @Override
    public boolean step(int elements) {
      for (long more = elements; more > 0 && left > 0; more -= MOST_ELEMENTS) {
        int count = (int) Math.min(left, MOST_ELEMENTS);
        command(command, 1 + count * argumentsEach);
        out.argument(key);
        for (int i = 0; i < count; i++) {
          put();
        }
        left -= count;
      }
      return left == 0;
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
