package io.skein.engine.structure;

import io.skein.engine.bytes.Memory;
import io.skein.engine.machine.Invariant;

/// An ordered sequence of records of one size that knows the rank of each: a B+ tree whose nodes
/// count what is below them.
///
/// ```
/// RankedNode (Java)    children in order, each with the number of records below it
///   leaf (native)      up to 64 records, side by side, nothing else
/// ```
///
/// The tree does not know what its records mean. Whoever seeks one brings a [Probe], which compares
/// what it seeks with a record; all probes must agree on one order. A leaf's block is cut to what
/// is in it, so that a small tree is small; records appended in order leave full leaves behind.
///
/// Heuristic: nodes are split when they are full and merged with a neighbour when they are a
/// quarter full and the two fit in three quarters of one. That does not promise a least fill, only
/// that two neighbours are seldom nearly empty.
///
/// *Invariants*: no leaf and no node but an empty tree's root is empty; each count is the number of
/// records below the child.
///
/// *Threads*: none of its own; calls must not overlap.
///
/// *See* Knuth, The Art of Computer Programming 3, 6.2.3 (linear lists by rank) and 6.2.4
/// (B-trees).
public final class RankedTree {
  /// What is sought, and where it belongs in the order of the records.
  @FunctionalInterface
  public interface Probe {
    /// Less than 0 when what is sought belongs before this record, 0 when the record is it, more
    /// than 0 when it belongs behind.
    int compare(long recordAddress);
  }

  /// Takes the address of a record.
  @FunctionalInterface
  public interface RecordVisitor {
    void visit(long recordAddress);
  }

  /// The most records of a leaf.
  static final int LEAF_RECORDS = 64;

  private static final int SPARSE = RankedNode.MOST / 4;
  private static final int MERGED = RankedNode.MOST * 3 / 4;
  private static final int BLOCK_STEP = 16;

  private static final Probe BEHIND_ALL = address -> 1;

  private final SlabArena arena;
  private final int recordBytes;
  private final RankedCursor own = new RankedCursor(this);
  private RankedNode root = new RankedNode(true);
  private int size;
  private long memoryBytes;

  /// An empty tree of records of `recordBytes` bytes, which takes no native memory.
  public RankedTree(SlabArena arena, int recordBytes) {
    this.arena = arena;
    this.recordBytes = recordBytes;
  }

  /// The number of records.
  public int size() {
    return size;
  }

  /// The bytes of a record.
  public int recordBytes() {
    return recordBytes;
  }

  /// The native memory taken.
  public long memoryBytes() {
    return memoryBytes;
  }

  /// A new cursor, on no record yet.
  public RankedCursor cursor() {
    return new RankedCursor(this);
  }

  // --- looking up ---

  /// The address of the record that is what the probe seeks, or 0.
  ///
  /// The record may be changed there, as far as its place in the order stays the same.
  public long find(Probe probe) {
    long address = own.toLowerBound(probe);
    return address != 0 && probe.compare(address) == 0 ? address : 0;
  }

  /// The rank, from 0, of the record that is what the probe seeks, or -1.
  public int rank(Probe probe) {
    return find(probe) == 0 ? -1 : own.rank();
  }

  /// How many records are before what the probe seeks: the rank of the first that is not.
  public int lowerBound(Probe probe) {
    own.toLowerBound(probe);
    return own.rank();
  }

  /// The address of the record of this rank, or 0 when there is none.
  public long at(int rank) {
    return own.toRank(rank);
  }

  RankedNode root() {
    return root;
  }

  long address(long leaf) {
    return arena.address(leaf);
  }

