package io.skein.engine.value;

import io.skein.engine.bytes.Lzf;
import io.skein.engine.bytes.Memory;
import io.skein.engine.machine.Invariant;
import io.skein.engine.structure.ArenaBlock;
import io.skein.engine.structure.SlabArena;

/// The memory of a [Quicklist]: the blocks of its nodes, those far from both ends compressed where
/// that gains anything. A reader expands a node aside, a writer in place.
abstract sealed class ListBlocks permits Quicklist {
  private static final int LEAST_COMPRESSED = 48;
  private static final int LEAST_GAIN = 8;

  /// Compressed blocks begin with the number of bytes that follow.
  private static final int PREFIX = Integer.BYTES;

  final SlabArena arena;
  final ArenaBlock block;
  final ListNodes nodes;
  final int depth;

  /// Where a compressed node was expanded to be read, and which one; 0 for none.
  private long scratch;

  private long scratchOf;

  ListBlocks(SlabArena arena, int depth, ListNodes nodes) {
    this.arena = arena;
    this.depth = depth;
    this.nodes = nodes;
    this.block = new ArenaBlock(arena);
  }

  /// The native memory of all blocks, in bytes.
  final long blockBytes() {
    long bytes = scratch == 0 ? 0 : arena.usable(scratch);
    for (int i = 0; i < nodes.size(); i++) {
      bytes += arena.usable(nodes.ref(i));
    }
    return bytes;
  }

  /// The number of nodes.
  public final int nodeCount() {
    return nodes.size();
  }

  /// The number of elements of node `i`.
  public final int count(int i) {
    return nodes.count(i);
  }

  /// The bytes of node `i`, as if it were not compressed.
  public final int bytes(int i) {
    return nodes.bytes(i);
  }

  /// Whether node `i` is one large element as it is, rather than a listpack.
  public final boolean isPlain(int i) {
    return (nodes.form(i) & ListNodes.PLAIN) != 0;
  }

  public final boolean isCompressed(int i) {
    return (nodes.form(i) & ListNodes.COMPRESSED) != 0;
  }

  /// The bytes that node `i` takes where it is.
  public final int storedBytes(int i) {
    return isCompressed(i) ? PREFIX + Memory.getInt(arena.address(nodes.ref(i))) : nodes.bytes(i);
  }

  /// The number of nodes at each end that are not compressed; 0 when none are compressed.
  public final int depth() {
    return depth;
  }

  /// The address of the listpack or the plain element of node `i`; good until another node is asked
  /// for or the list changes.
  public final long content(int i) {
    long ref = nodes.ref(i);
    if (!isCompressed(i)) {
      return arena.address(ref);
    }
    if (scratchOf != ref) {
      releaseScratch();
      scratch = arena.allocate(nodes.bytes(i));
      scratchOf = ref;
      decompress(ref, arena.address(scratch), nodes.bytes(i));
    }
    return arena.address(scratch);
  }

  /// Gives up what [#content] has set aside.
  public final void doneReading() {
    releaseScratch();
  }

  final void releaseScratch() {
    if (scratch != 0) {
      arena.free(scratch);
      scratch = 0;
      scratchOf = 0;
    }
  }

  // --- compression ---

  private void decompress(long ref, long to, int length) {
    long from = arena.address(ref);
    byte[] packed = new byte[Memory.getInt(from)];
    byte[] raw = new byte[length];
    Memory.copy(from + PREFIX, packed, 0, packed.length);
    boolean sound = Lzf.decompress(packed, 0, packed.length, raw, 0, length);
    Invariant.check(sound, "a compressed node can be expanded");
    Memory.copy(raw, 0, to, length);
  }

  final void expand(int i) {
    if (!isCompressed(i)) {
      return;
    }
    int bytes = nodes.bytes(i);
    long ref = nodes.ref(i);
    long raw;
    if (scratchOf == ref) {
      raw = scratch;
      scratch = 0;
      scratchOf = 0;
    } else {
      raw = arena.allocate(bytes);
      decompress(ref, arena.address(raw), bytes);
    }
    arena.free(ref);
    nodes.set(i, raw, bytes, nodes.count(i), nodes.form(i) & ~ListNodes.COMPRESSED);
  }

  private void compress(int i) {
    int bytes = nodes.bytes(i);
    if (isCompressed(i) || bytes < LEAST_COMPRESSED) {
      return;
    }
    byte[] raw = new byte[bytes];
    byte[] packed = new byte[bytes];
    Memory.copy(arena.address(nodes.ref(i)), raw, 0, bytes);
    int length = new Lzf().compress(raw, 0, bytes, packed, 0, bytes);
    if (length == 0 || length + LEAST_GAIN >= bytes) {
      return;
    }
    long ref = arena.allocate(PREFIX + length);
    long address = arena.address(ref);
    Memory.putInt(address, length);
    Memory.copy(packed, 0, address + PREFIX, length);
    arena.free(nodes.ref(i));
    nodes.set(i, ref, bytes, nodes.count(i), nodes.form(i) | ListNodes.COMPRESSED);
  }

  /// Compresses node `i` if it is far enough from both ends, and sees to those that have come
  /// nearer to an end or further away.
  final void tidy(int i) {
    int n = nodes.size();
    if (depth == 0 || n < 2L * depth) {
      return;
    }
    for (int k = 0; k < depth; k++) {
      int mirror = n - 1 - k;
      expand(k);
      expand(mirror);
      if (mirror - k <= 1) {
        return;
      }
    }
    if (i >= depth && i < n - depth) {
      compress(i);
    }
    compress(depth);
    compress(n - 1 - depth);
  }

  // --- writing ---

  /// Sets [#block] on node `i`, which is to be edited; [#edited] ends that.
  final ArenaBlock edit(int i) {
    expand(i);
    return block.at(nodes.ref(i), nodes.bytes(i));
  }

  final void edited(int i, int elements) {
    nodes.set(i, block.ref(), block.length(), elements, ListNodes.PACKED);
  }

  /// Makes node `i`, which is new, the slice as it is.
  final void setPlain(int i, byte[] b, int offset, int length) {
    long ref = arena.allocate(Math.max(1, length));
    Memory.copy(b, offset, arena.address(ref), length);
    nodes.set(i, ref, length, 1, ListNodes.PLAIN);
  }

  /// Gives up the block of node `i`.
  final void freeBlock(int i) {
    if (nodes.ref(i) == scratchOf) {
      releaseScratch();
    }
    arena.free(nodes.ref(i));
  }
}
