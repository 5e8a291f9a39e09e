package io.skein.engine.bytes;

/// A seeded 64-bit hash of a byte string, the same for an array slice and for native memory.
///
/// Two 64-by-64-bit multiplications for up to 16 bytes, and one more for each further 16, after
/// Wang Yi's wyhash. The last step folds a full 128-bit product, so that the high bits, by which
/// tables order their entries, depend on every bit of the input. The seed keeps a client who does
/// not know it from choosing keys that collide; it is not a cryptographic hash.
public final class KeyHash {
  private static final long S0 = 0xa0761d6478bd642fL;
  private static final long S1 = 0xe7037ed1a0b428dbL;
  private static final long S2 = 0x8ebc6af09c88c6e3L;
  private static final long S3 = 0x589965cc75374cc3L;

  private final long seed;

  /// A hash function chosen by `seed`.
  public KeyHash(long seed) {
    this.seed = seed ^ fold(seed ^ S0, S1);
  }

  /// The hash of an array slice.
  public long of(byte[] b, int offset, int length) {
    long a;
    long z;
    long h = seed;
    if (length <= 16) {
      if (length >= 8) {
        a = Memory.getLong(b, offset);
        z = Memory.getLong(b, offset + length - 8);
      } else if (length >= 4) {
        a = Memory.getInt(b, offset) & 0xffffffffL;
        z = Memory.getInt(b, offset + length - 4) & 0xffffffffL;
      } else if (length > 0) {
        a =
            (b[offset] & 0xffL) << 16
                | (b[offset + (length >>> 1)] & 0xffL) << 8
                | (b[offset + length - 1] & 0xffL);
        z = 0;
      } else {
        a = 0;
        z = 0;
      }
    } else {
      int at = offset;
      int end = offset + length;
      if (length > 64) {
        long g = h;
        for (; end - at > 32; at += 32) {
          h = fold(Memory.getLong(b, at) ^ S1, Memory.getLong(b, at + 8) ^ h);
          g = fold(Memory.getLong(b, at + 16) ^ S2, Memory.getLong(b, at + 24) ^ g);
        }
        h ^= g;
      }
      for (; end - at > 16; at += 16) {
        h = fold(Memory.getLong(b, at) ^ S1, Memory.getLong(b, at + 8) ^ h);
      }
      a = Memory.getLong(b, end - 16);
      z = Memory.getLong(b, end - 8);
    }
    return finish(a, z, h, length);
  }

  /// The hash of `length` bytes of native memory.
  public long of(long address, int length) {
    long a;
    long z;
    long h = seed;
    if (length <= 16) {
      if (length >= 8) {
        a = Memory.getLong(address);
        z = Memory.getLong(address + length - 8);
      } else if (length >= 4) {
        a = Memory.getInt(address) & 0xffffffffL;
        z = Memory.getInt(address + length - 4) & 0xffffffffL;
      } else if (length > 0) {
        a =
            (Memory.getByte(address) & 0xffL) << 16
                | (Memory.getByte(address + (length >>> 1)) & 0xffL) << 8
                | (Memory.getByte(address + length - 1) & 0xffL);
        z = 0;
      } else {
        a = 0;
        z = 0;
      }
    } else {
      long at = address;
      long end = address + length;
      if (length > 64) {
        long g = h;
        for (; end - at > 32; at += 32) {
          h = fold(Memory.getLong(at) ^ S1, Memory.getLong(at + 8) ^ h);
          g = fold(Memory.getLong(at + 16) ^ S2, Memory.getLong(at + 24) ^ g);
        }
        h ^= g;
      }
      for (; end - at > 16; at += 16) {
        h = fold(Memory.getLong(at) ^ S1, Memory.getLong(at + 8) ^ h);
      }
      a = Memory.getLong(end - 16);
      z = Memory.getLong(end - 8);
    }
    return finish(a, z, h, length);
  }

  private static long finish(long a, long z, long h, int length) {
    long x = a ^ S1;
    long y = z ^ h;
    long low = x * y ^ S0 ^ length;
    long high = Math.unsignedMultiplyHigh(x, y) ^ S3;
    return fold(low, high);
  }

  private static long fold(long x, long y) {
    return x * y ^ Math.unsignedMultiplyHigh(x, y);
  }
}
