package io.skein.engine.structure;

import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;

/// A packed sequence of strings and integers that can be read in both directions.
///
/// ```
/// 0    bytes in all : 32 | number of elements : 16, 65535 when it must be counted
/// 6    element ...
/// .    0xff
///
/// element   head and data                            length of head and data, to be read backwards
/// head      0vvvvvvv                                 integer, 0 to 127
///           10llllll                                 string of up to 63 bytes
///           110vvvvv vvvvvvvv                        integer of 13 bits
///           1110llll llllllll                        string of up to 4095 bytes
///           11110000 and a length of 4 bytes         string
///           11110001 to 11110100                     integer of 2, 3, 4 or 8 bytes
/// ```
///
/// The bytes are those of Redis's listpack (`listpack.md` by Salvatore Sanfilippo), so that RDB
/// files hold them as they are. A string that reads like an integer is stored as one. An element is
/// named by its offset from the beginning, which an edit further ahead changes; [#NONE] stands for
/// no element.
///
/// All methods are static and none allocates but those that return an array. Editing takes a
/// [Block], since it moves.
public final class Listpack {
  /// Stands for no element.
  public static final int NONE = 0;

  /// The bytes of a listpack without elements.
  public static final int EMPTY_BYTES = 7;

  /// A listpack does not grow beyond this.
  public static final int MAX_BYTES = 1 << 30;

  private static final int HEADER = 6;
  private static final int COUNT_AT = 4;
  private static final int UNKNOWN_COUNT = 0xffff;
  private static final int END = 0xff;

  private Listpack() {}

  // --- the whole ---

  /// Makes the [#EMPTY_BYTES] bytes at `lp` a listpack without elements.
  public static void clear(long lp) {
    Memory.putInt(lp, EMPTY_BYTES);
    Memory.putShort(lp + COUNT_AT, (short) 0);
    Memory.putByte(lp + HEADER, (byte) END);
  }

  /// The number of bytes of the listpack.
  public static int bytes(long lp) {
    return Memory.getInt(lp);
  }

  /// The number of elements; counts them when there are more than 65534.
  public static int count(long lp) {
    int known = Memory.getShort(lp + COUNT_AT) & 0xffff;
    if (known != UNKNOWN_COUNT) {
      return known;
    }
    int count = 0;
    for (int at = first(lp); at != NONE; at = next(lp, at)) {
      count++;
    }
    if (count < UNKNOWN_COUNT) {
      Memory.putShort(lp + COUNT_AT, (short) count);
    }
    return count;
  }

  public static boolean isEmpty(long lp) {
    return Memory.getByte(lp + HEADER) == (byte) END;
  }

  // --- walking ---

  /// The first element, or [#NONE].
  public static int first(long lp) {
    return isEmpty(lp) ? NONE : HEADER;
  }

  /// The last element, or [#NONE].
  public static int last(long lp) {
    return previous(lp, end(lp));
  }

  /// The element after that at `at`, or [#NONE].
  public static int next(long lp, int at) {
    int next = after(lp, at);
    return Memory.getByte(lp + next) == (byte) END ? NONE : next;
  }

  /// The element before that at `at`, or [#NONE]; `at` may be [#end].
  public static int previous(long lp, int at) {
    if (at == HEADER) {
      return NONE;
    }
    long p = lp + at - 1;
    int body = 0;
    int shift = 0;
    int tail = 1;
    while (true) {
      int b = Memory.getByte(p);
      body |= (b & 0x7f) << shift;
      if ((b & 0x80) == 0) {
        return at - tail - body;
      }
      shift += 7;
      tail++;
      p--;
    }
  }

  /// The element at `index`, counted from 0, or from -1 backwards; [#NONE] beyond the ends.
  public static int seek(long lp, int index) {
    int known = Memory.getShort(lp + COUNT_AT) & 0xffff;
    int wanted = index;
    if (known != UNKNOWN_COUNT) {
      wanted = index < 0 ? index + known : index;
      if (wanted < 0 || wanted >= known) {
        return NONE;
      }
      if (wanted > known / 2) {
        wanted -= known;
      }
    }
    int at;
    if (wanted >= 0) {
      at = first(lp);
      for (; wanted > 0 && at != NONE; wanted--) {
        at = next(lp, at);
      }
    } else {
      at = last(lp);
      for (; wanted < -1 && at != NONE; wanted++) {
        at = previous(lp, at);
      }
    }
    return at;
  }

  /// Where the terminator is: the place to insert at behind the last element.
  public static int end(long lp) {
    return bytes(lp) - 1;
  }

  /// The offset just behind the element: of the next one or of the terminator.
  public static int after(long lp, int at) {
    int body = ListpackElement.bodyBytes(lp + at);
    return at + body + ListpackElement.tailBytes(body);
  }

  // --- reading ---

