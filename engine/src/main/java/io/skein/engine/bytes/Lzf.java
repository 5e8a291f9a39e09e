package io.skein.engine.bytes;

import java.util.Arrays;

/// The LZF format, in which RDB files hold long strings that repeat themselves, and lists what is
/// far from their ends.
///
/// A compressed block is a sequence of two kinds of items, told apart by their first byte:
///
/// ```
/// 000LLLLL                       LLLLL + 1 bytes follow, as they are
/// LLLooooo [length] oooooooo     copy LLL + 2 bytes (if LLL is 7: 9 + length) from o + 1 bytes back
/// ```
///
/// A copy may overlap what it writes, so one item can repeat a byte up to 264 times, and it reaches
/// 8 KiB back.
///
/// An instance holds the table of recent positions that the compressor looks in; it is not for two
/// threads.
public final class Lzf {
  private static final int HASH_BITS = 14;
  private static final int MAX_LITERAL = 32;
  private static final int MAX_DISTANCE = 1 << 13;
  private static final int MAX_COPY = 264;

  /// The most that one byte of compressed data can stand for: three bytes give 264.
  private static final int MAX_EXPANSION = 88;

  private final int[] recent = new int[1 << HASH_BITS];

  /// What is added to the positions of the next block, so that those of earlier blocks need not be
  /// wiped.
  private int base = 1;

  /// Compresses `length` bytes of `in` into `out`, from `outOffset` and at most `outLength` bytes.
  ///
  /// Returns the number of bytes written, or 0 when the result does not fit, which is how a caller
  /// learns that compressing is not worth it.
  public int compress(byte[] in, int offset, int length, byte[] out, int outOffset, int outLength) {
    if (length < 4 || outLength < 4) {
      return 0;
    }
    int block = startBlock(length);
    int end = offset + length;
    int limit = outOffset + outLength;
    int at = offset;
    int literalFrom = offset;
    int to = outOffset;
    while (at < end - 2) {
      int slot = slot(in, at);
      int candidate = recent[slot] - block + offset;
      recent[slot] = at - offset + block;
      if (candidate < offset || at - candidate > MAX_DISTANCE || !sameThree(in, candidate, at)) {
        at++;
        continue;
      }
      int copy = matchLength(in, candidate, at, end);
      to = literals(in, literalFrom, at, out, to, limit);
      if (to < 0 || limit - to < 3) {
        return 0;
      }
      to = copyItem(at - candidate - 1, copy, out, to);
      for (int i = at + 1; i < Math.min(at + copy, end - 2); i++) {
        recent[slot(in, i)] = i - offset + block;
      }
      at += copy;
      literalFrom = at;
    }
    to = literals(in, literalFrom, end, out, to, limit);
    return to < 0 ? 0 : to - outOffset;
  }

  private int startBlock(int length) {
    if (base > Integer.MAX_VALUE - length) {
      Arrays.fill(recent, 0);
      base = 1;
    }
    int block = base;
    base += length;
    return block;
  }

  private static int slot(byte[] in, int at) {
    int three = (in[at] & 0xff) << 16 | (in[at + 1] & 0xff) << 8 | in[at + 2] & 0xff;
    return (three * 0x9E3779B1) >>> (32 - HASH_BITS);
  }

  private static boolean sameThree(byte[] in, int a, int b) {
    return in[a] == in[b] && in[a + 1] == in[b + 1] && in[a + 2] == in[b + 2];
  }

  private static int matchLength(byte[] in, int from, int at, int end) {
    int most = Math.min(MAX_COPY, end - at);
    int n = 3;
    while (n < most && in[from + n] == in[at + n]) {
      n++;
    }
    return n;
  }

  private static int literals(byte[] in, int from, int to, byte[] out, int outAt, int limit) {
    int o = outAt;
    for (int i = from; i < to; i += MAX_LITERAL) {
      int n = Math.min(MAX_LITERAL, to - i);
      if (limit - o < n + 1) {
        return -1;
      }
      out[o++] = (byte) (n - 1);
      System.arraycopy(in, i, out, o, n);
      o += n;
    }
    return o;
  }

  private static int copyItem(int distance, int copy, byte[] out, int outAt) {
    int o = outAt;
    int n = copy - 2;
    if (n < 7) {
      out[o++] = (byte) (n << 5 | distance >> 8);
    } else {
      out[o++] = (byte) (7 << 5 | distance >> 8);
      out[o++] = (byte) (n - 7);
    }
    out[o++] = (byte) distance;
    return o;
  }

  /// Whether `compressedLength` bytes can stand for `length` bytes at all; asked before memory is
  /// set aside for them.
  public static boolean canExpandTo(long compressedLength, long length) {
    return length <= compressedLength * MAX_EXPANSION;
  }

  /// Expands `inLength` bytes of `in` into exactly `outLength` bytes of `out`.
  ///
  /// Returns whether that was possible; never reads or writes outside of the two ranges.
  public static boolean decompress(
      byte[] in, int inOffset, int inLength, byte[] out, int outOffset, int outLength) {
    int at = inOffset;
    int end = inOffset + inLength;
    int to = outOffset;
    int limit = outOffset + outLength;
    while (at < end) {
      int control = in[at++] & 0xff;
      if (control < MAX_LITERAL) {
        int n = control + 1;
        if (n > end - at || n > limit - to) {
          return false;
        }
        System.arraycopy(in, at, out, to, n);
        at += n;
        to += n;
        continue;
      }
      int n = (control >> 5) + 2;
      if (n == 9) {
        if (at >= end) {
          return false;
        }
        n += in[at++] & 0xff;
      }
      if (at >= end) {
        return false;
      }
      int from = to - ((control & 0x1f) << 8 | in[at++] & 0xff) - 1;
      if (from < outOffset || n > limit - to) {
        return false;
      }
      for (int i = 0; i < n; i++) {
        out[to++] = out[from++];
      }
    }
    return to == limit;
  }
}
