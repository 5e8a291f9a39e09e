package io.skein.engine.bytes;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Native memory by absolute address: the only class that touches it.
///
/// Loads and stores are little-endian and need no alignment. One constant segment spans the whole
/// address space, so that the compiler reduces each access to the bare instruction. Nothing checks
/// that an address is alive: whoever calls this owns the block it names.
public final class Memory {
  @SuppressWarnings("restricted")
  private static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final VarHandle ARRAY_LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle ARRAY_INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  /// Up to this many bytes are copied by a loop of eight-byte moves: cheaper than a call of the
  /// copy routine.
  private static final int LOOP_LIMIT = 64;

  private static final int PAGE = 4096;

  /// What counts as a small block to [#touch].
  private static final int SMALL = 48;

  private Memory() {}

  public static byte getByte(long address) {
    return ALL.get(BYTE, address);
  }

  public static short getShort(long address) {
    return ALL.get(SHORT, address);
  }

  public static int getInt(long address) {
    return ALL.get(INT, address);
  }

  public static long getLong(long address) {
    return ALL.get(LONG, address);
  }

  public static void putByte(long address, byte value) {
    ALL.set(BYTE, address, value);
  }

  public static void putShort(long address, short value) {
    ALL.set(SHORT, address, value);
  }

  public static void putInt(long address, int value) {
    ALL.set(INT, address, value);
  }

  public static void putLong(long address, long value) {
    ALL.set(LONG, address, value);
  }

  /// The little-endian long at `index` of an array.
  public static long getLong(byte[] b, int index) {
    return (long) ARRAY_LONG.get(b, index);
  }

  /// The little-endian int at `index` of an array.
  public static int getInt(byte[] b, int index) {
    return (int) ARRAY_INT.get(b, index);
  }

  /// Stores a long, little-endian, at `index` of an array.
  public static void putLong(byte[] b, int index, long value) {
    ARRAY_LONG.set(b, index, value);
  }

  /// Stores an int, little-endian, at `index` of an array.
  public static void putInt(byte[] b, int index, int value) {
    ARRAY_INT.set(b, index, value);
  }

  /// Loads the first cache line or two of what is at `address`, and returns something of it.
  public static long touch(long address) {
    // A small block often reaches into a second line. In the same page that is mapped memory,
    // whosever it is.
    return (address & PAGE - 1) < PAGE - SMALL
        ? getLong(address) + getByte(address + SMALL - 8)
        : getLong(address);
  }

  /// Touches what is at the first `count` addresses, where they are not 0.
  ///
  /// The fewer instructions lie between two loads, the more of them the processor has under way at
  /// a time: so the addresses are worked out before.
  public static long touch(long[] addresses, int count) {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      if (addresses[i] != 0) {
        sum += touch(addresses[i]);
      }
    }
    return sum;
  }

  /// Copies `length` bytes of an array to `to`.
  public static void copy(byte[] from, int offset, long to, int length) {
    if (length > LOOP_LIMIT) {
      MemorySegment.copy(from, offset, ALL, BYTE, to, length);
    } else if (length >= 8) {
      int last = length - 8;
      for (int i = 0; i < last; i += 8) {
        putLong(to + i, getLong(from, offset + i));
      }
      putLong(to + last, getLong(from, offset + last));
    } else if (length >= 4) {
      putInt(to, getInt(from, offset));
      putInt(to + length - 4, getInt(from, offset + length - 4));
    } else {
      for (int i = 0; i < length; i++) {
        putByte(to + i, from[offset + i]);
      }
    }
  }

  /// Copies `length` bytes at `from` into an array.
  public static void copy(long from, byte[] to, int offset, int length) {
    if (length > LOOP_LIMIT) {
      MemorySegment.copy(ALL, BYTE, from, to, offset, length);
    } else if (length >= 8) {
      int last = length - 8;
      for (int i = 0; i < last; i += 8) {
        putLong(to, offset + i, getLong(from + i));
      }
      putLong(to, offset + last, getLong(from + last));
    } else if (length >= 4) {
      putInt(to, offset, getInt(from));
      putInt(to, offset + length - 4, getInt(from + length - 4));
    } else {
      for (int i = 0; i < length; i++) {
        to[offset + i] = getByte(from + i);
      }
    }
  }

  /// Copies `length` bytes from one address to another; the two may overlap.
  public static void copy(long from, long to, long length) {
    MemorySegment.copy(ALL, from, ALL, to, length);
  }

  /// Sets `length` bytes to `value`.
  public static void fill(long address, long length, byte value) {
    ALL.asSlice(address, length).fill(value);
  }

  /// Whether `length` bytes at `address` equal those of the array from `offset`.
  public static boolean equal(long address, byte[] b, int offset, int length) {
    if (length >= 8) {
      int last = length - 8;
      for (int i = 0; i < last; i += 8) {
        if (getLong(address + i) != getLong(b, offset + i)) {
          return false;
        }
      }
      return getLong(address + last) == getLong(b, offset + last);
    }
    if (length >= 4) {
      int last = length - 4;
      return getInt(address) == getInt(b, offset)
          && getInt(address + last) == getInt(b, offset + last);
    }
    for (int i = 0; i < length; i++) {
      if (getByte(address + i) != b[offset + i]) {
        return false;
      }
    }
    return true;
  }

  /// Whether `length` bytes at the two addresses are equal.
  public static boolean equal(long a, long b, int length) {
    if (length >= 8) {
      int last = length - 8;
      for (int i = 0; i < last; i += 8) {
        if (getLong(a + i) != getLong(b + i)) {
          return false;
        }
      }
      return getLong(a + last) == getLong(b + last);
    }
    if (length >= 4) {
      int last = length - 4;
      return getInt(a) == getInt(b) && getInt(a + last) == getInt(b + last);
    }
    for (int i = 0; i < length; i++) {
      if (getByte(a + i) != getByte(b + i)) {
        return false;
      }
    }
    return true;
  }

  /// The index of the first byte that differs, or -1.
  public static int mismatch(long a, long b, int length) {
    int i = 0;
    for (; i + 8 <= length; i += 8) {
      long difference = getLong(a + i) ^ getLong(b + i);
      if (difference != 0) {
        return i + (Long.numberOfTrailingZeros(difference) >>> 3);
      }
    }
    for (; i < length; i++) {
      if (getByte(a + i) != getByte(b + i)) {
        return i;
      }
    }
    return -1;
  }

  /// Compares two byte strings as unsigned bytes, the shorter first where one begins the other.
  public static int compare(long a, int aLength, byte[] b, int offset, int bLength) {
    int common = Math.min(aLength, bLength);
    int i = 0;
    while (i + 8 <= common && getLong(a + i) == getLong(b, offset + i)) {
      i += 8;
    }
    for (; i < common; i++) {
      int difference = (getByte(a + i) & 0xff) - (b[offset + i] & 0xff);
      if (difference != 0) {
        return difference;
      }
    }
    return aLength - bLength;
  }

  /// Compares two byte strings of native memory as [#compare(long, int, byte[], int, int)] does.
  public static int compare(long a, int aLength, long b, int bLength) {
    int at = mismatch(a, b, Math.min(aLength, bLength));
    return at < 0 ? aLength - bLength : (getByte(a + at) & 0xff) - (getByte(b + at) & 0xff);
  }
}
