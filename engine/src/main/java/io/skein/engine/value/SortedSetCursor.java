package io.skein.engine.value;

import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;

/// A place in a sorted set that moves from element to element without allocation.
///
/// Every change of the sorted set invalidates it.
public abstract sealed class SortedSetCursor permits LargeSortedSet.Walk, PackedSortedSet.Walk {
  /// Moves to the element of this rank; false when there is none.
  public abstract boolean toRank(int rank);

  /// Moves to the next element; false when there is none.
  public abstract boolean next();

  /// Moves to the previous element; false when there is none.
  public abstract boolean previous();

  public abstract double score();

  /// Whether the member is kept as an integer, so that [#integer] has it and [#address] and
  /// [#length] have not.
  public abstract boolean isInteger();

  /// The member, if [#isInteger].
  public abstract long integer();

  /// Where the member's bytes are, if not [#isInteger].
  public abstract long address();

  /// The number of the member's bytes, if not [#isInteger].
  public abstract int length();

  /// A copy of the member.
  public final byte[] member() {
    if (isInteger()) {
      return Numbers.toBytes(integer());
    }
    byte[] copy = new byte[length()];
    Memory.copy(address(), copy, 0, copy.length);
    return copy;
  }
}
