package io.skein.engine.bytes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LzfTest {
  private final Lzf lzf = new Lzf();

  @Test
  void restoresWhatItCompressed() {
    Random random = new Random(3);
    for (int round = 0; round < 2000; round++) {
      byte[] in = new byte[random.nextInt(1 << (1 + random.nextInt(16)))];
      int alphabet = 1 + random.nextInt(20);
      for (int i = 0; i < in.length; i++) {
        boolean copy = i > 100 && random.nextInt(4) > 0;
        in[i] = copy ? in[i - 1 - random.nextInt(100)] : (byte) random.nextInt(alphabet);
      }
      byte[] packed = new byte[in.length + in.length / 32 + 10];
      int n = lzf.compress(in, 0, in.length, packed, 3, packed.length - 3);
      if (n == 0) {
        assertTrue(in.length < 6, "room enough for " + in.length);
        continue;
      }
      byte[] out = new byte[in.length];
      assertTrue(Lzf.decompress(packed, 3, n, out, 0, out.length));
      assertArrayEquals(in, out);
      assertTrue(Lzf.canExpandTo(n, in.length));
    }
  }

  @Test
  void gainsOnRepetitionAndGivesUpOnNoise() {
    byte[] same = new byte[10_000];
    byte[] out = new byte[10_000];
    assertTrue(lzf.compress(same, 0, same.length, out, 0, out.length) < 150);
    byte[] noise = new byte[10_000];
    new Random(1).nextBytes(noise);
    assertEquals(0, lzf.compress(noise, 0, noise.length, out, 0, noise.length - 4));
  }

  @Test
  void refusesBytesThatReachOutside() {
    byte[] out = new byte[10];
    assertFalse(Lzf.decompress(new byte[] {5, 1}, 0, 2, out, 0, 6), "literals cut");
    assertFalse(Lzf.decompress(new byte[] {0x20, 0}, 0, 2, out, 0, 3), "copy from before");
    assertFalse(Lzf.decompress(new byte[] {0, 1, 0x20}, 0, 3, out, 0, 4), "copy cut");
    assertFalse(Lzf.decompress(new byte[] {0, 1, (byte) 0xe0}, 0, 3, out, 0, 4), "length cut");
    assertFalse(Lzf.decompress(new byte[] {0, 1, (byte) 0xe0, 9, 0}, 0, 5, out, 0, 10), "too long");
    assertFalse(Lzf.decompress(new byte[] {0, 1}, 0, 2, out, 0, 2), "too short");
    assertTrue(Lzf.decompress(new byte[] {0, 1, 0x20, 0}, 0, 4, out, 0, 4));
  }

  @Test
  void neverLeavesItsRangeWhateverTheBytes() {
    Random random = new Random(11);
    byte[] out = new byte[300];
    for (int round = 0; round < 100_000; round++) {
      byte[] in = new byte[random.nextInt(40)];
      random.nextBytes(in);
      out[49] = 77;
      out[250] = 77;
      Lzf.decompress(in, 0, in.length, out, 50, 200);
      assertEquals(77, out[49]);
      assertEquals(77, out[250]);
    }
  }
}
