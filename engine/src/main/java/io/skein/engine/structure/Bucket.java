package io.skein.engine.structure;

import io.skein.engine.bytes.Memory;

/// The layout of one bucket of a [HashTable]: a cache line that holds up to ten entries.
///
/// ```
/// 0    a tag of 8 bits of the hash for each of ten slots; 0 means that the slot is empty
/// 10   a reference of five bytes for each slot
/// 60   a bit for each slot whose entry has an expiry; bit 10: slot 9 refers to a chained bucket
/// ```
final class Bucket {
  static final int BYTES = 64;
  static final int SLOTS = 10;

  /// The slot that refers to the next bucket of a chain, where there is one.
  static final int LINK = SLOTS - 1;

  private static final int REFS = 10;
  private static final int META = 60;
  private static final int OVERFLOW = 1 << SLOTS;
  private static final int ALL_SLOTS = (1 << SLOTS) - 1;
  private static final long REF_MASK = (1L << 40) - 1;
  private static final long LOW_SEVEN = 0x7f7f7f7f7f7f7f7fL;
  private static final long EACH_BYTE = 0x0101010101010101L;

  private Bucket() {}

  /// The tag of a hash, 1 to 255, of bits that do not decide its position.
  static int tag(long hash) {
    return (((int) hash & 0xffff) * 255 >>> 16) + 1;
  }

  /// A bit for each slot that has this tag. An unused slot 9 of a chained bucket never matches a
  /// tag.
  static int match(long bucket, int tag) {
    long pattern = tag * EACH_BYTE;
    long low = Memory.getLong(bucket) ^ pattern;
    int high = (Memory.getShort(bucket + 8) ^ (int) pattern) & 0xffff;
    // Exact: the top bit of each byte that is zero, with no borrow from its neighbour.
    long zero = ~((low & LOW_SEVEN) + LOW_SEVEN | low | LOW_SEVEN);
    int mask = (int) ((zero >>> 7) * 0x0102040810204080L >>> 56);
    if ((high & 0xff) == 0) {
      mask |= 1 << 8;
    }
    if (high >>> 8 == 0) {
      mask |= 1 << 9;
    }
    return mask;
  }

  /// A bit for each slot that can take an entry.
  static int vacant(long bucket) {
    int empty = match(bucket, 0);
    return hasOverflow(bucket) ? empty & ~(1 << LINK) : empty;
  }

  /// A bit for each slot that holds an entry.
  static int occupied(long bucket) {
    return ~match(bucket, 0) & ALL_SLOTS;
  }

  static long ref(long bucket, int slot) {
    return Memory.getLong(bucket + REFS + 5 * slot) & REF_MASK;
  }

  static void putRef(long bucket, int slot, long ref) {
    long at = bucket + REFS + 5 * slot;
    Memory.putInt(at, (int) ref);
    Memory.putByte(at + 4, (byte) (ref >>> 32));
  }

  static int tagAt(long bucket, int slot) {
    return Memory.getByte(bucket + slot) & 0xff;
  }

  /// Fills a vacant slot.
  static void put(long bucket, int slot, int tag, long ref, boolean expires) {
    Memory.putByte(bucket + slot, (byte) tag);
    putRef(bucket, slot, ref);
    setExpires(bucket, slot, expires);
  }

  static void clear(long bucket, int slot) {
    Memory.putByte(bucket + slot, (byte) 0);
    setExpires(bucket, slot, false);
  }

  static boolean hasOverflow(long bucket) {
    return (Memory.getInt(bucket + META) & OVERFLOW) != 0;
  }

  /// Makes slot 9, which is vacant, refer to a chained bucket.
  static void link(long bucket, long ref) {
    Memory.putInt(bucket + META, Memory.getInt(bucket + META) | OVERFLOW);
    putRef(bucket, LINK, ref);
  }

  static void unlink(long bucket) {
    Memory.putInt(bucket + META, Memory.getInt(bucket + META) & ~OVERFLOW);
  }

  /// A bit for each slot whose entry has an expiry.
  static int expiring(long bucket) {
    return Memory.getInt(bucket + META) & ALL_SLOTS;
  }

  static boolean expires(long bucket, int slot) {
    return (Memory.getInt(bucket + META) & 1 << slot) != 0;
  }

  static void setExpires(long bucket, int slot, boolean expires) {
    int meta = Memory.getInt(bucket + META);
    Memory.putInt(bucket + META, expires ? meta | 1 << slot : meta & ~(1 << slot));
  }
}
