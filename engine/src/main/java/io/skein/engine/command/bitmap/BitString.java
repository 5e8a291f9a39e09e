package io.skein.engine.command.bitmap;

import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.resp.Errors;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import org.jspecify.annotations.Nullable;

/// The string that an entry holds, to be read as bytes and words; bytes behind its end are zero.
///
/// Valid until the next change of the database.
final class BitString {
  private final byte @Nullable [] digits;
  private final long address;
  private final int length;

  private BitString(byte @Nullable [] digits, long address, int length) {
    this.digits = digits;
    this.address = address;
    this.length = length;
  }

  /// The string of `entry`, 0 standing for none, which reads as an empty string.
  static BitString of(long entry) {
    if (entry == 0) {
      return new BitString(null, 0, 0);
    }
    int kind = Entry.kind(entry);
    if (!EntryKind.isString(kind)) {
      throw Errors.WRONG_TYPE;
    }
    if (kind == EntryKind.STRING_INT) {
      byte[] digits = Numbers.toBytes(Memory.getLong(Entry.valueAddress(entry)));
      return new BitString(digits, 0, digits.length);
    }
    return new BitString(null, Entry.valueAddress(entry), Entry.valueLength(entry));
  }

  /// The number of bytes.
  int length() {
    return length;
  }

  /// Byte `i`, 0 to 255.
  int at(long i) {
    if (i >= length) {
      return 0;
    }
    return (digits == null ? Memory.getByte(address + i) : digits[(int) i]) & 0xff;
  }

  /// Bytes `i` to `i + 7`, the first of them lowest.
  long word(int i) {
    if (digits == null && i <= length - Long.BYTES) {
      return Memory.getLong(address + i);
    }
    long word = 0;
    for (int n = Math.min(Long.BYTES, length - i) - 1; n >= 0; n--) {
      word = word << 8 | at(i + n);
    }
    return word;
  }

  /// How many bits of the bytes from `from` to `to`, both included, are set.
  long count(int from, int to) {
    long count = 0;
    int i = from;
    for (; i <= to - Long.BYTES + 1; i += Long.BYTES) {
      count += Long.bitCount(word(i));
    }
    for (; i <= to; i++) {
      count += Integer.bitCount(at(i));
    }
    return count;
  }

  /// The first bit from `from` to `to`, both included, that is `bit`; -1 without one. The first bit
  /// of a byte is its highest.
  long find(int bit, long from, long to) {
    long p = from;
    long skip = bit == 0 ? -1 : 0;
    while (p <= to) {
      if ((p & 7) == 0) {
        int i = (int) (p >> 3);
        while (p + Long.SIZE - 1 <= to && word(i) == skip) {
          i += Long.BYTES;
          p += Long.SIZE;
        }
        while (p + 7 <= to && at(i) == (skip & 0xff)) {
          i++;
          p += 8;
        }
        if (p > to) {
          return -1;
        }
      }
      if ((at(p >> 3) >> (7 - (p & 7)) & 1) == bit) {
        return p;
      }
      p++;
    }
    return -1;
  }
}
