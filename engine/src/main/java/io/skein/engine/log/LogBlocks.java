package io.skein.engine.log;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The newest stretch of the log's bytes, in blocks of native memory: appended at one end, dropped
/// at the other.
///
/// A position is a number of bytes since the beginning of the history. Bytes from [#first] up to
/// [#end] are held.
///
/// *Invariants*: blocks are full except for the last one; the oldest byte held lies in the first
/// block.
final class LogBlocks {
  static final int BLOCK_BYTES = 1 << 18;

  /// One block, and the arena that gives it back.
  private record Block(Arena arena, MemorySegment bytes) {}

  private @Nullable Block[] ring = new @Nullable Block[4];
  private int head;
  private int count;
  private @Nullable Block spare;

  /// The position of the first byte of the first block.
  private long base;

  private long end;

  LogBlocks(long position) {
    base = position;
    end = position;
  }

  /// Returns the position of the oldest byte held.
  long first() {
    return base;
  }

  /// Returns the position after the newest byte.
  long end() {
    return end;
  }

  /// Returns the native memory in use, in bytes.
  long capacityBytes() {
    return (long) (count + (spare == null ? 0 : 1)) * BLOCK_BYTES;
  }

  void append(byte[] b, int offset, int length) {
    int at = offset;
    int left = length;
    while (left > 0) {
      int in = (int) ((end - base) % BLOCK_BYTES);
      if (in == 0 && end - base == (long) count * BLOCK_BYTES) {
        addBlock();
      }
      int n = Math.min(left, BLOCK_BYTES - in);
      MemorySegment.copy(b, at, block(count - 1), ValueLayout.JAVA_BYTE, in, n);
      end += n;
      at += n;
      left -= n;
    }
  }

  /// Copies `length` bytes from `position`, which all have to be held.
  void copy(long position, byte[] to, int offset, int length) {
    long from = position - base;
    int at = offset;
    int left = length;
    while (left > 0) {
      int in = (int) (from % BLOCK_BYTES);
      int n = Math.min(left, BLOCK_BYTES - in);
      MemorySegment.copy(block((int) (from / BLOCK_BYTES)), ValueLayout.JAVA_BYTE, in, to, at, n);
      from += n;
      at += n;
      left -= n;
    }
  }

  /// Gives up blocks that lie wholly before `position`.
  void dropBefore(long position) {
    while (count > 0 && base + BLOCK_BYTES <= Math.min(position, end)) {
      Block dropped = ring[head];
      ring[head] = null;
      head = (head + 1) % ring.length;
      count--;
      base += BLOCK_BYTES;
      keepOrFree(dropped);
    }
  }

  /// Gives up everything and goes on at `position`.
  void reset(long position) {
    for (int i = 0; i < count; i++) {
      keepOrFree(ring[(head + i) % ring.length]);
    }
    Arrays.fill(ring, null);
    if (spare != null) {
      spare.arena().close();
      spare = null;
    }
    head = 0;
    count = 0;
    base = position;
    end = position;
  }

  private void keepOrFree(@Nullable Block block) {
    if (block == null) {
      return;
    }
    if (spare == null) {
      spare = block;
    } else {
      block.arena().close();
    }
  }

  /// Adds a block; its arena is closed when the block is dropped and not kept as a spare.
  @SuppressWarnings("MustBeClosedChecker")
  private void addBlock() {
    if (count == ring.length) {
      @Nullable Block[] larger = new @Nullable Block[ring.length * 2];
      for (int i = 0; i < count; i++) {
        larger[i] = ring[(head + i) % ring.length];
      }
      ring = larger;
      head = 0;
    }
    Block next = spare;
    if (next == null) {
      Arena arena = Arena.ofShared();
      next = new Block(arena, arena.allocate(BLOCK_BYTES));
    }
    spare = null;
    ring[(head + count) % ring.length] = next;
    count++;
  }

  private MemorySegment block(int index) {
    Block block = ring[(head + index) % ring.length];
    if (block == null) {
      throw new IllegalStateException("no block " + index);
    }
    return block.bytes();
  }
}
