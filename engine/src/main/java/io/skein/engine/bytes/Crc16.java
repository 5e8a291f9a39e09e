package io.skein.engine.bytes;

/// CRC-16/XMODEM: polynomial 0x1021, not reflected, initial value zero, as Redis Cluster hashes
/// keys.
public final class Crc16 {
  private static final short[] TABLE = new short[256];

  static {
    for (int i = 0; i < 256; i++) {
      int crc = i << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
      }
      TABLE[i] = (short) crc;
    }
  }

  private Crc16() {}

  /// The checksum of the slice, 0 to 65535.
  public static int of(byte[] b, int offset, int length) {
    int crc = 0;
    for (int i = offset; i < offset + length; i++) {
      crc = (crc << 8) ^ TABLE[((crc >>> 8) ^ b[i]) & 0xff];
    }
    return crc & 0xffff;
  }
}
