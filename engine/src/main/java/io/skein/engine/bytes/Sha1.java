package io.skein.engine.bytes;

import java.util.Arrays;

/// SHA-1, for digests that must equal those of Redis; it is no protection against forgery.
///
/// *See* FIPS 180-4, section 6.1.
public final class Sha1 {
  /// The length of a digest in bytes.
  public static final int BYTES = 20;

  private static final int BLOCK = 64;

  private Sha1() {}

  /// The digest of `length` bytes of `data` from `offset` on.
  public static byte[] of(byte[] data, int offset, int length) {
    int[] state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    int[] schedule = new int[80];
    int whole = length / BLOCK * BLOCK;
    for (int i = 0; i < whole; i += BLOCK) {
      compress(state, schedule, data, offset + i);
    }
    byte[] last = Arrays.copyOfRange(data, offset + whole, offset + length);
    int tail = last.length;
    last = Arrays.copyOf(last, tail + 9 <= BLOCK ? BLOCK : 2 * BLOCK);
    last[tail] = (byte) 0x80;
    long bits = 8L * length;
    for (int i = 0; i < 8; i++) {
      last[last.length - 1 - i] = (byte) (bits >>> 8 * i);
    }
    for (int i = 0; i < last.length; i += BLOCK) {
      compress(state, schedule, last, i);
    }
    byte[] digest = new byte[BYTES];
    for (int i = 0; i < BYTES; i++) {
      digest[i] = (byte) (state[i / 4] >>> 24 - 8 * (i % 4));
    }
    return digest;
  }

  private static void compress(int[] state, int[] w, byte[] b, int at) {
    for (int t = 0; t < 16; t++) {
      int p = at + 4 * t;
      w[t] = b[p] << 24 | (b[p + 1] & 0xff) << 16 | (b[p + 2] & 0xff) << 8 | b[p + 3] & 0xff;
    }
    for (int t = 16; t < 80; t++) {
      w[t] = Integer.rotateLeft(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
    }
    int a = state[0];
    int x = state[1];
    int c = state[2];
    int d = state[3];
    int e = state[4];
    for (int t = 0; t < 80; t++) {
      int f =
          switch (t / 20) {
            case 0 -> (x & c | ~x & d) + 0x5a827999;
            case 1 -> (x ^ c ^ d) + 0x6ed9eba1;
            case 2 -> (x & c | x & d | c & d) + 0x8f1bbcdc;
            default -> (x ^ c ^ d) + 0xca62c1d6;
          };
      int next = Integer.rotateLeft(a, 5) + f + e + w[t];
      e = d;
      d = c;
      c = Integer.rotateLeft(x, 30);
      x = a;
      a = next;
    }
    state[0] += a;
    state[1] += x;
    state[2] += c;
    state[3] += d;
    state[4] += e;
  }
}