  public static boolean isInteger(long lp, int at) {
    int head = Memory.getByte(lp + at) & 0xff;
    return head < 0x80 || (head & 0xe0) == 0xc0 || head >= ListpackElement.INT16;
  }

  /// The value of an element for which [#isInteger] holds.
  public static long integer(long lp, int at) {
    long p = lp + at;
    int head = Memory.getByte(p) & 0xff;
    if (head < 0x80) {
      return head;
    }
    if ((head & 0xe0) == 0xc0) {
      long bits = (head & 0x1fL) << 8 | Memory.getByte(p + 1) & 0xff;
      return bits << 51 >> 51;
    }
    return switch (head) {
      case ListpackElement.INT16 -> Memory.getShort(p + 1);
      case ListpackElement.INT24 -> (Memory.getShort(p + 1) & 0xffff) | Memory.getByte(p + 3) << 16;
      case ListpackElement.INT32 -> Memory.getInt(p + 1);
      default -> Memory.getLong(p + 1);
    };
  }

  /// The length of an element that is a string.
  public static int stringLength(long lp, int at) {
    long p = lp + at;
    int head = Memory.getByte(p) & 0xff;
    if (head < 0xc0) {
      return head & 0x3f;
    }
    return head < 0xf0 ? (head & 0x0f) << 8 | Memory.getByte(p + 1) & 0xff : Memory.getInt(p + 1);
  }

  /// The address of the bytes of an element that is a string.
  public static long stringAddress(long lp, int at) {
    return lp + at + stringHead(Memory.getByte(lp + at) & 0xff);
  }

  private static int stringHead(int head) {
    return head < 0xc0 ? 1 : head < 0xf0 ? 2 : 5;
  }

  /// The length of the element as text.
  public static int textLength(long lp, int at) {
    return isInteger(lp, at) ? Numbers.length(integer(lp, at)) : stringLength(lp, at);
  }

  /// A copy of the element as text.
  public static byte[] text(long lp, int at) {
    if (isInteger(lp, at)) {
      return Numbers.toBytes(integer(lp, at));
    }
    byte[] text = new byte[stringLength(lp, at)];
    Memory.copy(stringAddress(lp, at), text, 0, text.length);
    return text;
  }

  /// Writes the element as text into an array, which has room for it, and returns its length.
  public static int copyText(long lp, int at, byte[] into, int offset) {
    if (isInteger(lp, at)) {
      return Numbers.writeLong(integer(lp, at), into, offset);
    }
    int length = stringLength(lp, at);
    Memory.copy(stringAddress(lp, at), into, offset, length);
    return length;
  }

  /// Whether the element's text is the slice.
  public static boolean equals(long lp, int at, byte[] b, int offset, int length) {
    if (!isInteger(lp, at)) {
      return stringLength(lp, at) == length
          && Memory.equal(stringAddress(lp, at), b, offset, length);
    }
    long value = Numbers.parseLong(b, offset, length);
    return !Numbers.isInvalid(value, b, offset, length) && integer(lp, at) == value;
  }

  /// The first element from `from` on, looking only at each one after `skip` others, whose text is
  /// the slice; or [#NONE]. `from` may be [#NONE].
  public static int find(long lp, int from, int skip, byte[] b, int offset, int length) {
    long value = length <= Numbers.MAX_LONG_LENGTH ? Numbers.parseLong(b, offset, length) : 0;
    boolean number =
        length <= Numbers.MAX_LONG_LENGTH && !Numbers.isInvalid(value, b, offset, length);
    int at = from;
    while (at != NONE) {
      // An integer is never stored as a string.
      if (number
          ? isInteger(lp, at) && integer(lp, at) == value
          : !isInteger(lp, at)
              && stringLength(lp, at) == length
              && Memory.equal(stringAddress(lp, at), b, offset, length)) {
        return at;
      }
      at = next(lp, at);
      for (int i = 0; i < skip && at != NONE; i++) {
        at = next(lp, at);
      }
    }
    return NONE;
  }

  /// Compares an element's text with the slice as unsigned bytes, as `memcmp` does, the shorter
  /// first where one begins the other.
  public static int compare(long lp, int at, byte[] b, int offset, int length) {
    if (isInteger(lp, at)) {
      byte[] text = Numbers.toBytes(integer(lp, at));
      return java.util.Arrays.compareUnsigned(text, 0, text.length, b, offset, offset + length);
    }
    return Memory.compare(stringAddress(lp, at), stringLength(lp, at), b, offset, length);
  }

  // --- editing ---

  /// The bytes that the slice takes as an element.
  public static int elementBytes(byte[] b, int offset, int length) {
    long value = Numbers.parseLong(b, offset, length);
    int body =
        Numbers.isInvalid(value, b, offset, length)
            ? ListpackElement.stringBody(length)
            : ListpackElement.integerBody(value);
    return body + ListpackElement.tailBytes(body);
  }

  /// The bytes that an integer takes as an element.
  public static int elementBytes(long value) {
    int body = ListpackElement.integerBody(value);
    return body + ListpackElement.tailBytes(body);
  }

