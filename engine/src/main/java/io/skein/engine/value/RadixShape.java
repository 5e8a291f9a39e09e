package io.skein.engine.value;

/// How many nodes the radix tree has in which Redis keeps the nodes of a stream: XINFO tells it.
///
/// Keys are ids of 16 bytes, the most significant first. A run of bytes without a branch is one
/// node, each branch is one, and so is each key's end.
final class RadixShape {
  private static final int KEY_BYTES = 16;

  private final StreamNodes nodes;

  RadixShape(StreamNodes nodes) {
    this.nodes = nodes;
  }

  long count() {
    return nodes.count() == 0 ? 1 : count(0, nodes.count() - 1, 0);
  }

  /// The nodes below the first `depth` bytes, which the keys of these ranks share.
  private long count(int first, int last, int depth) {
    if (first == last) {
      return depth < KEY_BYTES ? 2 : 1;
    }
    int common = depth;
    while (keyByte(first, common) == keyByte(last, common)) {
      common++;
    }
    long count = common > depth ? 2 : 1;
    int from = first;
    while (from <= last) {
      int to = lastWith(from, last, common);
      count += count(from, to, common + 1);
      from = to + 1;
    }
    return count;
  }

  /// The last rank up to `last` whose key has the same byte at `index` as that of `from`.
  private int lastWith(int from, int last, int index) {
    int wanted = keyByte(from, index);
    int low = from;
    int high = last;
    while (low < high) {
      int middle = low + high + 1 >>> 1;
      if (keyByte(middle, index) == wanted) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private int keyByte(int rank, int index) {
    long half = index < Long.BYTES ? nodes.ms(rank) : nodes.seq(rank);
    return (int) (half >>> 8 * (Long.BYTES - 1 - index % Long.BYTES)) & 0xff;
  }
}
