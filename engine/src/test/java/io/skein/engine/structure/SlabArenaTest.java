package io.skein.engine.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.bytes.Memory;
import io.skein.engine.machine.Invariant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SlabArenaTest {
  private record Block(long ref, int bytes, byte fill) {}

  @Test
  void sizeClassesHoldWhatIsAskedAndWasteLittle() {
    for (int bytes = 1; bytes <= SizeClasses.MAX_SMALL; bytes++) {
      int index = SizeClasses.indexOf(bytes);
      int size = SizeClasses.bytes(index);
      assertTrue(size >= bytes);
      assertTrue(bytes <= 8 || index == 0 || SizeClasses.bytes(index - 1) < bytes);
      assertTrue(size - bytes < Math.max(8, bytes / 8 + 1), bytes + " in " + size);
      assertTrue(bytes % 64 != 0 || size % 64 == 0);
    }
    for (int i = 0; i < SizeClasses.COUNT; i++) {
      int span = SizeClasses.pages(i) * SizeClasses.PAGE_BYTES;
      assertTrue(span % SizeClasses.bytes(i) <= span / 50, "class of " + SizeClasses.bytes(i));
    }
  }

  @Test
  void blocksDoNotOverlapAndKeepTheirContent() {
    SplittableRandom random = new SplittableRandom(21);
    try (SlabArena arena = new SlabArena(true)) {
      List<Block> blocks = new ArrayList<>();
      for (int i = 0; i < 60_000; i++) {
        boolean grow = i % 20_000 < 12_000;
        if (blocks.isEmpty() || random.nextInt(10) < (grow ? 7 : 2)) {
          blocks.add(allocate(arena, random));
        } else {
          int at = random.nextInt(blocks.size());
          Block block = blocks.get(at);
          blocks.set(at, blocks.getLast());
          blocks.removeLast();
          checkAndFree(arena, block);
        }
      }
      for (Block block : blocks) {
        checkAndFree(arena, block);
      }
      assertEquals(0, arena.usedBytes());
      assertTrue(arena.reservedBytes() <= SlabArena.CHUNK_BYTES);
    }
  }

  private static Block allocate(SlabArena arena, SplittableRandom random) {
    int limit = 1 << random.nextInt(3, random.nextInt(200) == 0 ? 20 : 12);
    int bytes = 1 + random.nextInt(limit);
    long used = arena.usedBytes();
    long ref = arena.allocate(bytes);
    assertTrue(ref > 0 && ref < 1L << 40);
    assertTrue(arena.usable(ref) >= bytes);
    assertEquals(SlabArena.roundUp(bytes), arena.usable(ref));
    assertEquals(used + arena.usable(ref), arena.usedBytes());
    assertEquals(0, bytes % 64 == 0 ? arena.address(ref) % 64 : 0);
    Block block = new Block(ref, arena.usable(ref), (byte) random.nextInt());
    Memory.fill(arena.address(ref), block.bytes, block.fill);
    return block;
  }

  private static void checkAndFree(SlabArena arena, Block block) {
    long address = arena.address(block.ref);
    for (int i = 0; i < block.bytes; i++) {
      if (Memory.getByte(address + i) != block.fill) {
        assertEquals(block.fill, Memory.getByte(address + i));
      }
    }
    arena.free(block.ref);
  }

  @Test
  void millionsOfEqualBlocksCostLittleMoreThanThemselves() {
    try (SlabArena arena = new SlabArena()) {
      int count = 1_000_000;
      for (int i = 0; i < count; i++) {
        arena.allocate(44);
      }
      assertEquals(44L * count, arena.usedBytes());
      assertTrue(arena.reservedBytes() < 44L * count * 102 / 100 + SlabArena.CHUNK_BYTES);
    }
  }

  @Test
  void givesEmptyChunksBack() {
    try (SlabArena arena = new SlabArena()) {
      long[] refs = new long[200_000];
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < refs.length; i++) {
          refs[i] = arena.allocate(100);
        }
        assertTrue(arena.reservedBytes() >= 100L * refs.length);
        for (long ref : refs) {
          arena.free(ref);
        }
        assertEquals(0, arena.usedBytes());
        assertEquals(SlabArena.CHUNK_BYTES - 128, arena.reservedBytes());
      }
      long large = arena.allocate(100_000_000);
      Memory.putByte(arena.address(large) + 99_999_999, (byte) 1);
      arena.free(large);
      assertEquals(SlabArena.CHUNK_BYTES - 128, arena.reservedBytes());
    }
  }

  @Test
  void refusesReferencesOfNoLiveBlock() {
    try (SlabArena arena = new SlabArena(true)) {
      long ref = arena.allocate(16);
      arena.allocate(16);
      arena.free(ref);
      assertThrows(Invariant.Broken.class, () -> arena.free(ref));
      assertThrows(Invariant.Broken.class, () -> arena.address(ref));
      assertThrows(Invariant.Broken.class, () -> arena.free(1L << 39));
      assertThrows(Invariant.Broken.class, () -> arena.free(0));
    }
  }
}
