package io.skein.engine.structure;

import io.skein.engine.bytes.Memory;

/// How one element of a [Listpack] lies in memory: a body of head and data, and a tail with the
/// body's length.
final class ListpackElement {
  static final int STRING32 = 0xf0;
  static final int INT16 = 0xf1;
  static final int INT24 = 0xf2;
  static final int INT32 = 0xf3;
  static final int INT64 = 0xf4;

  private ListpackElement() {}

  /// The bytes of head and data.
  static int bodyBytes(long p) {
    int head = Memory.getByte(p) & 0xff;
    if (head < 0x80) {
      return 1;
    }
    if (head < 0xc0) {
      return 1 + (head & 0x3f);
    }
    if (head < 0xe0) {
      return 2;
    }
    if (head < 0xf0) {
      return 2 + ((head & 0x0f) << 8 | Memory.getByte(p + 1) & 0xff);
    }
    return switch (head) {
      case STRING32 -> 5 + Memory.getInt(p + 1);
      case INT16 -> 3;
      case INT24 -> 4;
      case INT32 -> 5;
      case INT64 -> 9;
      default -> throw new IllegalStateException("no element of a listpack begins so: " + head);
    };
  }

  static int stringBody(int length) {
    return length < 64 ? 1 + length : length < 4096 ? 2 + length : 5 + length;
  }

  static int integerBody(long v) {
    if (v >= 0 && v <= 127) {
      return 1;
    }
    if (v >= -4096 && v <= 4095) {
      return 2;
    }
    if (v == (short) v) {
      return 3;
    }
    if (v >= -(1 << 23) && v < 1 << 23) {
      return 4;
    }
    return v == (int) v ? 5 : 9;
  }

  /// The bytes of the length behind a body; the bounds are Redis's.
  static int tailBytes(int body) {
    return body <= 127 ? 1 : body < 16383 ? 2 : body < 2_097_151 ? 3 : body < 268_435_455 ? 4 : 5;
  }

  static void putString(long p, byte[] b, int offset, int length, int body) {
    long at = p;
    if (length < 64) {
      Memory.putByte(at++, (byte) (0x80 | length));
    } else if (length < 4096) {
      Memory.putByte(at++, (byte) (0xe0 | length >> 8));
      Memory.putByte(at++, (byte) length);
    } else {
      Memory.putByte(at, (byte) STRING32);
      Memory.putInt(at + 1, length);
      at += 5;
    }
    Memory.copy(b, offset, at, length);
    putTail(at + length, body);
  }

  static void putInteger(long p, long v, int body) {
    switch (body) {
      case 1 -> Memory.putByte(p, (byte) v);
      case 2 -> {
        Memory.putByte(p, (byte) (0xc0 | v >> 8 & 0x1f));
        Memory.putByte(p + 1, (byte) v);
      }
      case 3 -> {
        Memory.putByte(p, (byte) INT16);
        Memory.putShort(p + 1, (short) v);
      }
      case 4 -> {
        Memory.putByte(p, (byte) INT24);
        Memory.putShort(p + 1, (short) v);
        Memory.putByte(p + 3, (byte) (v >> 16));
      }
      case 5 -> {
        Memory.putByte(p, (byte) INT32);
        Memory.putInt(p + 1, (int) v);
      }
      default -> {
        Memory.putByte(p, (byte) INT64);
        Memory.putLong(p + 1, v);
      }
    }
    putTail(p + body, body);
  }

  private static void putTail(long p, int body) {
    int tail = tailBytes(body);
    for (int i = 0; i < tail; i++) {
      int bits = body >>> 7 * (tail - 1 - i) & 0x7f;
      Memory.putByte(p + i, (byte) (i == 0 ? bits : bits | 0x80));
    }
  }

  /// The bytes of head and data, of which `left` could be there, or -1.
  static int soundBody(long p, int left) {
    int head = Memory.getByte(p) & 0xff;
    if (head > INT64
        || head >= 0xe0 && head < 0xf0 && left < 2
        || head == STRING32 && (left < 5 || Memory.getInt(p + 1) < 0)) {
      return -1;
    }
    if (head == STRING32 && Memory.getInt(p + 1) > left - 5) {
      return -1;
    }
    int body = bodyBytes(p);
    return body > left ? -1 : body;
  }

  static boolean isTail(long p, int body, int tail) {
    for (int i = 0; i < tail; i++) {
      int bits = body >>> 7 * (tail - 1 - i) & 0x7f;
      if (Memory.getByte(p + i) != (byte) (i == 0 ? bits : bits | 0x80)) {
        return false;
      }
    }
    return true;
  }
}
