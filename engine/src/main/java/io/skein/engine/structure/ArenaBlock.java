package io.skein.engine.structure;

import io.skein.engine.bytes.Memory;

/// A [Block] that is a block of an arena by itself.
///
/// One object can look at one block after another: what refers to them keeps reference and length,
/// sets the object on them for an edit ([#at]), and takes both back afterwards.
public final class ArenaBlock implements Block {
  private final SlabArena arena;
  private long ref;
  private int length;

  /// A view of no block yet.
  public ArenaBlock(SlabArena arena) {
    this.arena = arena;
  }

  /// Looks at `bytes` bytes of the block `reference`.
  public ArenaBlock at(long reference, int bytes) {
    ref = reference;
    length = bytes;
    return this;
  }

  /// Allocates a block of `bytes` bytes, their content undefined, and looks at it.
  public ArenaBlock allocate(int bytes) {
    return at(arena.allocate(bytes), bytes);
  }

  /// The reference of the block, which changes when it moves.
  public long ref() {
    return ref;
  }

  /// Frees the block.
  public void free() {
    arena.free(ref);
    ref = 0;
    length = 0;
  }

  @Override
  public long address() {
    return arena.address(ref);
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public long resize(int bytes) {
    int usable = arena.usable(ref);
    boolean wasteful = usable - SlabArena.roundUp(bytes) > usable >> 2;
    if (bytes > usable || bytes < length && wasteful) {
      long moved = arena.allocate(spacious(bytes, length));
      Memory.copy(arena.address(ref), arena.address(moved), Math.min(bytes, length));
      arena.free(ref);
      ref = moved;
    }
    length = bytes;
    return arena.address(ref);
  }

  /// How much to allocate for `bytes` bytes of something that had `before`: blocks beyond the size
  /// classes get room to grow, since each move asks the system.
  public static int spacious(int bytes, int before) {
    if (bytes <= before || bytes <= SizeClasses.MAX_SMALL) {
      return bytes;
    }
    return (int) Math.min((long) bytes + (bytes >> 3), Integer.MAX_VALUE - 64);
  }
}
