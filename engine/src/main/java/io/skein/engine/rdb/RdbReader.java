package io.skein.engine.rdb;

import io.skein.engine.bytes.Lzf;
import io.skein.engine.rdb.RdbException.Fault;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Reads the items of a value whose bytes are all there, as those are that [RdbDecoder] hands out.
///
/// Strings come as a range of an array that is only valid until the next one is read: [#array],
/// [#offset], [#length].
public final class RdbReader {
  private byte[] bytes = new byte[0];
  private int at;
  private int end;
  private long base;

  private byte[] scratch = new byte[64];
  private byte[] array = scratch;
  private int offset;
  private int length;

  /// Sets the reader on `length` bytes of `data` from `offset`; `fileOffset` is where those stand
  /// in the file.
  public void reset(byte[] data, int offset, int length, long fileOffset) {
    bytes = data;
    at = offset;
    end = offset + length;
    base = fileOffset - offset;
  }

  /// Returns how many bytes are left.
  public int remaining() {
    return end - at;
  }

  /// Returns the offset in the file of the next byte.
  public long fileOffset() {
    return base + at;
  }

  /// Reads a length-encoded number, of which all 64 bits may be used.
  public long readLength() {
    need(1);
    int width = lengthWidth(bytes[at] & 0xff);
    if (width == 0) {
      throw corrupt("unknown length encoding");
    }
    need(width);
    long n = lengthAt(bytes, at, width);
    at += width;
    return n;
  }

  /// Reads a number of elements; what is negative or more than the bytes left could hold is
  /// refused.
  public int readCount() {
    long n = readLength();
    if (n < 0 || n > remaining()) {
      throw corrupt("impossible number of elements");
    }
    return (int) n;
  }

  /// Reads a 64-bit number, least significant byte first.
  public long readLong() {
    need(Long.BYTES);
    long n = LittleEndian.getLong(bytes, at);
    at += Long.BYTES;
    return n;
  }

  /// Reads one unsigned byte.
  public int readByte() {
    need(1);
    return bytes[at++] & 0xff;
  }

  /// Reads a double of eight bytes.
  public double readDouble() {
    return Double.longBitsToDouble(readLong());
  }

  /// Reads a double as text with a length byte, as files before version 8 have it.
  public double readTextDouble() {
    int n = readByte();
    switch (n) {
      case 253 -> {
        return Double.NaN;
      }
      case 254 -> {
        return Double.POSITIVE_INFINITY;
      }
      case 255 -> {
        return Double.NEGATIVE_INFINITY;
      }
      default -> {
        need(n);
        String text = new String(bytes, at, n, StandardCharsets.ISO_8859_1);
        at += n;
        try {
          return Double.parseDouble(text);
        } catch (NumberFormatException e) {
          throw corrupt("'" + text + "' is not a number");
        }
      }
    }
  }

  /// Reads `n` bytes as they are, as a range like a string's.
  public void readBytes(int n) {
    need(n);
    range(bytes, at, n);
    at += n;
  }

  /// Reads a string in any encoding and leaves it in [#array], [#offset] and [#length].
  public void readString() {
    need(1);
    int first = bytes[at] & 0xff;
    switch (first) {
      case RdbFormat.ENCODED_INT8 -> {
        need(2);
        number(bytes[at + 1]);
        at += 2;
      }
      case RdbFormat.ENCODED_INT16 -> {
        need(3);
        number(LittleEndian.getShort(bytes, at + 1));
        at += 3;
      }
      case RdbFormat.ENCODED_INT32 -> {
        need(5);
        number(LittleEndian.getInt(bytes, at + 1));
        at += 5;
      }
      case RdbFormat.ENCODED_LZF -> compressed();
      default -> {
        long n = readLength();
        if (n < 0 || n > remaining()) {
          throw corrupt("string is longer than what is left");
        }
        range(bytes, at, (int) n);
        at += (int) n;
      }
    }
  }

  /// Returns the array that the string read last lies in; not to be kept or changed.
  public byte[] array() {
    return array;
  }

  /// Returns where in [#array] the string begins.
  public int offset() {
    return offset;
  }

  /// Returns the number of bytes of the string.
  public int length() {
    return length;
  }

  /// Returns a copy of the string read last.
  public byte[] copy() {
    return Arrays.copyOfRange(array, offset, offset + length);
  }

  private void compressed() {
    long start = fileOffset();
    at++;
    long packed = readLength();
    long full = readLength();
    if (packed < 0 || packed > remaining() || full < 0 || !Lzf.canExpandTo(packed, full)) {
      throw new RdbException(Fault.CORRUPT, start, "impossible length of a compressed string");
    }
    if (full > Integer.MAX_VALUE - 16) {
      throw new RdbException(Fault.UNSUPPORTED, start, "string of " + full + " bytes is too long");
    }
    byte[] out = scratch((int) full);
    if (!Lzf.decompress(bytes, at, (int) packed, out, 0, (int) full)) {
      throw new RdbException(Fault.CORRUPT, start, "invalid compressed string");
    }
    at += (int) packed;
    range(out, 0, (int) full);
  }

  private void number(int value) {
    byte[] out = scratch(16);
    int i = 16;
    long left = Math.abs((long) value);
    do {
      out[--i] = (byte) ('0' + left % 10);
      left /= 10;
    } while (left > 0);
    if (value < 0) {
      out[--i] = '-';
    }
    range(out, i, 16 - i);
  }

  /// Returns space for `n` bytes; what is large is not kept for the next string.
  private byte[] scratch(int n) {
    if (n > 1 << 20) {
      return new byte[n];
    }
    if (scratch.length < n) {
      scratch = new byte[Math.max(n, scratch.length * 2)];
    }
    return scratch;
  }

  private void range(byte[] in, int from, int n) {
    array = in;
    offset = from;
    length = n;
  }

  private void need(int n) {
    if (n > end - at) {
      throw corrupt("value ends too early");
    }
  }

  private RdbException corrupt(String reason) {
    return new RdbException(Fault.CORRUPT, fileOffset(), reason);
  }

  /// Returns how many bytes a length takes that begins with `first`, or 0 when no length begins so.
  static int lengthWidth(int first) {
    return switch (first >> 6) {
      case 0 -> 1;
      case 1 -> 2;
      case 2 -> first == RdbFormat.LENGTH_32 ? 5 : first == RdbFormat.LENGTH_64 ? 9 : 0;
      default -> 0;
    };
  }

  /// Returns the length of `width` bytes at `at`.
  static long lengthAt(byte[] b, int at, int width) {
    return switch (width) {
      case 1 -> b[at] & 0x3f;
      case 2 -> (b[at] & 0x3f) << 8 | b[at + 1] & 0xff;
      case 5 -> Integer.reverseBytes(LittleEndian.getInt(b, at + 1)) & 0xffffffffL;
      default -> Long.reverseBytes(LittleEndian.getLong(b, at + 1));
    };
  }
}
