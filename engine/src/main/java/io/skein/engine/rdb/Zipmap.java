package io.skein.engine.rdb;

import io.skein.engine.rdb.RdbException.Fault;

/// Reads a zipmap, in which Redis packed small hashes before version 2.6.
///
/// ```
/// 0    number of pairs : 8, 254 when there are more
/// 1    length of the field, field, length of the value, unused bytes : 8, value, unused bytes ...
/// .    0xff
/// ```
///
/// A length is one byte, or 254 and four bytes.
final class Zipmap {
  private static final int END = 0xff;
  private static final int LONG = 254;

  private final byte[] bytes;
  private final int end;
  private final long fileOffset;
  private int at;
  private int fieldOffset;
  private int fieldLength;
  private int valueOffset;
  private int valueLength;

  /// A reader of the string that `in` has read last.
  Zipmap(RdbReader in) {
    bytes = in.array();
    at = in.offset() + 1;
    end = in.offset() + in.length();
    fileOffset = in.fileOffset();
    require(at < end);
  }

  /// Goes to the next pair; false when there is none.
  boolean next() {
    require(at < end);
    if ((bytes[at] & 0xff) == END) {
      require(at == end - 1);
      return false;
    }
    fieldLength = size();
    fieldOffset = at;
    skip(fieldLength);
    valueLength = size();
    require(at < end);
    int unused = bytes[at++] & 0xff;
    valueOffset = at;
    skip(valueLength);
    skip(unused);
    return true;
  }

  private int size() {
    require(at < end);
    int first = bytes[at++] & 0xff;
    if (first < LONG) {
      return first;
    }
    require(first == LONG && end - at >= 4);
    int size = LittleEndian.getInt(bytes, at);
    at += 4;
    return size;
  }

  private void skip(int count) {
    require(count >= 0 && count <= end - at);
    at += count;
  }

  private void require(boolean sound) {
    if (!sound) {
      throw new RdbException(Fault.CORRUPT, fileOffset, "invalid zipmap");
    }
  }

  byte[] array() {
    return bytes;
  }

  int fieldOffset() {
    return fieldOffset;
  }

  int fieldLength() {
    return fieldLength;
  }

  int valueOffset() {
    return valueOffset;
  }

  int valueLength() {
    return valueLength;
  }
}
