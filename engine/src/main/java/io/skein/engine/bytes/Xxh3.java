package io.skein.engine.bytes;

import java.util.HexFormat;

/// The 64-bit variant of XXH3 with seed 0 and the default secret: what DIGEST of Redis 8.4
/// computes.
///
/// It is fast and spreads well, but is no cryptographic hash. *See* the specification of xxHash by
/// Yann Collet.
public final class Xxh3 {
  private static final long PRIME32_1 = 0x9E3779B1L;
  private static final long PRIME32_2 = 0x85EBCA77L;
  private static final long PRIME32_3 = 0xC2B2AE3DL;
  private static final long PRIME64_1 = 0x9E3779B185EBCA87L;
  private static final long PRIME64_2 = 0xC2B2AE3D27D4EB4FL;
  private static final long PRIME64_3 = 0x165667B19E3779F9L;
  private static final long PRIME64_4 = 0x85EBCA77C2B2AE63L;
  private static final long PRIME64_5 = 0x27D4EB2F165667C5L;
  private static final long MIX_1 = 0x165667919E3779F9L;
  private static final long MIX_2 = 0x9FB21C651E98DF25L;

  private static final int STRIPE = 64;
  private static final int SECRET_STEP = 8;
  private static final int STRIPES_PER_BLOCK = 16;
  private static final int BLOCK = STRIPE * STRIPES_PER_BLOCK;
  private static final int MID_LIMIT = 240;

  private static final byte[] SECRET =
      HexFormat.of()
          .parseHex(
              "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f"
                  + "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c"
                  + "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
                  + "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364"
                  + "eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e"
                  + "2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e");

  private Xxh3() {}

  /// The hash of a slice.
  public static long of(byte[] b, int offset, int length) {
    if (length <= 16) {
      return upTo16(b, offset, length);
    }
    if (length <= 128) {
      return upTo128(b, offset, length);
    }
    return length <= MID_LIMIT ? upTo240(b, offset, length) : more(b, offset, length);
  }

  private static long upTo16(byte[] b, int at, int n) {
    if (n > 8) {
      long low = Memory.getLong(b, at) ^ secret(24) ^ secret(32);
      long high = Memory.getLong(b, at + n - 8) ^ secret(40) ^ secret(48);
      return avalanche(n + Long.reverseBytes(low) + high + fold(low, high));
    }
    if (n >= 4) {
      long first = Memory.getInt(b, at);
      long last = Memory.getInt(b, at + n - 4) & 0xffffffffL;
      long h = last + (first << 32) ^ secret(8) ^ secret(16);
      h ^= Long.rotateLeft(h, 49) ^ Long.rotateLeft(h, 24);
      h *= MIX_2;
      h ^= (h >>> 35) + n;
      h *= MIX_2;
      return h ^ h >>> 28;
    }
    if (n > 0) {
      long combined =
          (b[at] & 0xffL) << 16
              | (b[at + (n >> 1)] & 0xffL) << 24
              | b[at + n - 1] & 0xffL
              | (long) n << 8;
      long flip = (Memory.getInt(SECRET, 0) ^ Memory.getInt(SECRET, 4)) & 0xffffffffL;
      return oldAvalanche(combined ^ flip);
    }
    return oldAvalanche(secret(56) ^ secret(64));
  }

  private static long upTo128(byte[] b, int at, int n) {
    long sum = n * PRIME64_1;
    for (int i = (n - 1) / 32; i >= 0; i--) {
      sum += mix(b, at + 16 * i, 32 * i);
      sum += mix(b, at + n - 16 * (i + 1), 32 * i + 16);
    }
    return avalanche(sum);
  }

  private static long upTo240(byte[] b, int at, int n) {
    long sum = n * PRIME64_1;
    for (int i = 0; i < 8; i++) {
      sum += mix(b, at + 16 * i, 16 * i);
    }
    sum = avalanche(sum);
    for (int i = 8; i < n / 16; i++) {
      sum += mix(b, at + 16 * i, 16 * (i - 8) + 3);
    }
    return avalanche(sum + mix(b, at + n - 16, 136 - 17));
  }

  private static long more(byte[] b, int at, int n) {
    long[] sums = {
      PRIME32_3, PRIME64_1, PRIME64_2, PRIME64_3, PRIME64_4, PRIME32_2, PRIME64_5, PRIME32_1
    };
    int blocks = (n - 1) / BLOCK;
    for (int block = 0; block < blocks; block++) {
      for (int s = 0; s < STRIPES_PER_BLOCK; s++) {
        accumulate(sums, b, at + block * BLOCK + s * STRIPE, s * SECRET_STEP);
      }
      scramble(sums);
    }
    int stripes = (n - 1 - blocks * BLOCK) / STRIPE;
    for (int s = 0; s < stripes; s++) {
      accumulate(sums, b, at + blocks * BLOCK + s * STRIPE, s * SECRET_STEP);
    }
    accumulate(sums, b, at + n - STRIPE, SECRET.length - STRIPE - 7);
    long result = n * PRIME64_1;
    for (int i = 0; i < 4; i++) {
      result += fold(sums[2 * i] ^ secret(11 + 16 * i), sums[2 * i + 1] ^ secret(11 + 16 * i + 8));
    }
    return avalanche(result);
  }

  private static void accumulate(long[] sums, byte[] b, int at, int secretAt) {
    for (int i = 0; i < 8; i++) {
      long value = Memory.getLong(b, at + 8 * i);
      long keyed = value ^ secret(secretAt + 8 * i);
      sums[i ^ 1] += value;
      sums[i] += (keyed & 0xffffffffL) * (keyed >>> 32);
    }
  }

  private static void scramble(long[] sums) {
    for (int i = 0; i < 8; i++) {
      long sum = sums[i];
      sum ^= sum >>> 47;
      sum ^= secret(SECRET.length - STRIPE + 8 * i);
      sums[i] = sum * PRIME32_1;
    }
  }

  private static long mix(byte[] b, int at, int secretAt) {
    return fold(
        Memory.getLong(b, at) ^ secret(secretAt), Memory.getLong(b, at + 8) ^ secret(secretAt + 8));
  }

  private static long secret(int at) {
    return Memory.getLong(SECRET, at);
  }

  private static long fold(long x, long y) {
    return x * y ^ Math.unsignedMultiplyHigh(x, y);
  }

  private static long avalanche(long sum) {
    long h = sum ^ sum >>> 37;
    h *= MIX_1;
    return h ^ h >>> 32;
  }

  /// The last step of XXH64.
  private static long oldAvalanche(long sum) {
    long h = (sum ^ sum >>> 33) * PRIME64_2;
    h = (h ^ h >>> 29) * PRIME64_3;
    return h ^ h >>> 32;
  }
}
