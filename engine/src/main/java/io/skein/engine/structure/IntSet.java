package io.skein.engine.structure;

import io.skein.engine.bytes.Memory;

/// A set of 64-bit integers as a sorted array, as wide as its widest member needs.
///
/// ```
/// 0    bytes of each member : 32   2, 4 or 8
/// 4    number of members : 32
/// 8    members, ascending, little-endian
/// ```
///
/// This is the byte format of Redis's intset, which RDB files hold as it is. All methods are static
/// and none allocates. The width never shrinks, as in Redis.
public final class IntSet {
  /// The bytes of an empty set.
  public static final int EMPTY_BYTES = 8;

  /// More members than this are never packed: the block could not hold them.
  public static final int MAX_SIZE = 1 << 27;

  private static final int SIZE = 4;
  private static final int MEMBERS = 8;

  private IntSet() {}

  /// Makes the block an empty set.
  public static void clear(Block block) {
    long address = block.resize(EMPTY_BYTES);
    Memory.putInt(address, Short.BYTES);
    Memory.putInt(address + SIZE, 0);
  }

  /// The number of members.
  public static int size(long address) {
    return Memory.getInt(address + SIZE);
  }

  /// Member number `index` in ascending order.
  public static long at(long address, int index) {
    return get(address, Memory.getInt(address), index);
  }

  /// Whether `value` is a member.
  public static boolean contains(long address, long value) {
    return find(address, value) >= 0;
  }

  /// The index of `value`, or `~index` of where it would have to be inserted.
  public static int find(long address, long value) {
    int width = Memory.getInt(address);
    int size = size(address);
    if (size == 0 || value < get(address, width, 0)) {
      return ~0;
    }
    if (value > get(address, width, size - 1)) {
      return ~size;
    }
    return switch (width) {
      case Short.BYTES -> findShort(address + MEMBERS, size, (int) value);
      case Integer.BYTES -> findInt(address + MEMBERS, size, (int) value);
      default -> findLong(address + MEMBERS, size, value);
    };
  }

  private static int findShort(long members, int size, int value) {
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = low + high >>> 1;
      int member = Memory.getShort(members + 2L * middle);
      if (member < value) {
        low = middle + 1;
      } else if (member > value) {
        high = middle - 1;
      } else {
        return middle;
      }
    }
    return ~low;
  }

  private static int findInt(long members, int size, int value) {
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = low + high >>> 1;
      int member = Memory.getInt(members + 4L * middle);
      if (member < value) {
        low = middle + 1;
      } else if (member > value) {
        high = middle - 1;
      } else {
        return middle;
      }
    }
    return ~low;
  }

  private static int findLong(long members, int size, long value) {
    int low = 0;
    int high = size - 1;
    while (low <= high) {
      int middle = low + high >>> 1;
      long member = Memory.getLong(members + 8L * middle);
      if (member < value) {
        low = middle + 1;
      } else if (member > value) {
        high = middle - 1;
      } else {
        return middle;
      }
    }
    return ~low;
  }

  /// Adds `value`; false when it was a member already.
  public static boolean add(Block block, long value) {
    int found = find(block.address(), value);
    if (found >= 0) {
      return false;
    }
    insert(block, ~found, value);
    return true;
  }

  /// Inserts `value`, which is no member, at the index that [#find] told.
  public static void insert(Block block, int index, long value) {
    int width = Memory.getInt(block.address());
    int size = size(block.address());
    int needed = widthOf(value);
    int wider = Math.max(width, needed);
    long address = block.resize(MEMBERS + (size + 1) * wider);
    if (needed > width) {
      // Wider than all others, so the least or the greatest: index is 0 or size.
      int shift = index == 0 ? 1 : 0;
      Memory.putInt(address, needed);
      for (int i = size - 1; i >= 0; i--) {
        put(address, needed, i + shift, get(address, width, i));
      }
    } else if (index < size) {
      long from = address + MEMBERS + (long) index * width;
      Memory.copy(from, from + width, (long) (size - index) * width);
    }
    put(address, wider, index, value);
    Memory.putInt(address + SIZE, size + 1);
  }

  /// Removes `value`; false when it was no member.
  public static boolean remove(Block block, long value) {
    int found = find(block.address(), value);
    if (found < 0) {
      return false;
    }
    removeAt(block, found);
    return true;
  }

  /// Removes member number `index`.
  public static void removeAt(Block block, int index) {
    long address = block.address();
    int width = Memory.getInt(address);
    int size = size(address);
    long at = address + MEMBERS + (long) index * width;
    Memory.copy(at + width, at, (long) (size - 1 - index) * width);
    Memory.putInt(address + SIZE, size - 1);
    block.resize(MEMBERS + (size - 1) * width);
  }

  /// Whether `length` bytes are a set that is not empty, with its members in order: what comes from
  /// outside must be checked before anything else is done with it.
  public static boolean validate(long address, int length) {
    if (length <= MEMBERS) {
      return false;
    }
    int width = Memory.getInt(address);
    if (width != Short.BYTES && width != Integer.BYTES && width != Long.BYTES) {
      return false;
    }
    int size = size(address);
    if (size <= 0 || (long) size * width != length - MEMBERS) {
      return false;
    }
    long previous = get(address, width, 0);
    for (int i = 1; i < size; i++) {
      long member = get(address, width, i);
      if (member <= previous) {
        return false;
      }
      previous = member;
    }
    return true;
  }

  private static int widthOf(long value) {
    if (value == (short) value) {
      return Short.BYTES;
    }
    return value == (int) value ? Integer.BYTES : Long.BYTES;
  }

  private static long get(long address, int width, int index) {
    long at = address + MEMBERS + (long) index * width;
    return switch (width) {
      case Short.BYTES -> Memory.getShort(at);
      case Integer.BYTES -> Memory.getInt(at);
      default -> Memory.getLong(at);
    };
  }

  private static void put(long address, int width, int index, long value) {
    long at = address + MEMBERS + (long) index * width;
    switch (width) {
      case Short.BYTES -> Memory.putShort(at, (short) value);
      case Integer.BYTES -> Memory.putInt(at, (int) value);
      default -> Memory.putLong(at, value);
    }
  }
}
