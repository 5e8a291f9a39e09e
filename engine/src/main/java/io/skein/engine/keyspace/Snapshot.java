package io.skein.engine.keyspace;

import io.skein.engine.structure.Entry;
import io.skein.engine.structure.HashTable;
import org.jspecify.annotations.Nullable;

/// The data set as it was at one moment, read while it goes on changing, without fork and without a
/// copy.
///
/// A walk visits every entry in the order of database, slot and hash. That order does not change
/// when tables grow or shrink, so one position tells what was visited. Before a write changes an
/// entry that lies ahead of the position, the old value goes to the sink first, and a mark on the
/// entry says that the walk has to pass over it. An entry created ahead of the position is marked
/// too. The walk clears the marks it meets.
///
/// FLUSHDB and SWAPDB exchange the [Contents] of databases as a whole; the walk keeps to those it
/// began with.
///
/// *States*: walking; cancelled (goes on, to clear the marks, but hands nothing out); done.
///
/// *Invariants*: each entry that existed at the cut is handed out once, with the value it had then;
/// no entry behind the position is marked.
public final class Snapshot {
  private final Keyspace keyspace;
  private final Contents[] contents;
  private final Database[] databases;
  private final long total;
  private @Nullable SnapshotSink sink;
  private int database;
  private int slot;
  private long cursor;
  private boolean done;
  private long handedOut;

  Snapshot(Keyspace keyspace, SnapshotSink sink) {
    this.keyspace = keyspace;
    this.sink = sink;
    int count = keyspace.databaseCount();
    contents = new Contents[count];
    databases = new Database[count];
    long sum = 0;
    for (int i = 0; i < count; i++) {
      databases[i] = keyspace.database(i);
      contents[i] = databases[i].contents();
      contents[i].snapshotIndex(i);
      sum += contents[i].size();
    }
    total = sum;
  }

  /// Whether every entry was visited.
  public boolean isDone() {
    return done;
  }

  /// Whether nothing is handed out any more.
  public boolean isCancelled() {
    return sink == null;
  }

  /// The number of entries at the cut.
  public long total() {
    return total;
  }

  /// The number of entries handed out so far.
  public long handedOut() {
    return handedOut;
  }

  /// Hands nothing out from now on. The walk must still be carried to its end.
  public void cancel() {
    sink = null;
  }

  /// Visits about `entries` entries; true when the walk has ended.
  public boolean step(int entries) {
    int left = entries;
    while (!done && left > 0) {
      HashTable table = contents[database].table(slot);
      if (table == null) {
        nextTable();
        left--;
        continue;
      }
      long before = handedOut;
      cursor = table.scan(cursor, this::visit);
      left -= (int) (1 + handedOut - before);
      if (cursor == 0) {
        nextTable();
      }
    }
    return done;
  }

  private void nextTable() {
    cursor = 0;
    if (++slot < contents[database].tableCount()) {
      return;
    }
    slot = 0;
    contents[database].snapshotIndex(-1);
    if (++database == contents.length) {
      done = true;
      keyspace.snapshotEnded();
    }
  }

  private void visit(long ref) {
    long entry = databases[database].address(ref);
    if (Entry.isMarked(entry)) {
      Entry.setMarked(entry, false);
    } else {
      handOut(database, entry);
    }
  }

  private void handOut(int index, long entry) {
    handedOut++;
    SnapshotSink to = sink;
    if (to != null) {
      to.entry(databases[index], entry);
    }
  }

  /// The entry is about to be changed or deleted.
  void beforeChange(Contents where, int entrySlot, long hash, long entry) {
    if (isAhead(where, entrySlot, hash) && !Entry.isMarked(entry)) {
      handOut(where.snapshotIndex(), entry);
      Entry.setMarked(entry, true);
    }
  }

  /// The entry was created.
  void created(Contents where, int entrySlot, long hash, long entry) {
    if (isAhead(where, entrySlot, hash)) {
      Entry.setMarked(entry, true);
    }
  }

  private boolean isAhead(Contents where, int entrySlot, long hash) {
    int index = where.snapshotIndex();
    if (index != database) {
      return index > database;
    }
    if (entrySlot != slot) {
      return entrySlot > slot;
    }
    return HashTable.position(hash) >= cursor;
  }
}
