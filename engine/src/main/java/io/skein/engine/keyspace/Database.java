package io.skein.engine.keyspace;

import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.machine.Invariant;
import io.skein.engine.resp.Errors;
import io.skein.engine.structure.ArenaBlock;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.value.HashValue;
import io.skein.engine.value.LargeValue;
import io.skein.engine.value.MemberTable;
import io.skein.engine.value.Value;
import io.skein.engine.value.ValueType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One numbered database: creates, changes and deletes keys, and finds them ([Lookups]).
///
/// An entry is passed around as the address of its block (see [Entry]), 0 standing for none. An
/// address is valid until the next change of the database.
///
/// Every method that changes a key hands its old value to the snapshot in progress first, tells
/// those who watch it, and counts the change.
public final class Database extends Lookups {
  /// In place of an expiry time: the key keeps what it has.
  public static final long KEEP_EXPIRY = -2;

  /// Strings of up to this length are reported as `embstr`.
  private static final int EMBSTR_LIMIT = 44;

  Database(Keyspace keyspace, int index, int tables) {
    super(keyspace, index, tables);
  }

  @Override
  Database self() {
    return this;
  }

  // --- keys that vanish by themselves ---

  @Override
  void expire(Key key, long entry) {
    removeFound(key, entry, keyspace.lazyFree().onExpiry());
    keyspace.stats().expiredOne();
    keyspace.notify(EventClass.EXPIRED, "expired", this, key);
    keyspace.events().expired(this, key);
  }

  /// Deletes `key`, which was found by a walk, if its time has come.
  boolean expireIfDue(Key key) {
    ref = contents.find(key);
    if (ref == 0 || !isExpired(arena.address(ref))) {
      return false;
    }
    expire(key, arena.address(ref));
    return true;
  }

  /// Deletes `key` to make room.
  void evict(Key key) {
    ref = contents.find(key);
    if (ref != 0) {
      removeFound(key, arena.address(ref), keyspace.lazyFree().onEviction());
      keyspace.stats().evictedOne();
      keyspace.notify(EventClass.EVICTED, "evicted", this, key);
      keyspace.events().evicted(this, key);
    }
  }

  // --- values of many elements ---

  /// The value of `key`, for a command that reads it; null when there is none. Counts as [#read]
  /// does.
  ///
  /// @throws io.skein.engine.resp.CommandError when it is of another type
  public <V extends Value> @Nullable V read(Key key, ValueType<V> type) {
    return typed(key, read(key), type);
  }

  /// The value of `key`, for a command that may change it; null when there is none. Counts as
  /// [#write] does.
  ///
  /// @throws io.skein.engine.resp.CommandError when it is of another type
  public <V extends Value> @Nullable V write(Key key, ValueType<V> type) {
    return typed(key, write(key), type);
  }

  /// The value of `key`, of which nothing is counted; null when there is none.
  ///
  /// @throws io.skein.engine.resp.CommandError when it is of another type
  public <V extends Value> @Nullable V peek(Key key, ValueType<V> type) {
    return typed(key, peek(key), type);
  }

  /// The value of `key`, for a command that changes it; an empty one is made when there is none,
  /// and must not stay empty.
  ///
  /// @throws io.skein.engine.resp.CommandError when it is of another type
  public <V extends Value> V open(Key key, ValueType<V> type) {
    V found = write(key, type);
    return found == null ? create(key, type, Entry.NO_EXPIRY) : found;
  }

  /// Makes `key` an empty value, which must not stay so; what it was is replaced.
  ///
  /// @param expiryMs an absolute time, [Entry#NO_EXPIRY] or [#KEEP_EXPIRY]
  public <V extends Value> V create(Key key, ValueType<V> type, long expiryMs) {
    place(key, EntryKind.MEMBER, type.emptyBytes(), expiryMs);
    V made = type.view().apply(new Cell(keyspace, this, key, ref, true));
    made.initialize();
    return made;
  }

  /// A view of the value of `entry`, which must be of this type, to be read only.
  public <V extends Value> V view(long entry, ValueType<V> type) {
    Invariant.check(type.has(Entry.kind(entry)), "a value of this type");
    return type.view().apply(new Cell(keyspace, entry));
  }

  private <V extends Value> @Nullable V typed(Key key, long entry, ValueType<V> type) {
    if (entry == 0) {
      return null;
    }
    if (!type.has(Entry.kind(entry))) {
      throw Errors.WRONG_TYPE;
    }
    return type.view().apply(new Cell(keyspace, this, key, ref, false));
  }

  /// The entry is about to be changed: says so to everybody who has to know.
  void changing(Key key, long entry) {
    beforeChange(key, entry);
    keyspace.changed(this, key);
  }

