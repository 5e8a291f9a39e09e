package io.skein.engine.structure;

/// A place in a [RankedTree] that can be moved, without allocation, to any rank and from record to
/// record both ways.
///
/// A cursor stands on a record or, when it was moved off either end, on none. Every change of the
/// tree invalidates it; it may then be placed anew.
public final class RankedCursor {
  private static final int MOST_LEVELS = 16;

  private final RankedTree tree;
  private final RankedNode[] path = new RankedNode[MOST_LEVELS];
  private final int[] slots = new int[MOST_LEVELS];
  private int bottom;
  private int rank = -1;
  private int index;
  private int leafSize;
  private long leafAddress;

  RankedCursor(RankedTree tree) {
    this.tree = tree;
  }

  /// The address of the record under the cursor, or 0 when there is none.
  public long address() {
    return leafSize == 0 ? 0 : leafAddress + (long) index * tree.recordBytes();
  }

  /// The rank of the record under the cursor; behind the last record, the size of the tree; before
  /// the first, -1.
  public int rank() {
    return rank;
  }

  /// Moves to the record of this rank and returns its address, or 0 when there is none.
  public long toRank(int wanted) {
    if (wanted < 0 || wanted >= tree.size()) {
      leave(wanted < 0 ? -1 : tree.size());
      return 0;
    }
    int left = wanted;
    RankedNode node = tree.root();
    int level = 0;
    while (true) {
      int slot = 0;
      while (left >= node.sizes[slot]) {
        left -= node.sizes[slot++];
      }
      path[level] = node;
      slots[level] = slot;
      if (node.bottom) {
        break;
      }
      node = node.child(slot);
      level++;
    }
    bottom = level;
    enterLeaf();
    index = left;
    rank = wanted;
    return address();
  }

  /// Moves to the first record that is not before what the probe seeks and returns its address, or
  /// 0 when all are before it.
  public long toLowerBound(RankedTree.Probe probe) {
    if (tree.size() == 0) {
      leave(0);
      return 0;
    }
    RankedNode node = tree.root();
    int level = 0;
    int before = 0;
    while (true) {
      int slot = tree.lastChildBefore(node, probe);
      path[level] = node;
      slots[level] = slot;
      before += node.before(slot);
      if (node.bottom) {
        break;
      }
      node = node.child(slot);
      level++;
    }
    bottom = level;
    enterLeaf();
    index = tree.lowerIndex(leafAddress, leafSize, probe);
    rank = before + index;
    if (index == leafSize) {
      index--;
      rank--;
      return next();
    }
    return address();
  }

  /// Moves to the next record and returns its address, or 0 when there is none.
  public long next() {
    if (leafSize == 0) {
      return rank < 0 ? toRank(0) : 0;
    }
    rank++;
    if (++index < leafSize) {
      return address();
    }
    int level = bottom;
    while (slots[level] + 1 == path[level].count) {
      if (level-- == 0) {
        leave(rank);
        return 0;
      }
    }
    slots[level]++;
    for (; level < bottom; level++) {
      path[level + 1] = path[level].child(slots[level]);
      slots[level + 1] = 0;
    }
    enterLeaf();
    index = 0;
    return address();
  }

  /// Moves to the previous record and returns its address, or 0 when there is none.
  public long previous() {
    if (leafSize == 0) {
      return rank >= 0 ? toRank(rank - 1) : 0;
    }
    rank--;
    if (--index >= 0) {
      return address();
    }
    int level = bottom;
    while (slots[level] == 0) {
      if (level-- == 0) {
        leave(-1);
        return 0;
      }
    }
    slots[level]--;
    for (; level < bottom; level++) {
      RankedNode child = path[level].child(slots[level]);
      path[level + 1] = child;
      slots[level + 1] = child.count - 1;
    }
    enterLeaf();
    index = leafSize - 1;
    return address();
  }

  private void leave(int at) {
    rank = at;
    leafSize = 0;
  }

  private void enterLeaf() {
    RankedNode node = path[bottom];
    int slot = slots[bottom];
    leafSize = node.sizes[slot];
    leafAddress = tree.address(node.leaves[slot]);
  }

  // --- for the tree, which changes itself along the path ---

  int bottom() {
    return bottom;
  }

  RankedNode node(int level) {
    return path[level];
  }

  int slot(int level) {
    return slots[level];
  }

  int index() {
    return index;
  }

  int leafSize() {
    return leafSize;
  }
}
