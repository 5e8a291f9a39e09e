package io.skein.engine.value;

import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.structure.EntryVisitor;
import io.skein.engine.structure.Listpack;
import java.util.List;

/// A sorted set: members, each with a score, in the order of scores and, where those are the same,
/// of the members' bytes.
///
/// A member is first looked up with [#locate]; what is asked or done next refers to it.
public final class SortedSetValue extends Value {
  public static final ValueType<SortedSetValue> TYPE =
      new ValueType<>(
          EntryKind.ZSET_LISTPACK,
          EntryKind.ZSET_SKIPLIST,
          Listpack.EMPTY_BYTES,
          SortedSetValue::new);

  /// A packed sorted set does not grow beyond this, whatever the limits are.
  private static final int MAX_PACKED_BYTES = 1 << 30;

  // What locate was asked for.
  private byte[] member = new byte[0];
  private int offset;
  private int length;

  // Where it found it: in a listpack, or in a table.
  private int at;
  private long hash;
  private long ref;

  private SortedSetValue(Place place) {
    super(place);
  }

  @Override
  public void initialize() {
    place.kind(EntryKind.ZSET_LISTPACK);
    Listpack.clear(place.address());
  }

  @Override
  public long size() {
    return count();
  }

  /// The number of elements.
  public int count() {
    return isPacked() ? PackedSortedSet.size(place.address()) : (int) large().elements();
  }

  private boolean isPacked() {
    return place.kind() == EntryKind.ZSET_LISTPACK;
  }

  private LargeSortedSet large() {
    return (LargeSortedSet) place.large();
  }

  // --- one element ---

  /// Looks up a member, and returns whether it is there.
  public boolean locate(byte[] b, int from, int bytes) {
    member = b;
    offset = from;
    length = bytes;
    if (isPacked()) {
      at = PackedSortedSet.find(place.address(), b, from, bytes);
      return at != Listpack.NONE;
    }
    LargeSortedSet large = large();
    hash = large.hash(b, from, bytes);
    ref = large.find(b, from, bytes, hash);
    return ref != 0;
  }

  /// The score of the member that was located.
  public double score() {
    return isPacked() ? PackedSortedSet.score(place.address(), at) : large().score(ref);
  }

  /// The rank of the member that was located, 0 for that with the least score.
  public int rank() {
    return isPacked() ? PackedSortedSet.rank(place.address(), at) : large().rank(ref);
  }

  /// Adds the member that was not located.
  public void add(double score) {
    place.changing();
    if (isPacked() && !fits(count() + 1L, length)) {
      becomeLarge();
      hash = large().hash(member, offset, length);
    }
    if (isPacked()) {
      PackedSortedSet.insert(place, member, offset, length, score);
    } else {
      large().add(member, offset, length, hash, score);
    }
  }

  /// Gives the member that was located another score.
  public void rescore(double score) {
    place.changing();
    if (isPacked()) {
      PackedSortedSet.delete(place, at);
      PackedSortedSet.insert(place, member, offset, length, score);
    } else {
      large().rescore(ref, score);
    }
  }

  /// Removes the member that was located.
  public void delete() {
    place.changing();
    if (isPacked()) {
      PackedSortedSet.delete(place, at);
    } else {
      large().delete(ref);
    }
  }

  // --- encoding ---

  private boolean fits(long members, long memberBytes) {
    EncodingLimits.SortedSetLimits limits = place.limits().sortedSet();
    return members <= limits.entries()
        && memberBytes <= limits.valueBytes()
        && place.length() + memberBytes < MAX_PACKED_BYTES;
  }

  /// Chooses the encoding for so many members to come, the longest of them this long.
  public void prepare(long members, long memberBytes) {
    if (isPacked() && !fits(members, memberBytes)) {
      place.changing();
      becomeLarge();
    }
  }

  private void becomeLarge() {
    LargeSortedSet large = new LargeSortedSet(place.arena(), place.hash());
    SortedSetCursor cursor = cursor();
    for (boolean there = cursor.toRank(0); there; there = cursor.next()) {
      byte[] copy = cursor.member();
      large.append(copy, 0, copy.length, cursor.score());
    }
    place.become(EntryKind.ZSET_SKIPLIST, large);
  }

  /// Fills the sorted set, which is empty, with elements, no two of the same member, in whatever
  /// order.
  public void fill(List<ScoredMember> elements) {
    elements.sort(ScoredMember.ORDER);
    int longest = 0;
    for (ScoredMember element : elements) {
      longest = Math.max(longest, element.member().length);
    }
    prepare(elements.size(), longest);
    place.changing();
    if (isPacked()) {
      for (ScoredMember e : elements) {
        PackedSortedSet.append(place, e.member(), 0, e.member().length, e.score());
      }
    } else {
      LargeSortedSet large = large();
      for (ScoredMember e : elements) {
        large.append(e.member(), 0, e.member().length, e.score());
      }
    }
  }

  // --- order ---

  /// How many elements lie before a bound.
  public int countBefore(SortedSetBound bound) {
    if (bound == SortedSetBound.END) {
      return count();
    }
    return isPacked()
        ? PackedSortedSet.countBefore(place.address(), bound)
        : large().countBefore(bound);
  }

  /// Removes the elements of the ranks from `from` up to but without `to`, which is greater.
  public void removeRange(int from, int to) {
    place.changing();
    if (isPacked()) {
      PackedSortedSet.removeRange(place, from, to);
    } else {
      large().removeRange(from, to);
    }
  }

  /// A new cursor, to be placed by its [SortedSetCursor#toRank].
  public SortedSetCursor cursor() {
    return isPacked() ? new PackedSortedSet.Walk(place.address()) : large().cursor();
  }

  /// Where the listpack of a packed sorted set lies.
  public long packedAddress() {
    return place.address();
  }

  /// The bytes of that listpack.
  public int packedBytes() {
    return Listpack.bytes(place.address());
  }

  // --- scanning ---

  /// Whether the elements are few and packed, so that a scan shows all at once.
  public boolean isScannedAtOnce() {
    return isPacked();
  }

  /// Visits the members of one bucket of the table of a large sorted set, as
  /// [io.skein.engine.structure.HashTable#scan] does.
  public long scan(long cursor, MemberVisitor visitor) {
    LargeSortedSet large = large();
    return large.scan(cursor, new ScanVisitor(large, place, visitor));
  }

  /// Takes an element.
  @FunctionalInterface
  public interface MemberVisitor {
    void visit(long memberAddress, int memberLength, double score);
  }

  private record ScanVisitor(LargeSortedSet large, Place place, MemberVisitor to)
      implements EntryVisitor {
    @Override
    public void visit(long ref) {
      long entry = place.arena().address(ref);
      to.visit(Entry.keyAddress(entry), Entry.keyLength(entry), large.score(ref));
    }
  }
}