  /// Gives the value of `key`, whose entry is `old`, another length, and returns the reference of
  /// its entry.
  ///
  /// @param keep whether the value's bytes stay, as far as both lengths reach
  long resizeValue(Key key, long old, int length, boolean keep) {
    long entry = arena.address(old);
    int before = Entry.valueLength(entry);
    long at =
        length > before
            ? Entry.growValue(entry, arena.usable(old), length)
            : Entry.resizeValue(entry, arena.usable(old), length);
    if (at != 0) {
      return old;
    }
    long expiry = Entry.expiryMs(entry);
    int bytes = Entry.size(Entry.keyLength(entry), length, expiry);
    long moved = arena.allocate(ArenaBlock.spacious(bytes, Entry.size(entry)));
    at = Entry.writeLike(entry, arena.address(moved), expiry, length);
    if (keep) {
      Memory.copy(Entry.valueAddress(entry), at, Math.min(before, length));
    }
    boolean expires = Entry.hasExpiry(entry);
    contents.replace(key, old, moved, expires, expires);
    arena.free(old);
    return moved;
  }

  /// Deletes `key`, of which [#changing] has told.
  void removeChanged(Key key) {
    ref = contents.find(key);
    drop(key, arena.address(ref), false);
  }

  // --- strings ---

  /// Sets `key` to a string, in the encoding that Redis would choose.
  ///
  /// @param expiryMs an absolute time, [Entry#NO_EXPIRY] or [#KEEP_EXPIRY]
  public void setString(Key key, byte[] b, int offset, int length, long expiryMs) {
    if (length <= Numbers.MAX_LONG_LENGTH) {
      long number = Numbers.parseLong(b, offset, length);
      if (number != Numbers.INVALID) {
        setInteger(key, number, expiryMs);
        return;
      }
    }
    int kind = length <= EMBSTR_LIMIT ? EntryKind.STRING_EMBSTR : EntryKind.STRING_RAW;
    Memory.copy(b, offset, place(key, kind, length, expiryMs), length);
  }

  /// Sets `key` to an integer.
  public void setInteger(Key key, long value, long expiryMs) {
    Memory.putLong(place(key, EntryKind.STRING_INT, Long.BYTES, expiryMs), value);
  }

  /// Sets `key` to a string that is not to become an integer, even if it reads like one.
  public void setText(Key key, byte[] text, long expiryMs) {
    int kind = text.length <= EMBSTR_LIMIT ? EntryKind.STRING_EMBSTR : EntryKind.STRING_RAW;
    Memory.copy(text, 0, place(key, kind, text.length, expiryMs), text.length);
  }

  /// Makes `key` a string in encoding `raw` of `length` zero bytes, and returns the address of the
  /// value, to be written to at once.
  public long setZeros(Key key, int length) {
    long at = place(key, EntryKind.STRING_RAW, length, Entry.NO_EXPIRY);
    Memory.fill(at, length, (byte) 0);
    return at;
  }

  /// Changes the integer in place; the entry is the one found last for `key`.
  public void updateInteger(Key key, long entry, long value) {
    beforeChange(key, entry);
    Memory.putLong(Entry.valueAddress(entry), value);
    keyspace.changed(this, key);
  }

  /// Sets `key` to a string in encoding `raw` of `length` bytes, the first of them as they were,
  /// the rest zero, and returns the address of the value, to be written to at once.
  public long resizeString(Key key, int length) {
    ref = contents.find(key);
    Invariant.check(ref != 0, "a string to resize");
    long entry = arena.address(ref);
    beforeChange(key, entry);
    if (Entry.kind(entry) == EntryKind.STRING_INT) {
      byte[] text = Numbers.toBytes(Memory.getLong(Entry.valueAddress(entry)));
      long expiry = Entry.expiryMs(entry);
      Memory.copy(text, 0, place(key, EntryKind.STRING_RAW, text.length, expiry), text.length);
      entry = arena.address(ref);
    }
    int old = Entry.valueLength(entry);
    long at = Entry.growValue(entry, arena.usable(ref), length);
    if (at == 0) {
      long expiry = Entry.expiryMs(entry);
      int wanted = Entry.size(Entry.keyLength(entry), length, expiry);
      int spare = length > old && old > 0 ? Math.min(length, 1 << 20) : 0;
      long moved = arena.allocate((int) Math.min((long) wanted + spare, Integer.MAX_VALUE - 64));
      long target = arena.address(moved);
      at = Entry.writeLike(entry, target, expiry, length);
      Memory.copy(Entry.valueAddress(entry), at, Math.min(old, length));
      contents.replace(key, ref, moved, Entry.hasExpiry(entry), Entry.hasExpiry(entry));
      arena.free(ref);
      ref = moved;
      entry = target;
    }
    Entry.setKind(entry, EntryKind.STRING_RAW);
    if (length > old) {
      Memory.fill(at + old, length - old, (byte) 0);
    }
    keyspace.changed(this, key);
    return at;
  }

