package io.skein.engine.command.hyperloglog;

import io.skein.engine.bytes.Memory;

/// The registers of a dense HyperLogLog: 6 bits each, the first of them lowest.
///
/// All methods are static and take the address of the first register.
final class Dense {
  static final int REGISTER_BITS = 6;
  static final int BYTES = Sketch.REGISTERS * REGISTER_BITS / 8;

  private static final int MASK = (1 << REGISTER_BITS) - 1;

  private Dense() {}

  static int get(long registers, int i) {
    int bit = i * REGISTER_BITS;
    int shift = bit & 7;
    long at = registers + (bit >> 3);
    int bits = (Memory.getByte(at) & 0xff) >> shift;
    if (shift > 8 - REGISTER_BITS) {
      bits |= (Memory.getByte(at + 1) & 0xff) << (8 - shift);
    }
    return bits & MASK;
  }

  static void put(long registers, int i, int value) {
    int bit = i * REGISTER_BITS;
    int shift = bit & 7;
    long at = registers + (bit >> 3);
    int low = Memory.getByte(at) & ~(MASK << shift) | value << shift;
    Memory.putByte(at, (byte) low);
    if (shift > 8 - REGISTER_BITS) {
      int high = Memory.getByte(at + 1) & ~(MASK >> (8 - shift)) | value >> (8 - shift);
      Memory.putByte(at + 1, (byte) high);
    }
  }

  /// Adds to `histogram` how often each value occurs.
  static void count(long registers, int[] histogram) {
    // Four registers lie in three bytes; the last three bytes are read as a part of four.
    int last = BYTES - 3;
    for (int i = 0; i < BYTES; i += 3) {
      int four =
          i < last ? Memory.getInt(registers + i) : Memory.getInt(registers + last - 1) >>> 8;
      histogram[four & MASK]++;
      histogram[four >>> 6 & MASK]++;
      histogram[four >>> 12 & MASK]++;
      histogram[four >>> 18 & MASK]++;
    }
  }

  /// Raises each of `registers16384` to the value of its register here.
  static void mergeInto(long registers, byte[] registers16384) {
    for (int i = 0; i < Sketch.REGISTERS; i++) {
      int value = get(registers, i);
      if (value > registers16384[i]) {
        registers16384[i] = (byte) value;
      }
    }
  }
}
