package io.skein.engine.keyspace;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.HashTable;
import io.skein.engine.structure.SlabArena;
import org.jspecify.annotations.Nullable;

/// The half of a [Database] that finds keys and counts their use.
///
/// A key whose time has come is found no more; on a primary it is deleted on sight.
abstract sealed class Lookups permits Database {
  final Keyspace keyspace;
  final SlabArena arena;
  Contents contents;

  /// Where the entry that was found last is, as a reference.
  long ref;

  private final int index;
  private long averageTtlMs;

  Lookups(Keyspace keyspace, int index, int tables) {
    this.keyspace = keyspace;
    this.arena = keyspace.arena();
    this.index = index;
    this.contents = new Contents(keyspace, tables);
  }

  abstract Database self();

  /// Deletes `key`, whose time has come.
  abstract void expire(Key key, long entry);

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

  /// About how long keys with an expiry time have left on average, in milliseconds; 0 when there
  /// are none, or none was looked at yet.
  public long averageTtlMs() {
    return expiringSize() == 0 ? 0 : averageTtlMs;
  }

  /// Keys that were looked at have `sampleMs` left on average: a fiftieth of the new figure.
  void averageTtl(long sampleMs) {
    long old = averageTtlMs == 0 ? sampleMs : averageTtlMs;
    averageTtlMs = old + (sampleMs - old) / 50;
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

  /// Where a look-up of `key` begins in the index, or 0.
  long bucketAddress(Key key) {
    HashTable table = contents.table(key.slot());
    return table == null ? 0 : table.bucketAddress(key.hash());
  }

  /// Where the entry probably is that `key` has, or 0.
  long probableEntry(Key key) {
    HashTable table = contents.table(key.slot());
    return table == null ? 0 : table.probableEntry(key.hash());
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
    keyspace.notify(EventClass.KEY_MISS, "keymiss", self(), key);
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

  /// The entry of `key`, of which nothing is counted and which is not deleted if its time has come;
  /// there is none then.
  public long glance(Key key) {
    long entry = peekAny(key);
    return entry == 0 || isGone(entry) ? 0 : entry;
  }

  /// Whether the entry's time has come.
  public boolean isExpired(long entry) {
    return Entry.hasExpiry(entry) && Entry.expiryMs(entry) < keyspace.nowMs();
  }

  final long live(Key key) {
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

  final void use(long entry) {
    if (keyspace.touchesOnRead()) {
      int old = Entry.clock(entry);
      int now = keyspace.clock().touched(old);
      if (now != old) {
        Entry.setClock(entry, now);
      }
    }
  }

  /// Whether there is an entry of `key`, expired or not.
  public boolean exists(Key key) {
    return peekAny(key) != 0;
  }

  /// The entry of `key`, expired or not.
  public long peekAny(Key key) {
    ref = contents.find(key);
    return ref == 0 ? 0 : arena.address(ref);
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

  /// The address of what a walk found.
  long address(long found) {
    return arena.address(found);
  }

  /// Whether a change of the value of `key` should wait a little, since a snapshot that needs it as
  /// it is would hold up everybody.
  public boolean isNeededBySnapshot(Key key) {
    Snapshot snapshot = keyspace.snapshot();
    if (snapshot == null) {
      return false;
    }
    long found = contents.find(key);
    return found != 0
        && snapshot.shouldWait(contents, key.slot(), key.hash(), arena.address(found));
  }
}
