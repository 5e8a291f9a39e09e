package io.skein.engine.structure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EntryTest {
  private static final long[] EXPIRIES = {
    Entry.NO_EXPIRY, 0, 1, 1_900_000_000_000L, (1L << 48) - 1, 1L << 48, Long.MAX_VALUE, -2
  };

  private static byte[] bytes(SplittableRandom random, int length) {
    byte[] b = new byte[length];
    random.nextBytes(b);
    return b;
  }

  @Test
  void smallStringsFitTheirBudget() {
    assertEquals(38, Entry.size(16, 16, Entry.NO_EXPIRY));
    assertEquals(44, Entry.size(16, 16, 1_900_000_000_000L));
  }

  @Test
  void readsBackWhatWasWritten() {
    SplittableRandom random = new SplittableRandom(22);
    int[] lengths = {0, 1, 16, 254, 255, 256, 1000};
    try (SlabArena arena = new SlabArena(true)) {
      for (int keyLength : lengths) {
        for (int valueLength : lengths) {
          for (long expiry : EXPIRIES) {
            byte[] key = bytes(random, keyLength + 2);
            byte[] value = bytes(random, valueLength + 3);
            int size = Entry.size(keyLength, valueLength, expiry);
            long ref = arena.allocate(size);
            long a = arena.address(ref);
            int clock = random.nextInt(1 << 24);
            Entry.write(
                a, EntryKind.STREAM, clock, expiry, key, 2, keyLength, value, 3, valueLength);
            byte[] plainKey = Arrays.copyOfRange(key, 2, 2 + keyLength);
            byte[] plainValue = Arrays.copyOfRange(value, 3, 3 + valueLength);
            check(a, EntryKind.STREAM, clock, expiry, plainKey, plainValue);
            assertEquals(size, Entry.size(a));
            Entry.setClock(a, 77);
            Entry.setKind(a, EntryKind.STRING_RAW);
            Entry.setMarked(a, true);
            check(a, EntryKind.STRING_RAW, 77, expiry, plainKey, plainValue);
            assertTrue(Entry.isMarked(a));
            Entry.setMarked(a, false);
            assertFalse(Entry.isMarked(a));
          }
        }
      }
    }
  }

  private static void check(long a, int kind, int clock, long expiry, byte[] key, byte[] value) {
    assertEquals(kind, Entry.kind(a));
    assertEquals(clock, Entry.clock(a));
    assertEquals(expiry, Entry.expiryMs(a));
    assertEquals(expiry != Entry.NO_EXPIRY, Entry.hasExpiry(a));
    assertArrayEquals(key, Entry.key(a));
    assertArrayEquals(value, Entry.value(a));
    assertTrue(Entry.keyEquals(a, key, 0, key.length));
    if (key.length > 0) {
      assertFalse(Entry.keyEquals(a, key, 0, key.length - 1));
      byte[] other = key.clone();
      other[key.length - 1]++;
      assertFalse(Entry.keyEquals(a, other, 0, key.length));
    }
  }

  @Test
  void changesInPlaceOrNotAtAll() {
    SplittableRandom random = new SplittableRandom(23);
    int inPlace = 0;
    int refused = 0;
    try (SlabArena arena = new SlabArena(true)) {
      for (int i = 0; i < 50_000; i++) {
        byte[] key = bytes(random, random.nextInt(300));
        byte[] value = bytes(random, random.nextInt(300));
        long expiry = EXPIRIES[random.nextInt(EXPIRIES.length)];
        long ref = arena.allocate(Entry.size(key.length, value.length, expiry));
        long a = arena.address(ref);
        int usable = arena.usable(ref);
        Entry.write(a, 3, 9, expiry, key, 0, key.length, value, 0, value.length);
        boolean done;
        if (random.nextBoolean()) {
          byte[] next = bytes(random, random.nextInt(300));
          done = Entry.overwriteValue(a, usable, next, 0, next.length);
          check(a, 3, 9, expiry, key, done ? next : value);
        } else {
          long next = EXPIRIES[random.nextInt(EXPIRIES.length)];
          done = Entry.putExpiry(a, usable, next);
          check(a, 3, 9, done ? next : expiry, key, value);
        }
        assertTrue(Entry.size(a) <= usable);
        inPlace += done ? 1 : 0;
        refused += done ? 0 : 1;
        arena.free(ref);
      }
      assertEquals(0, arena.usedBytes());
    }
    assertTrue(inPlace > 1000 && refused > 1000);
  }
}
