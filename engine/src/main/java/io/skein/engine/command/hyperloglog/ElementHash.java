package io.skein.engine.command.hyperloglog;

import io.skein.engine.bytes.Memory;

/// Which register an element belongs to and what it would set it to: 14 bits of its hash, and one
/// more than the number of zeros that follow them.
///
/// *See* MurmurHash2, 64-bit version A, with Redis's seed.
final class ElementHash {
  private static final long SEED = 0xadc83b19L;
  private static final long M = 0xc6a4a7935bd1e995L;
  private static final int R = 47;

  private ElementHash() {}

  static long of(byte[] b, int offset, int length) {
    long h = SEED ^ length * M;
    int at = offset;
    int end = offset + (length & ~7);
    for (; at < end; at += 8) {
      long k = Memory.getLong(b, at) * M;
      k = (k ^ k >>> R) * M;
      h = (h ^ k) * M;
    }
    int rest = length & 7;
    if (rest > 0) {
      long tail = 0;
      for (int i = rest - 1; i >= 0; i--) {
        tail = tail << 8 | b[at + i] & 0xff;
      }
      h = (h ^ tail) * M;
    }
    h = (h ^ h >>> R) * M;
    return h ^ h >>> R;
  }

  /// The register that `hash` belongs to.
  static int register(long hash) {
    return (int) hash & Sketch.REGISTERS - 1;
  }

  /// What `hash` sets its register to at least: 1 to 51.
  static int count(long hash) {
    long rest = hash >>> Sketch.INDEX_BITS | 1L << Sketch.COUNT_LIMIT - 1;
    return Long.numberOfTrailingZeros(rest) + 1;
  }
}