  /// Adds the slice behind the last element.
  public static void append(Block block, byte[] b, int offset, int length) {
    insert(block, end(block.address()), b, offset, length);
  }

  /// Adds an integer behind the last element.
  public static void append(Block block, long value) {
    insert(block, end(block.address()), value);
  }

  /// Adds the slice in front of the first element.
  public static void prepend(Block block, byte[] b, int offset, int length) {
    insert(block, HEADER, b, offset, length);
  }

  /// Adds the slice as an element in front of that at `at`, which may be [#end]; its offset is `at`
  /// then.
  public static void insert(Block block, int at, byte[] b, int offset, int length) {
    long value = Numbers.parseLong(b, offset, length);
    if (!Numbers.isInvalid(value, b, offset, length)) {
      insert(block, at, value);
      return;
    }
    int body = ListpackElement.stringBody(length);
    long p = open(block, at, 0, body + ListpackElement.tailBytes(body), 1) + at;
    ListpackElement.putString(p, b, offset, length, body);
  }

  /// Adds an integer as an element in front of that at `at`, which may be [#end].
  public static void insert(Block block, int at, long value) {
    int body = ListpackElement.integerBody(value);
    ListpackElement.putInteger(
        open(block, at, 0, body + ListpackElement.tailBytes(body), 1) + at, value, body);
  }

  /// Adds `count` elements, which take `length` bytes at `from` in another listpack, in front of
  /// that at `at`, which may be [#end].
  public static void insertRange(Block block, int at, long from, int length, int count) {
    Memory.copy(from, open(block, at, 0, length, count) + at, length);
  }

  /// Puts the slice in place of the element at `at`.
  public static void replace(Block block, int at, byte[] b, int offset, int length) {
    long value = Numbers.parseLong(b, offset, length);
    if (!Numbers.isInvalid(value, b, offset, length)) {
      replace(block, at, value);
      return;
    }
    int old = after(block.address(), at) - at;
    int body = ListpackElement.stringBody(length);
    long p = open(block, at, old, body + ListpackElement.tailBytes(body), 0) + at;
    ListpackElement.putString(p, b, offset, length, body);
  }

  /// Puts an integer in place of the element at `at`.
  public static void replace(Block block, int at, long value) {
    int old = after(block.address(), at) - at;
    int body = ListpackElement.integerBody(value);
    ListpackElement.putInteger(
        open(block, at, old, body + ListpackElement.tailBytes(body), 0) + at, value, body);
  }

  /// Deletes up to `count` elements from that at `at` on; what followed them is at `at` then.
  /// Returns how many there were.
  public static int delete(Block block, int at, int count) {
    long lp = block.address();
    int to = at;
    int deleted = 0;
    while (deleted < count && Memory.getByte(lp + to) != (byte) END) {
      to = after(lp, to);
      deleted++;
    }
    open(block, at, to - at, 0, -deleted);
    return deleted;
  }

  /// Makes the `old` bytes at `at` `fresh` bytes, to be written at once, and returns the address of
  /// the listpack.
  private static long open(Block block, int at, int old, int fresh, int more) {
    long lp = block.address();
    int bytes = bytes(lp);
    int wanted = Math.addExact(bytes, fresh - old);
    int behind = bytes - at - old;
    if (fresh > old) {
      lp = block.resize(wanted);
      Memory.copy(lp + at + old, lp + at + fresh, behind);
    } else if (fresh < old) {
      Memory.copy(lp + at + old, lp + at + fresh, behind);
      lp = block.resize(wanted);
    }
    Memory.putInt(lp, wanted);
    int count = Memory.getShort(lp + COUNT_AT) & 0xffff;
    if (count != UNKNOWN_COUNT) {
      Memory.putShort(lp + COUNT_AT, (short) Math.min(count + more, UNKNOWN_COUNT));
    }
    return lp;
  }

  // --- bytes from outside ---

  /// Whether the `length` bytes at `lp` are a sound listpack: its length and count, every element
  /// and every length behind one. Returns the number of elements, or -1.
  public static int validate(long lp, int length) {
    if (length < EMPTY_BYTES
        || bytes(lp) != length
        || Memory.getByte(lp + length - 1) != (byte) END) {
      return -1;
    }
    int at = HEADER;
    int count = 0;
    while (at < length - 1) {
      int body = ListpackElement.soundBody(lp + at, length - 1 - at);
      if (body < 0) {
        return -1;
      }
      int tail = ListpackElement.tailBytes(body);
      if (tail > length - 1 - at - body || !ListpackElement.isTail(lp + at + body, body, tail)) {
        return -1;
      }
      at += body + tail;
      count++;
    }
    int stated = Memory.getShort(lp + COUNT_AT) & 0xffff;
    return stated == UNKNOWN_COUNT || stated == count ? count : -1;
  }
}
