package io.skein.engine.keyspace;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.machine.Invariant;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.structure.HashTable;
import io.skein.engine.structure.SlabArena;
import org.jspecify.annotations.Nullable;

/// One numbered database: finds, creates, changes and deletes keys.
///
/// An entry is passed around as the address of its block (see [Entry]), 0 standing for none. An
/// address is valid until the next change of the database.
///
/// Every method that changes a key hands its old value to the snapshot in progress first, tells
/// those who watch it, and counts the change.
public final class Database {
  /// In place of an expiry time: the key keeps what it has.
  public static final long KEEP_EXPIRY = -2;

  /// Strings of up to this length are reported as `embstr`.
  private static final int EMBSTR_LIMIT = 44;

  private final Keyspace keyspace;
  private final SlabArena arena;
  private final int index;
  private Contents contents;

  /// Where the entry that was found last is, as a reference.
  private long ref;

  Database(Keyspace keyspace, int index, int tables) {
    this.keyspace = keyspace;
    this.arena = keyspace.arena();
    this.index = index;
    this.contents = new Contents(keyspace, tables);
  }

  /// The number that SELECT knows it by.
  public int index() {
    return index;
  }

  /// The number of keys, those that have expired and are still there included.
  public long size() {
    return contents.size();
  }

  /// The number of keys that have an expiry time.
  public long expiringSize() {
    return contents.expiring();
  }

  /// The number of keys in `slot` of a cluster.
  public long slotSize(int slot) {
    HashTable table = contents.table(slot);
    return table == null ? 0 : table.size();
  }

  /// The table of `slot`, for walks; 0 when this is not a cluster. Null when nothing is in it.
  @Nullable HashTable table(int slot) {
    return contents.table(slot);
  }

  Contents contents() {
    return contents;
  }

  // --- batches ---

  /// Loads the index's cache line for `key`, whatever is in it.
  public long touchIndex(Key key) {
    HashTable table = contents.table(key.slot());
    return table == null ? 0 : table.touchBucket(key.hash());
  }

  /// Loads the first cache line of the entry that `key` probably has.
  public long touchEntry(Key key) {
    HashTable table = contents.table(key.slot());
    return table == null ? 0 : table.touchEntry(key.hash());
  }

  // --- looking up ---

  /// The entry of `key` for a command that reads it: counts a hit or a miss, and the use of the
  /// key.
  public long read(Key key) {
    long entry = live(key);
    if (entry == 0) {
      miss(key);
      return 0;
    }
    keyspace.stats().hit();
    use(entry);
    return entry;
  }

  private void miss(Key key) {
    keyspace.stats().miss();
    keyspace.notify(EventClass.KEY_MISS, "keymiss", this, key);
  }

  /// The entry of `key` for a command that may change it: counts the use of the key.
  public long write(Key key) {
    long entry = live(key);
    if (entry != 0) {
      use(entry);
    }
    return entry;
  }

  /// The entry of `key` for a command that asks about the key and is no use of it, but counts as a
  /// hit or a miss.
  public long ask(Key key) {
    long entry = live(key);
    if (entry == 0) {
      miss(key);
    } else {
      keyspace.stats().hit();
    }
    return entry;
  }

  /// As [#ask], but that a key is missing is no event: for commands about what a value is like.
  public long inspect(Key key) {
    long entry = live(key);
    if (entry == 0) {
      keyspace.stats().miss();
    } else {
      keyspace.stats().hit();
    }
    return entry;
  }

  /// Counts a use of `key` even where reads are not to; false when there is no such key.
  public boolean touch(Key key) {
    long entry = ask(key);
    if (entry != 0) {
      Entry.setClock(entry, keyspace.clock().touched(Entry.clock(entry)));
    }
    return entry != 0;
  }

  /// The entry of `key`, of which nothing is counted.
  public long peek(Key key) {
    return live(key);
  }

  /// Whether the entry's time has come.
  public boolean isExpired(long entry) {
    return Entry.hasExpiry(entry) && Entry.expiryMs(entry) < keyspace.nowMs();
  }

  private long live(Key key) {
    ref = contents.find(key);
    if (ref == 0) {
      return 0;
    }
    long entry = arena.address(ref);
    if (Entry.hasExpiry(entry) && isExpired(entry)) {
      switch (keyspace.expiryRule()) {
        case DELETE -> {
          if (!keyspace.isExpiryHeld()) {
            expire(key, entry);
          }
          return 0;
        }
        case HIDE -> {
          return 0;
        }
        case IGNORE -> {}
      }
    }
    return entry;
  }

  private void use(long entry) {
    if (keyspace.touchesOnRead()) {
      int old = Entry.clock(entry);
      int now = keyspace.clock().touched(old);
      if (now != old) {
        Entry.setClock(entry, now);
      }
    }
  }

