package io.skein.engine.value;

import java.util.Arrays;

/// The nodes of a [Quicklist] in order: for each, where its block is and what is in it.
///
/// A ring of numbers, so that both ends grow and shrink at no cost, and a node is found by its
/// index. Inserting and removing elsewhere moves the nodes of the shorter side.
final class ListNodes {
  /// The form of a node: elements packed into a listpack.
  static final int PACKED = 0;

  /// The form of a node: one large element as it is.
  static final int PLAIN = 1;

  /// Added to the form when the block is compressed.
  static final int COMPRESSED = 2;

  private static final int COUNT_SHIFT = 31;
  private static final int FORM_SHIFT = 61;
  private static final long BYTES_MASK = (1L << COUNT_SHIFT) - 1;
  private static final long COUNT_MASK = (1L << FORM_SHIFT - COUNT_SHIFT) - 1;

  private long[] refs = new long[4];

  /// Bytes, count and form of each node.
  private long[] shapes = new long[4];

  private int head;
  private int size;

  int size() {
    return size;
  }

  /// The reference of the block of node `i`.
  long ref(int i) {
    return refs[head + i & refs.length - 1];
  }

  /// The bytes of the listpack or the plain element, as if it were not compressed.
  int bytes(int i) {
    return (int) (shape(i) & BYTES_MASK);
  }

  /// The number of elements.
  int count(int i) {
    return (int) (shape(i) >>> COUNT_SHIFT & COUNT_MASK);
  }

  /// [#PACKED] or [#PLAIN], and perhaps [#COMPRESSED].
  int form(int i) {
    return (int) (shape(i) >>> FORM_SHIFT);
  }

  private long shape(int i) {
    return shapes[head + i & shapes.length - 1];
  }

  void set(int i, long ref, int bytes, int count, int form) {
    int at = head + i & refs.length - 1;
    refs[at] = ref;
    shapes[at] = bytes | (long) count << COUNT_SHIFT | (long) form << FORM_SHIFT;
  }

  /// Makes room for a node in front of node `i`, to be [#set] at once.
  void insert(int i) {
    if (size == refs.length) {
      grow();
    }
    int mask = refs.length - 1;
    if (i < size - i) {
      head = head - 1 & mask;
      for (int k = 0; k < i; k++) {
        move(head + k + 1 & mask, head + k & mask);
      }
    } else {
      for (int k = size; k > i; k--) {
        move(head + k - 1 & mask, head + k & mask);
      }
    }
    size++;
  }

  /// Forgets node `i`.
  void remove(int i) {
    int mask = refs.length - 1;
    if (i < size - 1 - i) {
      for (int k = i; k > 0; k--) {
        move(head + k - 1 & mask, head + k & mask);
      }
      head = head + 1 & mask;
    } else {
      for (int k = i; k < size - 1; k++) {
        move(head + k + 1 & mask, head + k & mask);
      }
    }
    size--;
    if (refs.length > 64 && size < refs.length >> 3) {
      resize(refs.length >> 1);
    }
  }

  private void move(int from, int to) {
    refs[to] = refs[from];
    shapes[to] = shapes[from];
  }

  private void grow() {
    resize(refs.length * 2);
  }

  private void resize(int capacity) {
    long[] newRefs = new long[capacity];
    long[] newShapes = new long[capacity];
    for (int i = 0; i < size; i++) {
      int at = head + i & refs.length - 1;
      newRefs[i] = refs[at];
      newShapes[i] = shapes[at];
    }
    refs = newRefs;
    shapes = newShapes;
    head = 0;
  }

  /// The same nodes, for a copy that will set the references of its own.
  ListNodes copy() {
    ListNodes copy = new ListNodes();
    copy.refs = Arrays.copyOf(refs, refs.length);
    copy.shapes = Arrays.copyOf(shapes, shapes.length);
    copy.head = head;
    copy.size = size;
    return copy;
  }
}
