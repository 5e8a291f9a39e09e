package io.skein.engine.rdb;

import io.skein.engine.bytes.Numbers;
import io.skein.engine.rdb.RdbException.Fault;

/// Reads the items of a ziplist or a listpack from a file, in which nothing is believed.
///
/// ```
/// ziplist    bytes : 32 | offset of last item : 32 | items : 16 | item ... | 0xff
/// item       length of the item before : 8, or 0xfe and 32 | head | data
/// head       00llllll                        string of up to 63 bytes
///            01llllll llllllll               string of up to 16383 bytes
///            10000000 and 32 bits            string, the length's most significant byte first
///            c0, d0, e0, f0, fe              integer of 2, 4, 8, 3, 1 bytes
///            f1 to fd                        integer 0 to 12
/// ```
///
/// For the listpack see [io.skein.engine.structure.Listpack]. An item is handed out as text: as a
/// slice that is valid until the next one.
final class PackedItems {
  private static final int ZIPLIST_HEADER = 10;
  private static final int LISTPACK_HEADER = 6;
  private static final int UNKNOWN_COUNT = 0xffff;
  private static final int END = 0xff;

  private final byte[] bytes;
  private final int begin;
  private final int end;
  private final long fileOffset;
  private final boolean ziplist;
  private final byte[] digits = new byte[Numbers.MAX_LONG_LENGTH];
  private final int stated;

  private int at;
  private final int statedLast;
  private int previousBytes;
  private int count;

  private byte[] array;
  private int offset;
  private int length;

  private PackedItems(RdbReader in, boolean ziplist) {
    fileOffset = in.fileOffset();
    in.readString();
    // The reader's array may be one that the next string overwrites, but there is none before the
    // last item was read.
    bytes = in.array();
    array = bytes;
    begin = in.offset();
    this.ziplist = ziplist;
    int header = ziplist ? ZIPLIST_HEADER : LISTPACK_HEADER;
    check(in.length() > header, "is too short");
    check(LittleEndian.getInt(bytes, begin) == in.length(), "states another length");
    end = begin + in.length() - 1;
    check((bytes[end] & 0xff) == END, "has no end");
    stated = LittleEndian.getShort(bytes, begin + header - Short.BYTES) & 0xffff;
    statedLast = ziplist ? LittleEndian.getInt(bytes, begin + Integer.BYTES) : 0;
    at = begin + header;
  }

  /// The items of the ziplist that `in` has as its next string.
  static PackedItems ziplist(RdbReader in) {
    return new PackedItems(in, true);
  }

  /// The items of the listpack that `in` has as its next string.
  static PackedItems listpack(RdbReader in) {
    return new PackedItems(in, false);
  }

  /// How many items there are at most.
  int most() {
    return stated == UNKNOWN_COUNT ? end - at : stated;
  }

  /// Goes to the next item; false when there is none.
  ///
  /// @throws RdbException when what is there is no item
  boolean next() {
    if (at == end) {
      check(stated == UNKNOWN_COUNT || stated == count, "states another number of items");
      check(
          !ziplist || statedLast == end - begin - previousBytes,
          "states another place of its last item");
      return false;
    }
    count++;
    if (ziplist) {
      nextOfZiplist();
    } else {
      nextOfListpack();
    }
    return true;
  }

  private void nextOfZiplist() {
    int start = at;
    int before = byteAt(at++);
    check(before != END, "ends too early");
    if (before == 0xfe) {
      before = (int) littleEndian(Integer.BYTES);
    }
    check(before == previousBytes, "has a broken chain");
    int head = byteAt(at++);
    switch (head >> 6) {
      case 0 -> string(head & 0x3f);
      case 1 -> string((head & 0x3f) << 8 | byteAt(at++));
      case 2 -> {
        check(head == 0x80, "has an item of no kind");
        string(Integer.reverseBytes((int) littleEndian(Integer.BYTES)));
      }
      default -> ziplistInteger(head);
    }
    previousBytes = at - start;
  }

  private void ziplistInteger(int head) {
    switch (head) {
      case 0xc0 -> integer(littleEndian(2));
      case 0xd0 -> integer(littleEndian(4));
      case 0xe0 -> integer(littleEndian(8));
      case 0xf0 -> integer(littleEndian(3));
      case 0xfe -> integer(littleEndian(1));
      default -> {
        check(head >= 0xf1 && head <= 0xfd, "has an item of no kind");
        integer((head & 0x0f) - 1L);
      }
    }
  }

  private void nextOfListpack() {
    int start = at;
    int head = byteAt(at++);
    if (head < 0x80) {
      integer(head);
    } else if (head < 0xc0) {
      string(head & 0x3f);
    } else if (head < 0xe0) {
      integer(((head & 0x1f) << 8 | byteAt(at++)) << 19 >> 19);
    } else if (head < 0xf0) {
      string((head & 0x0f) << 8 | byteAt(at++));
    } else {
      switch (head) {
        case 0xf0 -> string((int) littleEndian(Integer.BYTES));
        case 0xf1 -> integer(littleEndian(2));
        case 0xf2 -> integer(littleEndian(3));
        case 0xf3 -> integer(littleEndian(4));
        case 0xf4 -> integer(littleEndian(8));
        default -> throw corrupt("has an item of no kind");
      }
    }
    backwards(at - start);
  }

  /// Checks the length behind an item, by which it is read backwards.
  private void backwards(int body) {
    int tail =
        body <= 127 ? 1 : body < 16383 ? 2 : body < 2_097_151 ? 3 : body < 268_435_455 ? 4 : 5;
    for (int i = 0; i < tail; i++) {
      int bits = body >>> 7 * (tail - 1 - i) & 0x7f;
      check(byteAt(at++) == (i == 0 ? bits : bits | 0x80), "cannot be read backwards");
    }
  }

  private void string(int size) {
    check(size >= 0 && size <= end - at, "has an item that is too long");
    array = bytes;
    offset = at;
    length = size;
    at += size;
  }

  private void integer(long value) {
    array = digits;
    offset = 0;
    length = Numbers.writeLong(value, digits, 0);
  }

  private int byteAt(int i) {
    check(i < end, "ends too early");
    return bytes[i] & 0xff;
  }

  private long littleEndian(int width) {
    check(width <= end - at, "ends too early");
    long value = 0;
    for (int i = 0; i < width; i++) {
      value |= (bytes[at++] & 0xffL) << 8 * i;
    }
    int unused = Long.SIZE - 8 * width;
    return value << unused >> unused;
  }

  /// The array that the item lies in.
  byte[] array() {
    return array;
  }

  /// Where in [#array] the item begins.
  int offset() {
    return offset;
  }

  /// The number of bytes of the item.
  int length() {
    return length;
  }

  private void check(boolean holds, String what) {
    if (!holds) {
      throw corrupt(what);
    }
  }

  private RdbException corrupt(String what) {
    return new RdbException(Fault.CORRUPT, fileOffset, (ziplist ? "ziplist " : "listpack ") + what);
  }
}
