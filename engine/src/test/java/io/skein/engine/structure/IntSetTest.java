package io.skein.engine.structure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.bytes.Memory;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IntSetTest {
  private static final long SEED = 20260101;

  private final SlabArena arena = new SlabArena(true);
  private MovingBlock block = new MovingBlock(arena);

  /// A block that moves at every change of its length.
  private static final class MovingBlock implements Block {
    private final SlabArena arena;
    private long ref;
    private int length = 1;

    MovingBlock(SlabArena arena) {
      this.arena = arena;
      this.ref = arena.allocate(1);
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
      long moved = arena.allocate(bytes);
      Memory.copy(arena.address(ref), arena.address(moved), Math.min(bytes, length));
      arena.free(ref);
      ref = moved;
      length = bytes;
      return arena.address(ref);
    }
  }

  @BeforeEach
  void begin() {
    block = new MovingBlock(arena);
    IntSet.clear(block);
  }

  @AfterEach
  void end() {
    arena.close();
  }

  @Test
  void isAsWideAsItsWidestMember() {
    IntSet.add(block, 32767);
    IntSet.add(block, -32768);
    assertEquals(8 + 2 * 2, block.length());
    IntSet.add(block, 32768);
    assertEquals(8 + 3 * 4, block.length());
    IntSet.add(block, -2147483649L);
    assertEquals(8 + 4 * 8, block.length());
    assertMembers(new TreeSet<>(java.util.List.of(-2147483649L, -32768L, 32767L, 32768L)));
  }

  @Test
  void staysWideWhenTheWidestMemberGoes() {
    IntSet.add(block, 1);
    IntSet.add(block, Long.MAX_VALUE);
    assertTrue(IntSet.remove(block, Long.MAX_VALUE));
    assertEquals(8 + 8, block.length());
    assertTrue(IntSet.contains(block.address(), 1));
  }

  @Test
  void behavesLikeASortedSet() {
    for (long range : new long[] {50, 40_000, 1L << 34, Long.MAX_VALUE}) {
      Random random = new Random(SEED + range);
      TreeSet<Long> model = new TreeSet<>();
      IntSet.clear(block);
      for (int i = 0; i < 3000; i++) {
        long value = random.nextLong() % range;
        if (random.nextInt(3) > 0) {
          assertEquals(model.add(value), IntSet.add(block, value));
        } else if (!model.isEmpty() && random.nextBoolean()) {
          long member = IntSet.at(block.address(), random.nextInt(model.size()));
          assertTrue(model.remove(member));
          assertTrue(IntSet.remove(block, member));
        } else {
          assertEquals(model.remove(value), IntSet.remove(block, value));
        }
        assertEquals(model.contains(value + 1), IntSet.contains(block.address(), value + 1));
      }
      assertMembers(model);
    }
  }

  private void assertMembers(TreeSet<Long> model) {
    assertEquals(model.size(), IntSet.size(block.address()));
    int i = 0;
    for (long member : model) {
      assertEquals(member, IntSet.at(block.address(), i));
      assertEquals(i, IntSet.find(block.address(), member));
      i++;
    }
    assertTrue(IntSet.validate(block.address(), block.length()));
  }

  @Test
  void validatesOnlyWhatIsInOrderAndOfItsLength() {
    assertFalse(IntSet.validate(block.address(), block.length()), "empty");
    IntSet.add(block, 1);
    IntSet.add(block, 70_000);
    long address = block.address();
    assertTrue(IntSet.validate(address, 16));
    assertFalse(IntSet.validate(address, 15));
    assertFalse(IntSet.validate(address, 12));
    assertFalse(IntSet.validate(address, 4));
    Memory.putInt(address + 8, 70_000);
    assertFalse(IntSet.validate(address, 16), "a member twice");
    Memory.putInt(address + 8, 70_001);
    assertFalse(IntSet.validate(address, 16), "out of order");
    Memory.putInt(address + 8, 1);
    Memory.putInt(address, 3);
    assertFalse(IntSet.validate(address, 16), "no such width");
    Memory.putInt(address, 8);
    assertFalse(IntSet.validate(address, 16), "longer than the block");
  }
}