  /// The last child whose first record is before what is sought, or the first child.
  int lastChildBefore(RankedNode node, Probe probe) {
    int low = 1;
    int high = node.count;
    while (low < high) {
      int middle = low + high >>> 1;
      if (probe.compare(firstRecord(node, middle)) > 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low - 1;
  }

  private long firstRecord(RankedNode node, int slot) {
    RankedNode at = node;
    int i = slot;
    while (!at.bottom) {
      at = at.child(i);
      i = 0;
    }
    return arena.address(at.leaves[i]);
  }

  /// How many records of a leaf are before what is sought.
  int lowerIndex(long leafAddress, int records, Probe probe) {
    int low = 0;
    int high = records;
    while (low < high) {
      int middle = low + high >>> 1;
      if (probe.compare(leafAddress + (long) middle * recordBytes) > 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  // --- inserting ---

  /// Makes room for a record behind all others and returns the address at which the caller must
  /// write it.
  public long append() {
    return insert(BEHIND_ALL);
  }

  /// Makes room for a record at the place that the probe seeks and returns the address at which the
  /// caller must write it, before anything else is asked of the tree.
  ///
  /// The tree should not hold a record that the probe takes for what it seeks; if it does, the new
  /// one lies before it.
  public long insert(Probe probe) {
    Invariant.check(size < Integer.MAX_VALUE, "a tree holds fewer than 2^31 records");
    if (size == 0) {
      root.insertLeaf(0, newLeaf(1), 0);
    }
    if (root.count == RankedNode.MOST) {
      RankedNode top = new RankedNode(false);
      top.insertChild(0, root, size);
      root = top;
    }
    // Full nodes are split on the way down, so that each has room for what its child's split adds.
    RankedNode node = root;
    boolean leftmost = true;
    boolean rightmost = true;
    while (!node.bottom) {
      int slot = lastChildBefore(node, probe);
      if (node.child(slot).count == RankedNode.MOST) {
        splitChild(node, slot, leftmost && slot == 0, rightmost && slot == node.count - 1);
        if (probe.compare(firstRecord(node, slot + 1)) > 0) {
          slot++;
        }
      }
      leftmost &= slot == 0;
      rightmost &= slot == node.count - 1;
      node.sizes[slot]++;
      node = node.child(slot);
    }
    size++;
    return insertInto(node, probe, leftmost, rightmost);
  }

  /// Splits a full node in two, unevenly at the ends, where records often come in order.
  private void splitChild(RankedNode node, int slot, boolean first, boolean last) {
    RankedNode left = node.child(slot);
    int kept = last ? RankedNode.MOST - 1 : first ? 1 : RankedNode.MOST / 2;
    RankedNode right = left.splitAt(kept);
    int moved = right.total();
    node.sizes[slot] -= moved;
    node.insertChild(slot + 1, right, moved);
  }

  private long insertInto(RankedNode node, Probe probe, boolean leftmost, boolean rightmost) {
    int slot = lastChildBefore(node, probe);
    int records = node.sizes[slot];
    int index = lowerIndex(arena.address(node.leaves[slot]), records, probe);
    if (records == LEAF_RECORDS) {
      if (rightmost && slot == node.count - 1 && index == records) {
        node.insertLeaf(++slot, newLeaf(BLOCK_STEP), 0);
        index = 0;
      } else if (leftmost && slot == 0 && index == 0) {
        node.insertLeaf(0, newLeaf(BLOCK_STEP), 0);
      } else {
        splitLeaf(node, slot);
        if (index > LEAF_RECORDS / 2) {
          slot++;
          index -= LEAF_RECORDS / 2;
        }
      }
      records = node.sizes[slot];
    }
    long leaf = withRoom(node, slot, records + 1);
    long at = leaf + (long) index * recordBytes;
    Memory.copy(at, at + recordBytes, (long) (records - index) * recordBytes);
    node.sizes[slot] = records + 1;
    return at;
  }

  private void splitLeaf(RankedNode node, int slot) {
    int kept = LEAF_RECORDS / 2;
    int moved = LEAF_RECORDS - kept;
    long right = newLeaf(moved);
    Memory.copy(
        arena.address(node.leaves[slot]) + (long) kept * recordBytes,
        arena.address(right),
        (long) moved * recordBytes);
    node.sizes[slot] = kept;
    node.insertLeaf(slot + 1, right, moved);
  }

  // --- removing ---

  /// Takes out the record that is what the probe seeks, and returns whether it was there.
  public boolean remove(Probe probe) {
    if (find(probe) == 0) {
      return false;
    }
    removeHere(1);
    return true;
  }

  /// Takes out the records of the ranks from `from` up to but without `to`, in order, showing each
  /// to `visitor` first.
  public void removeRange(int from, int to, RecordVisitor visitor) {
    int left = Math.min(to, size) - Math.max(from, 0);
    while (left > 0) {
      long address = own.toRank(Math.max(from, 0));
      int here = Math.min(left, own.leafSize() - own.index());
      for (int i = 0; i < here; i++) {
        visitor.visit(address + (long) i * recordBytes);
      }
      removeHere(here);
      left -= here;
    }
  }

  /// Takes out `count` records of one leaf from the place of [#own] on.
  private void removeHere(int count) {
    int bottom = own.bottom();
    for (int level = 0; level <= bottom; level++) {
      own.node(level).sizes[own.slot(level)] -= count;
    }
    size -= count;
    closeGap(own.node(bottom), own.slot(bottom), own.index(), count);
    for (int level = bottom - 1; level >= 0; level--) {
      RankedNode parent = own.node(level);
      int slot = own.slot(level);
      int children = parent.child(slot).count;
      if (children == 0) {
        parent.remove(slot);
      } else if (children < SPARSE) {
        mergeChild(parent, slot);
      } else {
        break;
      }
    }
    while (!root.bottom && root.count <= 1) {
      root = root.count == 0 ? new RankedNode(true) : root.child(0);
    }
  }

  private void closeGap(RankedNode node, int slot, int index, int count) {
    int records = node.sizes[slot];
    if (records == 0) {
      freeLeaf(node.leaves[slot]);
      node.remove(slot);
      return;
    }
    long at = arena.address(node.leaves[slot]) + (long) index * recordBytes;
    Memory.copy(at + (long) count * recordBytes, at, (long) (records - index) * recordBytes);
    if (records < SPARSE && !mergeLeaf(node, slot)) {
      cutToSize(node, slot);
    }
  }

  private boolean mergeLeaf(RankedNode node, int slot) {
    int left = leftOfMerge(node, slot);
    if (left < 0) {
      return false;
    }
    int kept = node.sizes[left];
    int moved = node.sizes[left + 1];
    long target = withRoom(node, left, kept + moved);
    long source = node.leaves[left + 1];
    Memory.copy(
        arena.address(source), target + (long) kept * recordBytes, (long) moved * recordBytes);
    freeLeaf(source);
    node.sizes[left] = kept + moved;
    node.remove(left + 1);
    return true;
  }

  private static int leftOfMerge(RankedNode node, int slot) {
    if (slot + 1 < node.count && node.sizes[slot] + node.sizes[slot + 1] <= MERGED) {
      return slot;
    }
    return slot > 0 && node.sizes[slot - 1] + node.sizes[slot] <= MERGED ? slot - 1 : -1;
  }

  private static void mergeChild(RankedNode parent, int slot) {
    int children = parent.child(slot).count;
    int left;
    if (slot + 1 < parent.count && children + parent.child(slot + 1).count <= MERGED) {
      left = slot;
    } else if (slot > 0 && parent.child(slot - 1).count + children <= MERGED) {
      left = slot - 1;
    } else {
      return;
    }
    parent.child(left).append(parent.child(left + 1));
    parent.sizes[left] += parent.sizes[left + 1];
    parent.remove(left + 1);
  }

  /// Gives back native memory of at most `leaves` leaves, and returns whether the tree is empty now
  /// and can be used again; until then nothing but this method may be used.
  public boolean free(int leaves) {
    for (int i = 0; i < leaves && root.count > 0; i++) {
      freeLastLeaf(root);
    }
    if (root.count > 0) {
      return false;
    }
    root = new RankedNode(true);
    size = 0;
    return true;
  }

  private void freeLastLeaf(RankedNode node) {
    int last = node.count - 1;
    if (node.bottom) {
      freeLeaf(node.leaves[last]);
      node.remove(last);
      return;
    }
    RankedNode child = node.child(last);
    freeLastLeaf(child);
    if (child.count == 0) {
      node.remove(last);
    }
  }

  // --- blocks ---

  /// The bytes of a block for so many records, with a little room to grow.
  private int blockBytes(int records) {
    int room = records <= 4 ? 4 : records <= 8 ? 8 : records + BLOCK_STEP - 1 & -BLOCK_STEP;
    return room * recordBytes;
  }

  private long newLeaf(int records) {
    long leaf = arena.allocate(blockBytes(records));
    memoryBytes += arena.usable(leaf);
    return leaf;
  }

  private void freeLeaf(long leaf) {
    memoryBytes -= arena.usable(leaf);
    arena.free(leaf);
  }

  /// The address of a leaf once it has room for so many records.
  private long withRoom(RankedNode node, int slot, int records) {
    long leaf = node.leaves[slot];
    if (arena.usable(leaf) >= records * recordBytes) {
      return arena.address(leaf);
    }
    return moveLeaf(node, slot, records);
  }

  private void cutToSize(RankedNode node, int slot) {
    int records = node.sizes[slot];
    if (arena.usable(node.leaves[slot]) >= 2 * SlabArena.roundUp(blockBytes(records))) {
      moveLeaf(node, slot, records);
    }
  }

  private long moveLeaf(RankedNode node, int slot, int records) {
    long old = node.leaves[slot];
    long leaf = newLeaf(records);
    long address = arena.address(leaf);
    Memory.copy(arena.address(old), address, (long) node.sizes[slot] * recordBytes);
    freeLeaf(old);
    node.leaves[slot] = leaf;
    return address;
  }

  // --- checks ---

  /// Checks the invariants that need no probe; for tests.
  void check() {
    Invariant.check(check(root) == size, "the counts add up to the size");
  }

  private int check(RankedNode node) {
    Invariant.check(node == root || node.count > 0, "no node but the root is empty");
    Invariant.check(node.count <= RankedNode.MOST, "no node has too many children");
    for (int i = 0; i < node.count; i++) {
      int records = node.bottom ? checkLeaf(node, i) : check(node.child(i));
      Invariant.check(records == node.sizes[i], "a child has as many records as its parent says");
    }
    return node.total();
  }

  private int checkLeaf(RankedNode node, int slot) {
    int records = node.sizes[slot];
    Invariant.check(records > 0 && records <= LEAF_RECORDS, "a leaf has 1 to 64 records");
    Invariant.check(
        arena.usable(node.leaves[slot]) >= records * recordBytes, "a leaf's records fit its block");
    return records;
  }
}