  private void expire(Key key, long entry) {
    removeFound(key, entry);
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

  /// Whether there is an entry of `key`, expired or not.
  public boolean exists(Key key) {
    return peekAny(key) != 0;
  }

  /// The entry of `key`, expired or not.
  long peekAny(Key key) {
    ref = contents.find(key);
    return ref == 0 ? 0 : arena.address(ref);
  }

  /// Deletes `key` to make room.
  void evict(Key key) {
    ref = contents.find(key);
    if (ref != 0) {
      removeFound(key, arena.address(ref));
      keyspace.stats().evictedOne();
      keyspace.notify(EventClass.EVICTED, "evicted", this, key);
      keyspace.events().evicted(this, key);
    }
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
      ref = arena.allocate(Entry.size(key.length(), length, expiry));
      long entry = arena.address(ref);
      int clock = keyspace.clock().fresh();
      long at =
          Entry.write(entry, kind, clock, expiry, key.array(), key.offset(), key.length(), length);
      markIfCreatedDuringSnapshot(key, entry);
      contents.insert(key, ref, expiry != Entry.NO_EXPIRY);
      keyspace.notify(EventClass.NEW, "new", this, key);
      keyspace.events().replaced(this, key);
      keyspace.changed(this, key);
      return at;
    }
    long entry = arena.address(ref);
    beforeChange(key, entry);
    long old = Entry.expiryMs(entry);
    // What is hidden because its time has come leaves nothing to the key's new life.
    long kept = alive ? old : Entry.NO_EXPIRY;
    long expiry = expiryMs == KEEP_EXPIRY ? kept : expiryMs;
    if (expiry == old) {
      long at = Entry.resizeValue(entry, arena.usable(ref), length);
      if (at != 0) {
        Entry.setKind(entry, kind);
        use(entry);
        keyspace.events().replaced(this, key);
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
    keyspace.events().replaced(this, key);
    keyspace.changed(this, key);
    return at;
  }

  // --- keys ---

  /// Deletes `key`; false when it did not exist or had expired.
  public boolean remove(Key key) {
    long entry = live(key);
    if (entry == 0) {
      return false;
    }
    removeFound(key, entry);
    return true;
  }

  private void removeFound(Key key, long entry) {
    beforeChange(key, entry);
    contents.remove(key, ref, Entry.hasExpiry(entry));
    arena.free(ref);
    ref = 0;
    keyspace.events().replaced(this, key);
    keyspace.changed(this, key);
  }

  /// Sets or, with [Entry#NO_EXPIRY], removes the expiry time of `key`, which exists.
  public void expireAt(Key key, long expiryMs) {
    ref = contents.find(key);
    Invariant.check(ref != 0, "a key to expire");
    long entry = arena.address(ref);
    long time = expiryMs < 0 && expiryMs != Entry.NO_EXPIRY ? 0 : expiryMs;
    boolean before = Entry.hasExpiry(entry);
    beforeChange(key, entry);
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
    int length = Entry.valueLength(source);
    long at = target.place(to, Entry.kind(source), length, expiryMs);
    source = arena.address(contents.find(from));
    Memory.copy(Entry.valueAddress(source), at, length);
    target.setClock(to, keyspace.clock().fresh());
    if (replaces) {
      // What was there is deleted; place() tells only of a key where there was none.
      keyspace.notify(EventClass.NEW, "new", target, to);
    }
  }

  /// Makes `to` in `target` what `from`, which exists here, was; `from` is gone then, and so is
  /// what `to` was.
  public void move(Key from, Database target, Key to) {
    copy(from, target, to, Entry.expiryMs(arena.address(contents.find(from))));
    ref = contents.find(from);
    removeFound(from, arena.address(ref));
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
    contents = new Contents(keyspace, old.tableCount());
    keyspace.countChanges(old.size());
    keyspace.discard(old, lazily);
    keyspace.events().replaced(this);
  }

  void swapWith(Database other) {
    Contents mine = contents;
    contents = other.contents;
    other.contents = mine;
  }

  boolean holds(Bytes key) {
    return contents.find(keyspace.key(key.toByteArray())) != 0;
  }

  /// Whether `key` is still there although its time has come.
  boolean holdsExpired(Bytes key) {
    long found = contents.find(keyspace.key(key.toByteArray()));
    return found != 0 && isGone(arena.address(found));
  }

  /// Whether clients are to see no more of the entry, since its time has come.
  boolean isGone(long entry) {
    return isExpired(entry) && keyspace.expiryRule() != Keyspace.ExpiryRule.IGNORE;
  }

  /// The memory that the entry takes, in bytes, its share of the index not included.
  public long memoryOf(Key key) {
    long found = contents.find(key);
    return found == 0 ? 0 : arena.usable(found);
  }

  /// The address of what a walk found.
  long address(long found) {
    return arena.address(found);
  }

  private void beforeChange(Key key, long entry) {
    Snapshot snapshot = keyspace.snapshot();
    if (snapshot != null) {
      snapshot.beforeChange(contents, key.slot(), key.hash(), entry);
    }
  }

  private void markIfCreatedDuringSnapshot(Key key, long entry) {
    Snapshot snapshot = keyspace.snapshot();
    if (snapshot != null) {
      snapshot.created(contents, key.slot(), key.hash(), entry);
    }
  }
}
