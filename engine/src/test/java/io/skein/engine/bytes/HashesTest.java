package io.skein.engine.bytes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HashesTest {
  private static byte[] ascii(String s) {
    return s.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void givesThePublishedCheckValues() {
    byte[] check = ascii("123456789");
    assertEquals(0x31c3, Crc16.of(check, 0, 9));
    assertEquals(0xe9c6d914c4b8d9caL, Crc64.of(check, 0, 9));
  }

  @Test
  void crc64IsTheSameInAnyPieces() {
    byte[] b = new byte[1000];
    SplittableRandom random = new SplittableRandom(5);
    random.nextBytes(b);
    long whole = Crc64.of(b, 0, b.length);
    for (int i = 0; i < 200; i++) {
      int cut = random.nextInt(b.length);
      assertEquals(whole, Crc64.update(Crc64.of(b, 0, cut), b, cut, b.length - cut));
    }
  }

  @Test
  void slotsFollowTheHashTag() {
    assertEquals(12182, Slot.of(ascii("foo")));
    assertEquals(Slot.of(ascii("user1000")), Slot.of(ascii("{user1000}.following")));
    assertEquals(Slot.of(ascii("bar")), Slot.of(ascii("foo{bar}{zap}")));
    assertEquals(Slot.of(ascii("{bar")), Slot.of(ascii("foo{{bar}}zap")));
    assertEquals(Crc16.of(ascii("foo{}{bar}"), 0, 10) & 16383, Slot.of(ascii("foo{}{bar}")));
    assertEquals(Crc16.of(ascii("a{b"), 0, 3) & 16383, Slot.of(ascii("a{b")));
  }

  @Test
  void keyHashIsTheSameForArraysAndNativeMemory() {
    KeyHash hash = new KeyHash(42);
    SplittableRandom random = new SplittableRandom(6);
    try (Arena arena = Arena.ofConfined()) {
      long address = arena.allocate(512).address();
      for (int length = 0; length < 300; length++) {
        byte[] b = new byte[length + 7];
        random.nextBytes(b);
        Memory.copy(b, 7, address + 3, length);
        assertEquals(hash.of(b, 7, length), hash.of(address + 3, length));
      }
    }
  }

  @Test
  void keyHashSpreadsSimilarKeysOverItsHighBits() {
    KeyHash hash = new KeyHash(7);
    for (String prefix :
        new String[] {"", "k", "key:", "memtier-", "a long prefix, the same always:"}) {
      int[] buckets = new int[1024];
      for (int i = 0; i < 102_400; i++) {
        byte[] key = ascii(prefix + i);
        buckets[(int) (hash.of(key, 0, key.length) >>> 54)]++;
      }
      double chiSquare = 0;
      for (int count : buckets) {
        chiSquare += (count - 100.0) * (count - 100.0) / 100.0;
      }
      // 1023 degrees of freedom: mean 1023, standard deviation 45.
      assertTrue(chiSquare < 1023 + 6 * 45, prefix + " " + chiSquare);
    }
  }

  @Test
  void oneFlippedBitChangesHalfOfTheHash() {
    KeyHash hash = new KeyHash(8);
    SplittableRandom random = new SplittableRandom(9);
    for (int length : new int[] {1, 3, 4, 8, 9, 16, 17, 40, 64, 65, 100, 200}) {
      byte[] b = new byte[length];
      long flipped = 0;
      int rounds = 4000;
      for (int i = 0; i < rounds; i++) {
        random.nextBytes(b);
        long before = hash.of(b, 0, length);
        b[random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
        flipped += Long.bitCount(before ^ hash.of(b, 0, length));
      }
      assertEquals(32.0, (double) flipped / rounds, 0.5);
    }
  }
}
