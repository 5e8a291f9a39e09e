package io.skein.engine.command.hyperloglog;

import io.skein.engine.bytes.Memory;
import io.skein.engine.resp.CommandError;

/// The bytes of a HyperLogLog: a header, and 16384 registers of 0 to 51 in one of two encodings.
///
/// ```
/// 0    "HYLL"
/// 4    encoding: 0 dense, 1 sparse
/// 5    zero, 3 bytes
/// 8    the cardinality as it was computed last; its top bit says that it is out of date
/// 16   the registers: see Dense and Sparse
/// ```
final class Sketch {
  static final CommandError NOT_A_SKETCH =
      new CommandError("WRONGTYPE Key is not a valid HyperLogLog string value.");
  static final CommandError CORRUPT = new CommandError("INVALIDOBJ Corrupted HLL object detected");

  static final int INDEX_BITS = 14;
  static final int REGISTERS = 1 << INDEX_BITS;

  /// The greatest value of a register.
  static final int COUNT_LIMIT = Long.SIZE - INDEX_BITS + 1;

  static final int HEADER = 16;
  static final int DENSE = 0;
  static final int SPARSE = 1;

  private static final int MAGIC = 'H' | 'Y' << 8 | 'L' << 16 | 'L' << 24;
  private static final int ENCODING = 4;
  private static final int CARDINALITY = 8;

  private Sketch() {}

  /// Refuses a string that is no HyperLogLog; what is behind the header of a sparse one is not
  /// looked at.
  static void check(long address, int length) {
    boolean sound =
        length >= HEADER
            && Memory.getInt(address) == MAGIC
            && (encoding(address) == SPARSE
                || encoding(address) == DENSE && length == HEADER + Dense.BYTES);
    if (!sound) {
      throw NOT_A_SKETCH;
    }
  }

  static int encoding(long address) {
    return Memory.getByte(address + ENCODING) & 0xff;
  }

  static void encoding(long address, int encoding) {
    Memory.putByte(address + ENCODING, (byte) encoding);
  }

  /// Writes a header that says that nothing was counted.
  static void writeHeader(long address, int encoding) {
    Memory.putInt(address, MAGIC);
    Memory.putInt(address + ENCODING, encoding);
    Memory.putLong(address + CARDINALITY, 0);
  }

  /// The cardinality as it was computed last, negative when it is out of date.
  static long cardinality(long address) {
    return Memory.getLong(address + CARDINALITY);
  }

  static void cardinality(long address, long value) {
    Memory.putLong(address + CARDINALITY, value);
  }

  /// Says that the cardinality must be computed anew.
  static void outdate(long address) {
    cardinality(address, cardinality(address) | Long.MIN_VALUE);
  }
}
