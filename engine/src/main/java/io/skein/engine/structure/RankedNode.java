package io.skein.engine.structure;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// An inner node of a [RankedTree]: its children in order, and how many records lie below each.
///
/// The children of a *bottom* node are leaves, known by their arena references; those of any other
/// node are nodes.
final class RankedNode {
  /// The most children of a node.
  static final int MOST = 64;

  private static final int LEAST_CAPACITY = 4;

  final boolean bottom;
  int count;
  int[] sizes;
  long[] leaves;
  private @Nullable RankedNode[] nodes;

  RankedNode(boolean bottom) {
    this(bottom, LEAST_CAPACITY);
  }

  private RankedNode(boolean bottom, int capacity) {
    this.bottom = bottom;
    sizes = new int[capacity];
    leaves = new long[bottom ? capacity : 0];
    nodes = new @Nullable RankedNode[bottom ? 0 : capacity];
  }

  RankedNode child(int slot) {
    return Objects.requireNonNull(nodes[slot]);
  }

  void insertLeaf(int slot, long leaf, int size) {
    open(slot, size);
    leaves[slot] = leaf;
  }

  void insertChild(int slot, RankedNode child, int size) {
    open(slot, size);
    nodes[slot] = child;
  }

  private void open(int slot, int size) {
    if (count == sizes.length) {
      int capacity = Math.min(MOST, 2 * count);
      sizes = Arrays.copyOf(sizes, capacity);
      if (bottom) {
        leaves = Arrays.copyOf(leaves, capacity);
      } else {
        nodes = Arrays.copyOf(nodes, capacity);
      }
    }
    int behind = count - slot;
    System.arraycopy(sizes, slot, sizes, slot + 1, behind);
    if (bottom) {
      System.arraycopy(leaves, slot, leaves, slot + 1, behind);
    } else {
      System.arraycopy(nodes, slot, nodes, slot + 1, behind);
    }
    sizes[slot] = size;
    count++;
  }

  void remove(int slot) {
    int behind = --count - slot;
    System.arraycopy(sizes, slot + 1, sizes, slot, behind);
    if (bottom) {
      System.arraycopy(leaves, slot + 1, leaves, slot, behind);
    } else {
      System.arraycopy(nodes, slot + 1, nodes, slot, behind);
      nodes[count] = null;
    }
  }

  /// Moves the children from `from` on into a new node.
  RankedNode splitAt(int from) {
    int moved = count - from;
    RankedNode right = new RankedNode(bottom, Math.max(LEAST_CAPACITY, sizes.length));
    System.arraycopy(sizes, from, right.sizes, 0, moved);
    if (bottom) {
      System.arraycopy(leaves, from, right.leaves, 0, moved);
    } else {
      System.arraycopy(nodes, from, right.nodes, 0, moved);
      Arrays.fill(nodes, from, count, null);
    }
    right.count = moved;
    count = from;
    return right;
  }

  /// Takes over the children of the right neighbour.
  void append(RankedNode right) {
    for (int i = 0; i < right.count; i++) {
      if (bottom) {
        insertLeaf(count, right.leaves[i], right.sizes[i]);
      } else {
        insertChild(count, right.child(i), right.sizes[i]);
      }
    }
  }

  /// The records below all children.
  int total() {
    int total = 0;
    for (int i = 0; i < count; i++) {
      total += sizes[i];
    }
    return total;
  }

  /// The records below the children before `slot`.
  int before(int slot) {
    int sum = 0;
    for (int i = 0; i < slot; i++) {
      sum += sizes[i];
    }
    return sum;
  }
}
