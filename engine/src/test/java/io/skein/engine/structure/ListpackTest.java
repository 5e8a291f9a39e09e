package io.skein.engine.structure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ListpackTest {
  private static final int[] LENGTHS = {0, 1, 5, 62, 63, 64, 125, 126, 127, 128, 4095, 4096, 17000};
  private static final long[] INTEGERS = {
    0,
    127,
    128,
    -1,
    4095,
    4096,
    -4096,
    -4097,
    32767,
    -32768,
    32768,
    8388607,
    8388608,
    -8388608,
    -8388609,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 31,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    Numbers.INVALID
  };

  private final SlabArena arena = new SlabArena(true);
  private final ArenaBlock block = new ArenaBlock(arena);

  ListpackTest() {
    Listpack.clear(block.allocate(Listpack.EMPTY_BYTES).address());
  }

  private static byte[] element(SplittableRandom random) {
    if (random.nextBoolean()) {
      return Numbers.toBytes(INTEGERS[random.nextInt(INTEGERS.length)]);
    }
    byte[] text = new byte[LENGTHS[random.nextInt(LENGTHS.length)]];
    random.nextBytes(text);
    return text;
  }

  private void check(List<byte[]> model) {
    long lp = block.address();
    assertEquals(model.size(), Listpack.count(lp));
    assertEquals(model.size(), Listpack.validate(lp, block.length()));
    int at = Listpack.first(lp);
    for (byte[] expected : model) {
      assertArrayEquals(expected, Listpack.text(lp, at));
      assertEquals(expected.length, Listpack.textLength(lp, at));
      at = Listpack.next(lp, at);
    }
    assertEquals(Listpack.NONE, at);
    at = Listpack.last(lp);
    for (byte[] expected : model.reversed()) {
      assertTrue(Listpack.equals(lp, at, expected, 0, expected.length));
      at = Listpack.previous(lp, at);
    }
    assertEquals(Listpack.NONE, at);
  }

  @Test
  void behavesAsAListDoes() {
    SplittableRandom random = new SplittableRandom(6);
    List<byte[]> model = new ArrayList<>();
    for (int step = 0; step < 3000; step++) {
      byte[] e = element(random);
      int index = model.isEmpty() ? 0 : random.nextInt(model.size());
      int at = Listpack.seek(block.address(), index);
      switch (random.nextInt(6)) {
        case 0 -> {
          Listpack.append(block, e, 0, e.length);
          model.add(e);
        }
        case 1 -> {
          Listpack.prepend(block, e, 0, e.length);
          model.add(0, e);
        }
        case 2 -> {
          Listpack.insert(
              block, model.isEmpty() ? Listpack.end(block.address()) : at, e, 0, e.length);
          model.add(index, e);
        }
        case 3 -> {
          if (!model.isEmpty()) {
            Listpack.replace(block, at, e, 0, e.length);
            model.set(index, e);
          }
        }
        default -> {
          if (!model.isEmpty()) {
            int deleted = Listpack.delete(block, at, 1 + random.nextInt(3));
            model.subList(index, index + deleted).clear();
          }
        }
      }
      check(model);
    }
  }

  @Test
  void findsWhatItHolds() {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < 200; i++) {
      byte[] e = element(random);
      Listpack.append(block, e, 0, e.length);
    }
    long lp = block.address();
    for (int i = 0; i < 500; i++) {
      byte[] wanted = element(random);
      int skip = random.nextInt(2);
      int found = Listpack.find(lp, Listpack.first(lp), skip, wanted, 0, wanted.length);
      int expected = Listpack.NONE;
      for (int index = 0; index < 200 && expected == Listpack.NONE; index += skip + 1) {
        int at = Listpack.seek(lp, index);
        expected = java.util.Arrays.equals(wanted, Listpack.text(lp, at)) ? at : Listpack.NONE;
      }
      assertEquals(expected, found);
    }
  }

  @Test
  void hasTheBytesOfRedis() {
    for (String e : new String[] {"a", "1", "-1", "5000", "hello world", "70000", "9000000000"}) {
      Listpack.append(block, e.getBytes(StandardCharsets.US_ASCII), 0, e.length());
    }
    byte[] bytes = new byte[block.length()];
    Memory.copy(block.address(), bytes, 0, bytes.length);
    assertEquals(
        "2f0000000700"
            + "816102"
            + "0101"
            + "dfff02"
            + "f1881303"
            + "8b68656c6c6f20776f726c640c"
            + "f270110104"
            + "f4001a71180200000009"
            + "ff",
        HexFormat.of().formatHex(bytes));
  }

  @Test
  void countsBeyondWhatTheHeaderHolds() {
    for (int i = 0; i < 70_000; i++) {
      Listpack.append(block, i & 63);
    }
    assertEquals(70_000, Listpack.count(block.address()));
    assertEquals(
        69_999 & 63, Listpack.integer(block.address(), Listpack.seek(block.address(), -1)));
    Listpack.delete(block, Listpack.first(block.address()), 69_990);
    assertEquals(10, Listpack.count(block.address()));
    assertEquals(10, Listpack.validate(block.address(), block.length()));
  }

  @Test
  void refusesOrWalksDamagedBytes() {
    SplittableRandom random = new SplittableRandom(8);
    for (int i = 0; i < 12; i++) {
      byte[] e = element(random);
      Listpack.append(block, e, 0, Math.min(e.length, 200));
    }
    byte[] sound = new byte[block.length()];
    Memory.copy(block.address(), sound, 0, sound.length);
    int accepted = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] damaged = sound.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Memory.copy(damaged, 0, block.address(), damaged.length);
      int count = Listpack.validate(block.address(), damaged.length);
      if (count >= 0) {
        accepted++;
        int walked = 0;
        int at = Listpack.first(block.address());
        for (; at != Listpack.NONE; at = Listpack.next(block.address(), at)) {
          assertTrue(at + Listpack.text(block.address(), at).length <= damaged.length);
          walked++;
        }
        assertEquals(count, walked);
      }
    }
    assertTrue(accepted > 0 && accepted < 20_000);
  }
}
