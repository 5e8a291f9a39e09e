package io.skein.engine.bytes;

/// The hash slot of a key in a cluster.
///
/// When the key has a `{`, and after it a `}` with at least one byte between the first `{` and the
/// first such `}`, only those bytes decide. See the Redis Cluster specification, "Hash tags".
public final class Slot {
  /// How many slots there are; they are numbered from 0.
  public static final int SLOT_COUNT = 16384;

  private Slot() {}

  /// The slot of the key in the slice, 0 to 16383.
  public static int of(byte[] b, int offset, int length) {
    int end = offset + length;
    for (int open = offset; open < end; open++) {
      if (b[open] == '{') {
        for (int close = open + 1; close < end; close++) {
          if (b[close] == '}') {
            if (close == open + 1) {
              break;
            }
            return Crc16.of(b, open + 1, close - open - 1) & (SLOT_COUNT - 1);
          }
        }
        break;
      }
    }
    return Crc16.of(b, offset, length) & (SLOT_COUNT - 1);
  }

  /// The slot of `key`.
  public static int of(byte[] key) {
    return of(key, 0, key.length);
  }
}
