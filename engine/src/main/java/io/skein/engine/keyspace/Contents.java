package io.skein.engine.keyspace;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.bytes.Slot;
import io.skein.engine.structure.HashTable;
import java.util.BitSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/// What a database holds: one table of entries, or one for each slot.
///
/// It is apart from [Database] so that FLUSHDB and SWAPDB cost nothing, and so that a snapshot
/// keeps walking over what it began with.
final class Contents {
  private final Keyspace keyspace;
  private final @Nullable HashTable[] tables;
  private long size;
  private long expiring;

  /// The keys of hashes whose fields expire, and of some that are gone or have no such field any
  /// more; the next to be looked at first.
  private final LinkedHashSet<Bytes> expiringHashes = new LinkedHashSet<>();

  /// The first table that may still hold something, while these contents are being freed.
  private int firstTable;

  /// The snapshot that walks over a table which was moved here since it began.
  private @Nullable Snapshot visitor;

  /// The database this was the content of when the snapshot in progress began, or -1.
  private int snapshotIndex = -1;

  Contents(Keyspace keyspace, int tableCount) {
    this.keyspace = keyspace;
    this.tables = new HashTable[tableCount];
  }

  LinkedHashSet<Bytes> expiringHashes() {
    return expiringHashes;
  }

  int tableCount() {
    return tables.length;
  }

  /// The table of `slot`, or null when it has never held anything.
  @Nullable HashTable table(int slot) {
    return tables[slot];
  }

  long size() {
    return size;
  }

  long expiring() {
    return expiring;
  }

  int snapshotIndex() {
    return snapshotIndex;
  }

  void snapshotIndex(int index) {
    snapshotIndex = index;
  }

  /// Whether a snapshot needs what is here.
  boolean isWalked() {
    Snapshot by = visitor;
    return snapshotIndex >= 0 || by != null && !by.isDone();
  }

  /// `by` goes on walking over tables that were moved here.
  void walkedBy(Snapshot by) {
    visitor = by;
  }

  /// Moves the tables of `slots`, which are not here yet, from `other`; false when it has none.
  boolean take(Contents other, BitSet slots) {
    boolean any = false;
    for (int slot = slots.nextSetBit(0); slot >= 0; slot = slots.nextSetBit(slot + 1)) {
      HashTable table = other.tables[slot];
      if (table != null) {
        other.tables[slot] = null;
        other.size -= table.size();
        other.expiring -= table.expiringSize();
        tables[slot] = table;
        any = true;
        size += table.size();
        expiring += table.expiringSize();
      }
    }
    for (Iterator<Bytes> each = other.expiringHashes.iterator(); each.hasNext(); ) {
      Bytes key = each.next();
      if (slots.get(Slot.of(key.toByteArray()))) {
        each.remove();
        expiringHashes.add(key);
      }
    }
    return any;
  }

  long find(Key key) {
    HashTable table = tables[key.slot()];
    return table == null ? 0 : table.find(key.array(), key.offset(), key.length(), key.hash());
  }

  void insert(Key key, long ref, boolean expires) {
    HashTable table = tables[key.slot()];
    if (table == null) {
      table = new HashTable(keyspace.arena(), keyspace.keyHash());
      tables[key.slot()] = table;
    }
    table.insert(key.hash(), ref);
    size++;
    if (expires) {
      expiring++;
    }
  }

  void replace(Key key, long oldRef, long newRef, boolean expired, boolean expires) {
    existing(key).replace(key.hash(), oldRef, newRef);
    expiring += (expires ? 1 : 0) - (expired ? 1 : 0);
  }

  void expiryChanged(Key key, long ref, boolean expired, boolean expires) {
    existing(key).expiryChanged(key.hash(), ref);
    expiring += (expires ? 1 : 0) - (expired ? 1 : 0);
  }

  void remove(Key key, long ref, boolean expired) {
    existing(key).remove(key.hash(), ref);
    size--;
    if (expired) {
      expiring--;
    }
  }

  private HashTable existing(Key key) {
    HashTable table = tables[key.slot()];
    if (table == null) {
      throw new IllegalStateException("no table for a key that exists");
    }
    return table;
  }

  /// Frees about `budget` entries; true when none are left.
  boolean free(int budget) {
    int left = budget;
    for (; firstTable < tables.length; firstTable++) {
      HashTable table = tables[firstTable];
      if (table == null) {
        continue;
      }
      long before = table.size();
      boolean done = table.clear(left, keyspace::freeEntry);
      size -= before - table.size();
      left -= (int) (before - table.size());
      if (!done) {
        return false;
      }
      tables[firstTable] = null;
      if (left <= 0) {
        return size == 0;
      }
    }
    return true;
  }
}