  /// Makes `key` an entry of `kind` with room for `length` bytes of value, and returns their
  /// address.
  private long place(Key key, int kind, int length, long expiryMs) {
    boolean alive = live(key) != 0;
    if (ref == 0) {
      long expiry = expiryMs == KEEP_EXPIRY ? Entry.NO_EXPIRY : expiryMs;
      if (expiry != Entry.NO_EXPIRY) {
        keyspace.localExpiries().given(this, key);
      }
      ref = arena.allocate(Entry.size(key.length(), length, expiry));
      long entry = arena.address(ref);
      int clock = keyspace.clock().fresh();
      long at =
          Entry.write(entry, kind, clock, expiry, key.array(), key.offset(), key.length(), length);
      markIfCreatedDuringSnapshot(key, entry);
      contents.insert(key, ref, expiry != Entry.NO_EXPIRY);
      keyspace.notify(EventClass.NEW, "new", this, key);
      keyspace.replaced(this, key);
      keyspace.changed(this, key);
      return at;
    }
    long entry = arena.address(ref);
    beforeLeaving(key, entry);
    keyspace.freeLarge(entry, keyspace.lazyFree().onOverwrite());
    long old = Entry.expiryMs(entry);
    // What is hidden because its time has come leaves nothing to the key's new life.
    long kept = alive ? old : Entry.NO_EXPIRY;
    long expiry = expiryMs == KEEP_EXPIRY ? kept : expiryMs;
    if (expiryMs != KEEP_EXPIRY && expiry != Entry.NO_EXPIRY) {
      keyspace.localExpiries().given(this, key);
    }
    if (expiry == old) {
      long at = Entry.resizeValue(entry, arena.usable(ref), length);
      if (at != 0) {
        Entry.setKind(entry, kind);
        use(entry);
        keyspace.replaced(this, key);
        keyspace.changed(this, key);
        return at;
      }
    }
    long fresh = arena.allocate(Entry.size(key.length(), length, expiry));
    long target = arena.address(fresh);
    long at = Entry.writeLike(entry, target, expiry, length);
    Entry.setKind(target, kind);
    use(target);
    contents.replace(key, ref, fresh, old != Entry.NO_EXPIRY, expiry != Entry.NO_EXPIRY);
    arena.free(ref);
    ref = fresh;
    keyspace.replaced(this, key);
    keyspace.changed(this, key);
    return at;
  }

  // --- keys ---

  /// Deletes `key` and frees what it held; false when it did not exist or had expired.
  public boolean remove(Key key) {
    return remove(key, false);
  }

  /// Deletes `key`; false when it did not exist or had expired.
  ///
  /// @param lazily whether a large value is freed bit by bit afterwards
  public boolean remove(Key key, boolean lazily) {
    long entry = live(key);
    if (entry == 0) {
      return false;
    }
    removeFound(key, entry, lazily);
    return true;
  }

  private void removeFound(Key key, long entry, boolean lazily) {
    beforeLeaving(key, entry);
    drop(key, entry, lazily);
    keyspace.changed(this, key);
  }

  private void drop(Key key, long entry, boolean lazily) {
    contents.remove(key, ref, Entry.hasExpiry(entry));
    keyspace.freeLarge(entry, lazily);
    arena.free(ref);
    ref = 0;
    keyspace.replaced(this, key);
  }

  /// Sets or, with [Entry#NO_EXPIRY], removes the expiry time of `key`, which exists.
  public void expireAt(Key key, long expiryMs) {
    ref = contents.find(key);
    Invariant.check(ref != 0, "a key to expire");
    long entry = arena.address(ref);
    long time = expiryMs < 0 && expiryMs != Entry.NO_EXPIRY ? 0 : expiryMs;
    boolean before = Entry.hasExpiry(entry);
    beforeLeaving(key, entry);
    if (time != Entry.NO_EXPIRY) {
      keyspace.localExpiries().given(this, key);
    }
    if (Entry.putExpiry(entry, arena.usable(ref), time)) {
      contents.expiryChanged(key, ref, before, time != Entry.NO_EXPIRY);
    } else {
      int length = Entry.valueLength(entry);
      long moved = arena.allocate(Entry.size(key.length(), length, time));
      long at = Entry.writeLike(entry, arena.address(moved), time, length);
      Memory.copy(Entry.valueAddress(entry), at, length);
      contents.replace(key, ref, moved, before, time != Entry.NO_EXPIRY);
      arena.free(ref);
      ref = moved;
    }
    keyspace.changed(this, key);
  }

