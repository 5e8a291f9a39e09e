package io.skein.engine.keyspace;

import io.skein.engine.structure.Entry;
import io.skein.engine.structure.HashTable;
import io.skein.engine.value.LargeValue;
import java.util.Arrays;
import java.util.BitSet;
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
/// began with. Tables of staged slots that become visible meanwhile ([StagedSlots#publish]) are
/// walked over where they were at the cut.
///
/// A snapshot can be one of some slots only; whatever happens to others does not concern it.
///
/// # Large values
///
/// A value of very many elements would hold up everybody if it were handed out at once, be it by
/// the walk or ahead of a write. It is put aside ([SnapshotBacklog]) with a copy of its entry, and
/// handed out in steps before the walk goes on. Meanwhile its key may be deleted, moved or
/// replaced: the snapshot then keeps the value, and frees it when it is done. Before its *elements*
/// change, all of it is handed out at once; to spare everybody that, whoever is about to change
/// them is asked to wait a little ([#shouldWait]).
///
/// *States*: walking; cancelled (goes on, to clear the marks, but hands nothing out); done.
///
/// *Invariants*: each entry that existed at the cut is handed out once, with the value it had then;
/// no entry behind the position is marked.
public final class Snapshot {
  /// How many entries a step of a large value counts for, and how many elements it takes.
  private static final int LARGE_STEP_ENTRIES = 32;

  private static final int LARGE_STEP_ELEMENTS = 256;

  private final Keyspace keyspace;
  private final Contents[] contents;
  private final Database[] databases;
  private final SnapshotBacklog backlog;
  private final long total;

  /// What is walked over in database 0, and nothing else; or null for everything.
  private final @Nullable BitSet slots;

  /// Tables that were staged at the cut and have been published since, by slot; null until there
  /// are any.
  private @Nullable HashTable @Nullable [] published;

  private @Nullable SnapshotSink sink;
  private int database;
  private int slot;
  private long cursor;
  private boolean walked;
  private boolean done;
  private long handedOut;

  Snapshot(Keyspace keyspace, SnapshotSink sink, @Nullable BitSet slots) {
    this.keyspace = keyspace;
    this.sink = sink;
    this.slots = slots == null ? null : (BitSet) slots.clone();
    this.backlog = new SnapshotBacklog(keyspace, sink);
    Database[] all = keyspace.allDatabases();
    databases = slots == null ? all : Arrays.copyOf(all, 1);
    contents = new Contents[databases.length];
    long sum = 0;
    for (int i = 0; i < databases.length; i++) {
      contents[i] = databases[i].contents();
      contents[i].snapshotIndex(i);
      sum += slots == null ? contents[i].size() : 0;
    }
    for (int s = first(0); s >= 0 && slots != null; s = first(s + 1)) {
      sum += databases[0].slotSize(s);
    }
    slot = Math.max(0, first(0));
    total = sum;
  }

  /// The next slot to be walked over, from `from` on; -1 when there is none.
  private int first(int from) {
    BitSet some = slots;
    return some == null ? from : some.nextSetBit(from);
  }

  /// The tables of `which` slots, which were staged, are those of database 0 from now on.
  void publishing(BitSet which, Contents from, Contents to) {
    int staging = from.snapshotIndex();
    if (staging < 0 || slots != null) {
      return;
    }
    @Nullable HashTable[] moved = published;
    if (moved == null) {
      moved = new HashTable[from.tableCount()];
      published = moved;
    }
    for (int s = which.nextSetBit(0); s >= 0; s = which.nextSetBit(s + 1)) {
      moved[s] = from.table(s);
    }
    to.walkedBy(this);
  }

  private @Nullable HashTable published(int ofSlot) {
    @Nullable HashTable[] moved = published;
    return moved == null || ofSlot >= moved.length ? null : moved[ofSlot];
  }

