package io.skein.engine.bytes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class Xxh3Test {
  /// Lengths, and what `xxhsum -H3` of xxHash 0.8 prints for so many bytes of [#pattern].
  private static final String[][] KNOWN = {
    {"0", "2d06800538d394c2"},
    {"1", "13e608bc156defed"},
    {"3", "a9088dda485b481c"},
    {"4", "6d9253b16c8b1ed3"},
    {"8", "60539db630471163"},
    {"9", "feff668361d723a8"},
    {"16", "b8c859b0f030b585"},
    {"17", "714a04408e79b80f"},
    {"32", "19ff4ee1d6ba1a55"},
    {"33", "3e44983ad21679c8"},
    {"64", "287eb1fa9e4be2c1"},
    {"65", "829218de4d798646"},
    {"96", "f084e7cfbc624743"},
    {"97", "1daa83271a8e7b7c"},
    {"128", "67425a03650261bf"},
    {"129", "c664bf3311c6abc4"},
    {"200", "746cd0025327bf5b"},
    {"240", "64556dc6b462a6cf"},
    {"241", "8beadd3a8874fe17"},
    {"1024", "9b81661c641c72b1"},
    {"1025", "806c2072ed713576"},
    {"5000", "799aaddd7339581d"},
  };

  private static byte[] pattern(int length) {
    byte[] b = new byte[length + 3];
    for (int i = 0; i < length; i++) {
      b[i + 3] = (byte) (i * 7 + 3);
    }
    return b;
  }

  @Test
  void hashesAsTheReferenceDoes() {
    for (String[] known : KNOWN) {
      int length = Integer.parseInt(known[0]);
      long expected = Long.parseUnsignedLong(known[1], 16);
      assertEquals(expected, Xxh3.of(pattern(length), 3, length), known[0] + " bytes");
    }
  }
}
