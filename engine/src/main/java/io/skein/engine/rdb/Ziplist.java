package io.skein.engine.rdb;

import io.skein.engine.bytes.Numbers;
import io.skein.engine.rdb.RdbException.Fault;

/// Reads a ziplist, in which Redis packed small lists, hashes and sorted sets before version 7.
///
/// ```
/// 0    bytes in all : 32 | offset of the last entry : 32 | number of entries : 16, 65535 when unknown
/// 10   entry ...
/// .    0xff
///
/// entry   length of the entry before: 1 byte, or 254 and 4 bytes; encoding; data
/// ```
///
/// The whole is checked before the first entry is handed out. Text is valid until the next entry.
final class Ziplist {
  private static final int HEADER = 10;
  private static final int END = 0xff;
  private static final int LONG_PREVIOUS = 254;

  private final byte[] bytes;
  private final int start;
  private final int end;
  private final long fileOffset;
  private final byte[] digits = new byte[Numbers.MAX_LONG_LENGTH];
  private int at;
  private int count;
  private byte[] array;
  private int offset;
  private int length;

  /// A reader of the string that `in` has read last.
  Ziplist(RdbReader in) {
    bytes = in.array();
    start = in.offset();
    end = start + in.length();
    fileOffset = in.fileOffset();
    array = bytes;
    check();
    at = start + HEADER;
  }

  private void check() {
    require(end - start > HEADER && LittleEndian.getInt(bytes, start) == end - start);
    require((bytes[end - 1] & 0xff) == END);
    int previous = 0;
    int last = 0;
    at = start + HEADER;
    while (at < end - 1) {
      int from = at;
      require(previousLength() == previous);
      element();
      previous = at - from;
      last = from - start;
      count++;
    }
    require(at == end - 1);
    int stated = LittleEndian.getShort(bytes, start + 8) & 0xffff;
    require(stated == count || stated == 0xffff);
    int tail = LittleEndian.getInt(bytes, start + 4);
    require(tail == (count == 0 ? HEADER : last));
  }

  private int previousLength() {
    int first = octet(0);
    if (first < LONG_PREVIOUS) {
      at++;
      return first;
    }
    require(first == LONG_PREVIOUS);
    octet(4);
    int previous = LittleEndian.getInt(bytes, at + 1);
    require(previous >= 0);
    at += 5;
    return previous;
  }

  /// The byte `ahead` of the present one, if it is one of an entry.
  private int octet(int ahead) {
    require(ahead < end - 1 - at);
    return bytes[at + ahead] & 0xff;
  }

  private void element() {
    int head = octet(0);
    switch (head >> 6) {
      case 0 -> string(1, head & 0x3f);
      case 1 -> string(2, (head & 0x3f) << 8 | octet(1));
      case 2 -> {
        octet(4);
        string(5, Integer.reverseBytes(LittleEndian.getInt(bytes, at + 1)));
      }
      default -> integer(head);
    }
  }

  private void string(int head, int size) {
    require(size >= 0 && size <= end - 1 - at - head);
    array = bytes;
    offset = at + head;
    length = size;
    at += head + size;
  }

  private void integer(int head) {
    int size =
        switch (head) {
          case 0xc0 -> 2;
          case 0xd0 -> 4;
          case 0xe0 -> 8;
          case 0xf0 -> 3;
          case 0xfe -> 1;
          default -> 0;
        };
    require(size > 0 || head >= 0xf1 && head <= 0xfd);
    octet(size);
    long value =
        switch (size) {
          case 1 -> bytes[at + 1];
          case 2 -> LittleEndian.getShort(bytes, at + 1);
          case 3 -> LittleEndian.getShort(bytes, at + 1) & 0xffff | bytes[at + 3] << 16;
          case 4 -> LittleEndian.getInt(bytes, at + 1);
          case 8 -> LittleEndian.getLong(bytes, at + 1);
          default -> (head & 0x0f) - 1;
        };
    at += 1 + size;
    array = digits;
    offset = 0;
    length = Numbers.writeLong(value, digits, 0);
  }

  private void require(boolean sound) {
    if (!sound) {
      throw new RdbException(Fault.CORRUPT, fileOffset, "invalid ziplist");
    }
  }

  /// The number of entries.
  int count() {
    return count;
  }

  /// Goes to the next entry; false when there is none.
  boolean next() {
    if (at == end - 1) {
      return false;
    }
    previousLength();
    element();
    return true;
  }

  /// The array that the entry's text lies in.
  byte[] array() {
    return array;
  }

  /// Where in [#array] the text begins.
  int offset() {
    return offset;
  }

  /// The number of bytes of the text.
  int length() {
    return length;
  }
}