  /// The table that belonged to a slot of a database at the cut.
  @SuppressWarnings("ReferenceEquality") // Tables have no other identity.
  private @Nullable HashTable tableAt(int index, int ofSlot) {
    HashTable table = contents[index].table(ofSlot);
    HashTable moved = published(ofSlot);
    if (moved == null) {
      return table;
    }
    return index == databases.length - 1 ? moved : table == moved ? null : table;
  }

  /// The database that `where` belonged to at the cut, or -1 when it does not concern us.
  @SuppressWarnings("ReferenceEquality") // Tables have no other identity.
  private int indexOf(Contents where, int ofSlot) {
    BitSet some = slots;
    if (some != null && !some.get(ofSlot)) {
      return -1;
    }
    HashTable moved = published(ofSlot);
    return moved != null && where.table(ofSlot) == moved
        ? databases.length - 1
        : where.snapshotIndex();
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
    backlog.clear();
  }

  /// Visits about `entries` entries; true when the walk has ended.
  public boolean step(int entries) {
    int left = entries;
    while (!done && left > 0) {
      if (!backlog.isEmpty()) {
        backlog.step(LARGE_STEP_ELEMENTS);
        left -= LARGE_STEP_ENTRIES;
      } else if (walked) {
        done = true;
        keyspace.snapshotEnded();
      } else {
        left -= walk();
      }
    }
    return done;
  }

  /// Goes on by one bucket; returns what that counts for.
  private int walk() {
    HashTable table = tableAt(database, slot);
    if (table == null) {
      nextTable();
      return 1;
    }
    long before = handedOut;
    cursor = table.scan(cursor, this::visit);
    if (cursor == 0) {
      nextTable();
    }
    return (int) (1 + handedOut - before);
  }

  private void nextTable() {
    cursor = 0;
    slot = first(slot + 1);
    if (slot >= 0 && slot < contents[database].tableCount()) {
      return;
    }
    slot = 0;
    contents[database].snapshotIndex(-1);
    walked = ++database == contents.length;
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
    if (to == null) {
      return;
    }
    if (SnapshotBacklog.isLarge(keyspace, entry) || backlog.hasBegun()) {
      backlog.add(databases[index], entry);
    } else {
      to.entry(databases[index], entry);
    }
  }

  /// The value of the entry is about to be changed.
  void beforeChange(Contents where, int entrySlot, long hash, long entry) {
    beforeLeaving(where, entrySlot, hash, entry);
    if (!backlog.isEmpty()) {
      backlog.finish(entry);
    }
  }

  /// The entry is about to be deleted, replaced, moved, or given another expiry time, which leaves
  /// the elements of a large value as they are.
  void beforeLeaving(Contents where, int entrySlot, long hash, long entry) {
    int index = indexOf(where, entrySlot);
    if (isAhead(index, entrySlot, hash) && !Entry.isMarked(entry)) {
      handOut(index, entry);
      Entry.setMarked(entry, true);
    }
  }

  /// Whether a change of the entry's value would hold up everybody, since the value is large and
  /// not handed out yet. From now on that is what is done first.
  boolean shouldWait(Contents where, int entrySlot, long hash, long entry) {
    if (sink == null || !SnapshotBacklog.isLarge(keyspace, entry)) {
      return false;
    }
    beforeLeaving(where, entrySlot, hash, entry);
    return backlog.hasLately(entry);
  }

  /// How many large values were handed out so far: whoever waits for one looks again when it grows.
  public long largeHandedOut() {
    return backlog.completed();
  }

  /// Keeps a large value that nobody else needs any more, if it is still to be handed out.
  boolean keeps(LargeValue value) {
    return backlog.keeps(value);
  }

  /// The entry was created.
  void created(Contents where, int entrySlot, long hash, long entry) {
    if (isAhead(indexOf(where, entrySlot), entrySlot, hash)) {
      Entry.setMarked(entry, true);
    }
  }

  private boolean isAhead(int index, int entrySlot, long hash) {
    if (index < 0 || walked) {
      return false;
    }
    if (index != database) {
      return index > database;
    }
    if (entrySlot != slot) {
      return entrySlot > slot;
    }
    return HashTable.position(hash) >= cursor;
  }
}
