package io.skein.engine.value;

import io.skein.engine.bytes.KeyHash;
import io.skein.engine.bytes.Memory;
import io.skein.engine.machine.Invariant;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.structure.EntryVisitor;
import io.skein.engine.structure.HashTable;
import io.skein.engine.structure.RankedCursor;
import io.skein.engine.structure.RankedTree;
import io.skein.engine.structure.SlabArena;

/// A sorted set of many elements: a table of its members, each with its score, and a tree that has
/// them in order.
///
/// ```
/// member (entry)     member, and the score in eight bytes as its value
/// record of the tree  score : 64 | reference of the member's entry : 40
/// ```
///
/// The score stands in both, so that neither way of looking one up touches what the other needs.
/// Equal scores are in the order of the members' bytes.
final class LargeSortedSet implements LargeValue {
  private static final int RECORD_BYTES = 13;
  private static final int RECORDS_PER_LEAF = 64;

  private final SlabArena arena;
  private final KeyHash hash;
  private final HashTable members;
  private final RankedTree order;
  private final Sought sought;
  private long entryBytes;

  /// An empty one.
  LargeSortedSet(SlabArena arena, KeyHash hash) {
    this.arena = arena;
    this.hash = hash;
    members = new HashTable(arena, hash);
    order = new RankedTree(arena, RECORD_BYTES);
    sought = new Sought(arena);
  }

  /// Where an element belongs.
  private static final class Sought implements RankedTree.Probe {
    private final SlabArena arena;
    private double score;
    private long ref;
    private long member;
    private int length;

    Sought(SlabArena arena) {
      this.arena = arena;
    }

    Sought of(double elementScore, long elementRef) {
      score = elementScore;
      ref = elementRef;
      long entry = arena.address(elementRef);
      member = Entry.keyAddress(entry);
      length = Entry.keyLength(entry);
      return this;
    }

    @Override
    public int compare(long record) {
      double other = scoreOf(record);
      if (score != other) {
        return score < other ? -1 : 1;
      }
      long otherRef = refOf(record);
      if (ref == otherRef) {
        return 0;
      }
      long entry = arena.address(otherRef);
      return Memory.compare(member, length, Entry.keyAddress(entry), Entry.keyLength(entry));
    }
  }

  private static double scoreOf(long record) {
    return Double.longBitsToDouble(Memory.getLong(record));
  }

  private static long refOf(long record) {
    return (Memory.getInt(record + 8) & 0xffffffffL)
        | (Memory.getByte(record + 12) & 0xffL) << Integer.SIZE;
  }

  private static void write(long record, double score, long ref) {
    Memory.putLong(record, Double.doubleToRawLongBits(score));
    Memory.putInt(record + 8, (int) ref);
    Memory.putByte(record + 12, (byte) (ref >>> Integer.SIZE));
  }

  // --- members ---

  long hash(byte[] b, int offset, int length) {
    return hash.of(b, offset, length);
  }

  /// The reference of a member, or 0.
  long find(byte[] b, int offset, int length, long hashOfMember) {
    return members.find(b, offset, length, hashOfMember);
  }

  double score(long ref) {
    return Double.longBitsToDouble(Memory.getLong(Entry.valueAddress(arena.address(ref))));
  }

  int rank(long ref) {
    return order.rank(sought.of(score(ref), ref));
  }

  /// Adds a member that is not there.
  void add(byte[] b, int offset, int length, long hashOfMember, double score) {
    long ref = insertMember(b, offset, length, hashOfMember, score);
    write(order.insert(sought.of(score, ref)), score, ref);
  }

  /// Adds an element that belongs behind all others.
  void append(byte[] b, int offset, int length, double score) {
    long ref = insertMember(b, offset, length, hash.of(b, offset, length), score);
    write(order.append(), score, ref);
  }

  private long newMember(int length) {
    long ref = arena.allocate(Entry.size(length, Double.BYTES, Entry.NO_EXPIRY));
    entryBytes += arena.usable(ref);
    return ref;
  }

