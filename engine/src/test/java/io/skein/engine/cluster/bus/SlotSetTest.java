package io.skein.engine.cluster.bus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SlotSetTest {
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void behavesAsASetWhateverPartOfItIsKept(long seed) {
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      BitSet one = draw(random);
      BitSet other = draw(random);
      SlotSet set = of(one);
      check(one, set, random);
      BitSet rest = (BitSet) one.clone();
      rest.andNot(other);
      SlotSet left = set.minus(of(other));
      check(rest, left, random);
      assertEquals(of(rest), left, () -> "seed " + seed);
      assertEquals(of(rest).hashCode(), left.hashCode());
      assertEquals(one.equals(other), set.equals(of(other)));
    }
  }

  private static BitSet draw(Random random) {
    BitSet slots = new BitSet();
    for (int ranges = random.nextInt(4); ranges > 0; ranges--) {
      int first = random.nextInt(16_384);
      int length = 1 + random.nextInt(random.nextInt(5) == 0 ? 16_384 : 100);
      slots.set(first, Math.min(16_384, first + length));
    }
    return slots;
  }

  /// The set by one of the ways in which it can be made.
  private static SlotSet of(BitSet slots) {
    long[] all = new long[256];
    long[] some = slots.toLongArray();
    System.arraycopy(some, 0, all, 0, some.length);
    int from = slots.isEmpty() ? 0 : slots.nextSetBit(0) >> 6;
    return slots.cardinality() % 2 == 0
        ? SlotSet.ofWords(all)
        : SlotSet.ofWords(from, java.util.Arrays.copyOfRange(all, from, some.length));
  }

  private static void check(BitSet wanted, SlotSet set, Random random) {
    assertEquals(wanted.cardinality(), set.size());
    assertEquals(wanted.isEmpty(), set.isEmpty());
    BitSet words = BitSet.valueOf(set.toWords());
    assertEquals(wanted, words);
    assertArrayEquals(wanted.stream().toArray(), slots(set));
    for (int i = 0; i < 50; i++) {
      int slot = random.nextInt(16_384);
      assertEquals(wanted.get(slot), set.contains(slot));
      assertEquals(wanted.nextSetBit(slot), set.nextSlot(slot));
    }
    long[] all = set.toWords();
    for (int i = 0; i < all.length; i++) {
      assertEquals(all[i], set.word(i));
    }
  }

  private static int[] slots(SlotSet set) {
    return set.ranges().stream()
        .flatMapToInt(r -> java.util.stream.IntStream.rangeClosed(r.first(), r.last()))
        .toArray();
  }
}
