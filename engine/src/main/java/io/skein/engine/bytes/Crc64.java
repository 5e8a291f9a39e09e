package io.skein.engine.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// CRC-64/Jones: reflected, initial value zero, no final xor, as RDB files and DUMP payloads carry
/// it.
///
/// Eight bytes are taken per step, after Kounavis and Berry, "Novel Table Lookup-Based Algorithms
/// for High-Performance CRC Generation" (2008).
public final class Crc64 {
  /// The polynomial 0xad93d23594c935a9 with its bits reversed.
  private static final long POLYNOMIAL = Long.reverse(0xad93d23594c935a9L);

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /// Row k holds the effect of a byte that is followed by k zero bytes.
  private static final long[][] TABLES = new long[8][256];

  static {
    for (int i = 0; i < 256; i++) {
      long crc = i;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) != 0 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
      }
      TABLES[0][i] = crc;
    }
    for (int row = 1; row < 8; row++) {
      for (int i = 0; i < 256; i++) {
        long crc = TABLES[row - 1][i];
        TABLES[row][i] = TABLES[0][(int) crc & 0xff] ^ (crc >>> 8);
      }
    }
  }

  private Crc64() {}

  /// The checksum of what `crc` covers followed by the slice; `crc` is zero at the start.
  public static long update(long crc, byte[] b, int offset, int length) {
    long c = crc;
    int at = offset;
    int end = offset + length;
    for (; at + 8 <= end; at += 8) {
      long x = c ^ (long) LONG.get(b, at);
      c =
          TABLES[7][(int) x & 0xff]
              ^ TABLES[6][(int) (x >>> 8) & 0xff]
              ^ TABLES[5][(int) (x >>> 16) & 0xff]
              ^ TABLES[4][(int) (x >>> 24) & 0xff]
              ^ TABLES[3][(int) (x >>> 32) & 0xff]
              ^ TABLES[2][(int) (x >>> 40) & 0xff]
              ^ TABLES[1][(int) (x >>> 48) & 0xff]
              ^ TABLES[0][(int) (x >>> 56)];
    }
    for (; at < end; at++) {
      c = TABLES[0][(int) (c ^ b[at]) & 0xff] ^ (c >>> 8);
    }
    return c;
  }

  /// The checksum of the slice.
  public static long of(byte[] b, int offset, int length) {
    return update(0, b, offset, length);
  }
}