  private long insertMember(byte[] b, int offset, int length, long hashOfMember, double score) {
    long ref = newMember(length);
    long value =
        Entry.write(
            arena.address(ref),
            EntryKind.MEMBER,
            0,
            Entry.NO_EXPIRY,
            b,
            offset,
            length,
            Double.BYTES);
    Memory.putLong(value, Double.doubleToRawLongBits(score));
    members.insert(hashOfMember, ref);
    return ref;
  }

  private void freeMember(long ref) {
    entryBytes -= arena.usable(ref);
    arena.free(ref);
  }

  /// Gives a member another score.
  void rescore(long ref, double score) {
    boolean found = order.remove(sought.of(score(ref), ref));
    Invariant.check(found, "a member of a sorted set has its place in the order");
    Memory.putLong(Entry.valueAddress(arena.address(ref)), Double.doubleToRawLongBits(score));
    write(order.insert(sought.of(score, ref)), score, ref);
  }

  /// Removes a member.
  void delete(long ref) {
    boolean found = order.remove(sought.of(score(ref), ref));
    Invariant.check(found, "a member of a sorted set has its place in the order");
    forget(ref);
  }

  private void forget(long ref) {
    long entry = arena.address(ref);
    members.remove(hash.of(Entry.keyAddress(entry), Entry.keyLength(entry)), ref);
    freeMember(ref);
  }

  /// Removes the elements of the ranks from `from` up to but without `to`.
  void removeRange(int from, int to) {
    order.removeRange(from, to, record -> forget(refOf(record)));
  }

  // --- order ---

  /// How many elements lie before a bound.
  int countBefore(SortedSetBound bound) {
    if (!bound.needsMember()) {
      return order.lowerBound(record -> bound.isBehind(scoreOf(record)) ? 1 : -1);
    }
    return order.lowerBound(record -> {
      long entry = arena.address(refOf(record));
      return bound.isBehind(Entry.keyAddress(entry), Entry.keyLength(entry)) ? 1 : -1;
    });
  }

  SortedSetCursor cursor() {
    return new Walk(arena, order.cursor());
  }

  /// Visits members as [HashTable#scan] does.
  long scan(long cursor, EntryVisitor visitor) {
    return members.scan(cursor, visitor);
  }

  /// A cursor on the tree.
  static final class Walk extends SortedSetCursor {
    private final SlabArena arena;
    private final RankedCursor cursor;
    private long record;
    private long entry;

    Walk(SlabArena arena, RankedCursor cursor) {
      this.arena = arena;
      this.cursor = cursor;
    }

    private boolean at(long found) {
      record = found;
      if (found == 0) {
        return false;
      }
      entry = arena.address(refOf(found));
      return true;
    }

    @Override
    public boolean toRank(int rank) {
      return at(cursor.toRank(rank));
    }

    @Override
    public boolean next() {
      return at(cursor.next());
    }

    @Override
    public boolean previous() {
      return at(cursor.previous());
    }

    @Override
    public double score() {
      return scoreOf(record);
    }

    @Override
    public boolean isInteger() {
      return false;
    }

    @Override
    public long integer() {
      throw new IllegalStateException("the member is kept as text");
    }

    @Override
    public long address() {
      return Entry.keyAddress(entry);
    }

    @Override
    public int length() {
      return Entry.keyLength(entry);
    }
  }

  // --- the whole ---

  @Override
  public long elements() {
    return members.size();
  }

  @Override
  public long memoryBytes() {
    return entryBytes + members.nativeBytes() + order.memoryBytes();
  }

  @Override
  public boolean free(int budget) {
    boolean noMembers = members.clear(budget, this::freeMember);
    boolean noOrder = order.free(budget / RECORDS_PER_LEAF + 1);
    return noMembers && noOrder;
  }

  @Override
  public LargeValue copy() {
    LargeSortedSet copy = new LargeSortedSet(arena, hash);
    RankedCursor from = order.cursor();
    for (long record = from.toRank(0); record != 0; record = from.next()) {
      long source = refOf(record);
      long ref = copy.newMember(Entry.keyLength(arena.address(source)));
      long entry = arena.address(source);
      Memory.copy(entry, arena.address(ref), Entry.size(entry));
      copy.members.insert(hash.of(Entry.keyAddress(entry), Entry.keyLength(entry)), ref);
      write(copy.order.append(), scoreOf(record), ref);
    }
    return copy;
  }
}