  /// Makes `to` in `target` a copy of `from`, which exists here; what `to` was is replaced.
  public void copy(Key from, Database target, Key to, long expiryMs) {
    boolean replaces = target.peek(to) != 0;
    long source = arena.address(contents.find(from));
    int kind = Entry.kind(source);
    if (EntryKind.isHandle(kind)) {
      LargeValue copy = keyspace.largeOf(source).copy();
      target.placeHandle(to, kind, keyspace.largeValues().add(copy), expiryMs);
    } else {
      copyPacked(source, from, target, to, expiryMs);
    }
    target.setClock(to, keyspace.clock().fresh());
    target.tellOfArrival(to, replaces);
  }

  private void copyPacked(long source, Key from, Database target, Key to, long expiryMs) {
    int length = Entry.valueLength(source);
    long at = target.place(to, Entry.kind(source), length, expiryMs);
    Memory.copy(Entry.valueAddress(arena.address(contents.find(from))), at, length);
  }

  private void placeHandle(Key key, int kind, int handle, long expiryMs) {
    Memory.putInt(place(key, kind, Integer.BYTES, expiryMs), handle);
    if (keyspace.largeValues().get(handle) instanceof MemberTable table
        && table.expiringSize() > 0) {
      contents.expiringHashes().add(key.toBytes());
    }
  }

  /// Deletes fields of a hash whose time has come, and the hash with its last field.
  public void expireFields(Key key, HashValue hash, List<byte[]> fields) {
    long size = hash.size();
    for (byte[] field : fields) {
      hash.remove(field, 0, field.length);
    }
    keyspace.stats().expiredFields((int) (size - hash.size()));
    keyspace.events().fieldsExpired(this, key, fields);
    keyspace.notify(EventClass.HASH, "hexpired", this, key);
    if (hash.size() == 0) {
      hash.remove();
      keyspace.notify(EventClass.GENERIC, "del", this, key);
    }
  }

  private void tellOfArrival(Key key, boolean replaces) {
    if (replaces) {
      // What was there is deleted; place() tells only of a key where there was none.
      keyspace.notify(EventClass.NEW, "new", this, key);
    }
  }

  /// Makes `to` in `target` what `from`, which exists here, was; `from` is gone then, and so is
  /// what `to` was.
  public void move(Key from, Database target, Key to) {
    boolean replaces = target.peek(to) != 0;
    long source = arena.address(contents.find(from));
    long expiry = Entry.expiryMs(source);
    int kind = Entry.kind(source);
    if (EntryKind.isHandle(kind)) {
      beforeLeaving(from, source);
      int handle = Memory.getInt(Entry.valueAddress(source));
      // The value changes hands: what is left of the source owns nothing.
      Entry.setKind(source, EntryKind.MEMBER);
      target.placeHandle(to, kind, handle, expiry);
    } else {
      copyPacked(source, from, target, to, expiry);
    }
    target.setClock(to, keyspace.clock().fresh());
    ref = contents.find(from);
    removeFound(from, arena.address(ref), false);
    target.tellOfArrival(to, replaces);
  }

  /// Sets the access clock of `key`, which exists; see RESTORE.
  public void setClock(Key key, int clock) {
    Entry.setClock(arena.address(contents.find(key)), clock);
  }

  /// Gives up everything the database holds; it is freed bit by bit, or at once.
  public void flush(boolean lazily) {
    Contents old = contents;
    if (old.size() == 0) {
      return;
    }
    keyspace.watches().databaseFlushed(this);
    keyspace.localExpiries().forget(this);
    contents = new Contents(keyspace, old.tableCount());
    keyspace.discard(old, lazily);
    if (index() < keyspace.databaseCount()) {
      keyspace.events().replaced(this);
    }
  }

  void swapWith(Database other) {
    Contents mine = contents;
    contents = other.contents;
    other.contents = mine;
  }

  /// The memory that the entry takes with its value, in bytes, its share of the index not included.
  public long memoryOf(Key key) {
    long found = contents.find(key);
    if (found == 0) {
      return 0;
    }
    long entry = arena.address(found);
    long large = EntryKind.isHandle(Entry.kind(entry)) ? keyspace.largeOf(entry).memoryBytes() : 0;
    return arena.usable(found) + large;
  }

  void beforeChange(Key key, long entry) {
    Snapshot snapshot = keyspace.snapshot();
    if (snapshot != null) {
      snapshot.beforeChange(contents, key.slot(), key.hash(), entry);
    }
  }

  private void beforeLeaving(Key key, long entry) {
    Snapshot snapshot = keyspace.snapshot();
    if (snapshot != null) {
      snapshot.beforeLeaving(contents, key.slot(), key.hash(), entry);
    }
  }

  private void markIfCreatedDuringSnapshot(Key key, long entry) {
    Snapshot snapshot = keyspace.snapshot();
    if (snapshot != null) {
      snapshot.created(contents, key.slot(), key.hash(), entry);
    }
  }
}
