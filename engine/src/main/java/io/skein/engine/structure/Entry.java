package io.skein.engine.structure;

import io.skein.engine.bytes.Memory;

/// The layout of one key with its packed value (or of one member, or one field with its value) in a
/// block.
///
/// ```
/// 0        kind : 4 | has expiry : 1 | wide expiry : 1 | snapshot mark : 1 | free : 1
/// 1        access clock, 24 bits
/// 4        key length, 1 byte, or 255 and then 4 bytes
/// .        value length, likewise
/// .        expiry time in ms, if any: 6 bytes unsigned, or 8 bytes signed where 6 do not do
/// .        key
/// .        value
/// ```
///
/// All methods are static and take the address of the block; none allocates.
public final class Entry {
  /// Stands for the expiry time of an entry that has none.
  public static final long NO_EXPIRY = -1;

  private static final int KIND_MASK = 0x0f;
  private static final int HAS_EXPIRY = 0x10;
  private static final int WIDE_EXPIRY = 0x20;
  private static final int SNAPSHOT_MARK = 0x40;

  private static final int LENGTHS = 4;
  private static final int ESCAPE = 255;
  private static final int NARROW_BYTES = 6;
  private static final int WIDE_BYTES = 8;
  private static final long NARROW_LIMIT = 1L << 48;

  private Entry() {}

  /// The bytes an entry takes, which must be below 2^31.
  public static int size(int keyLength, int valueLength, long expiryMs) {
    return Math.toIntExact(
        (long) LENGTHS
            + lengthBytes(keyLength)
            + lengthBytes(valueLength)
            + expiryBytes(expiryMs)
            + keyLength
            + valueLength);
  }

  private static int lengthBytes(int length) {
    return length < ESCAPE ? 1 : 5;
  }

  private static int expiryBytes(long expiryMs) {
    if (expiryMs == NO_EXPIRY) {
      return 0;
    }
    return isNarrow(expiryMs) ? NARROW_BYTES : WIDE_BYTES;
  }

  private static boolean isNarrow(long expiryMs) {
    return expiryMs >= 0 && expiryMs < NARROW_LIMIT;
  }

  /// Writes all but the value and returns the address at which `valueLength` bytes of value belong.
  public static long write(
      long address,
      int kind,
      int clock,
      long expiryMs,
      byte[] key,
      int keyOffset,
      int keyLength,
      int valueLength) {
    long keyAddress = writeHeader(address, kind, clock, expiryMs, keyLength, valueLength);
    Memory.copy(key, keyOffset, keyAddress, keyLength);
    return keyAddress + keyLength;
  }

  /// Writes an entry whose value is a slice of an array.
  public static void write(
      long address,
      int kind,
      int clock,
      long expiryMs,
      byte[] key,
      int keyOffset,
      int keyLength,
      byte[] value,
      int valueOffset,
      int valueLength) {
    long at = write(address, kind, clock, expiryMs, key, keyOffset, keyLength, valueLength);
    Memory.copy(value, valueOffset, at, valueLength);
  }

  /// Writes an entry whose value is copied from native memory.
  public static void write(
      long address,
      int kind,
      int clock,
      long expiryMs,
      byte[] key,
      int keyOffset,
      int keyLength,
      long valueAddress,
      int valueLength) {
    long at = write(address, kind, clock, expiryMs, key, keyOffset, keyLength, valueLength);
    Memory.copy(valueAddress, at, valueLength);
  }

  /// Writes at `target` an entry with the key, kind, clock and marks of the entry at `source` but
  /// this expiry and value length, and returns the address at which the value belongs.
  public static long writeLike(long source, long target, long expiryMs, int valueLength) {
    int keyLength = keyLength(source);
    long keyAddress =
        writeHeader(target, kind(source), clock(source), expiryMs, keyLength, valueLength);
    if (isMarked(source)) {
      setMarked(target, true);
    }
    Memory.copy(keyAddress(source), keyAddress, keyLength);
    return keyAddress + keyLength;
  }

  private static long writeHeader(
      long address, int kind, int clock, long expiryMs, int keyLength, int valueLength) {
    int flags = kind;
    if (expiryMs != NO_EXPIRY) {
      flags |= isNarrow(expiryMs) ? HAS_EXPIRY : HAS_EXPIRY | WIDE_EXPIRY;
    }
    Memory.putInt(address, flags | clock << 8);
    long at = putLength(address + LENGTHS, keyLength);
    at = putLength(at, valueLength);
    if (expiryMs != NO_EXPIRY) {
      putExpiry(at, expiryMs);
      at += expiryBytes(expiryMs);
    }
    return at;
  }

  private static long putLength(long at, int length) {
    if (length < ESCAPE) {
      Memory.putByte(at, (byte) length);
      return at + 1;
    }
    Memory.putByte(at, (byte) ESCAPE);
    Memory.putInt(at + 1, length);
    return at + 5;
  }

  private static void putExpiry(long at, long expiryMs) {
    if (isNarrow(expiryMs)) {
      Memory.putInt(at, (int) expiryMs);
      Memory.putShort(at + 4, (short) (expiryMs >>> 32));
    } else {
      Memory.putLong(at, expiryMs);
    }
  }

  // --- header ---

  /// One of [EntryKind].
  public static int kind(long address) {
    return Memory.getByte(address) & KIND_MASK;
  }

  /// Changes the kind in place.
  public static void setKind(long address, int kind) {
    Memory.putByte(address, (byte) ((Memory.getByte(address) & ~KIND_MASK) | kind));
  }

  /// The access clock, 24 bits.
  public static int clock(long address) {
    return Memory.getInt(address) >>> 8;
  }

  /// Sets the access clock, of which the low 24 bits count.
  public static void setClock(long address, int clock) {
    Memory.putInt(address, (Memory.getInt(address) & 0xff) | clock << 8);
  }

  /// Whether a snapshot has marked the entry.
  public static boolean isMarked(long address) {
    return (Memory.getByte(address) & SNAPSHOT_MARK) != 0;
  }

  /// Sets or clears the snapshot's mark.
  public static void setMarked(long address, boolean marked) {
    int flags = Memory.getByte(address);
    Memory.putByte(address, (byte) (marked ? flags | SNAPSHOT_MARK : flags & ~SNAPSHOT_MARK));
  }

  public static boolean hasExpiry(long address) {
    return (Memory.getByte(address) & HAS_EXPIRY) != 0;
  }

  /// The expiry time in ms, or [#NO_EXPIRY].
  public static long expiryMs(long address) {
    int flags = Memory.getByte(address);
    if ((flags & HAS_EXPIRY) == 0) {
      return NO_EXPIRY;
    }
    long at = expiryAddress(address);
    if ((flags & WIDE_EXPIRY) != 0) {
      return Memory.getLong(at);
    }
    return (Memory.getInt(at) & 0xffffffffL) | (Memory.getShort(at + 4) & 0xffffL) << 32;
  }

  private static int expiryBytes(int flags) {
    if ((flags & HAS_EXPIRY) == 0) {
      return 0;
    }
    return (flags & WIDE_EXPIRY) == 0 ? NARROW_BYTES : WIDE_BYTES;
  }

  private static long expiryAddress(long address) {
    long at = address + LENGTHS;
    at += Memory.getByte(at) == (byte) ESCAPE ? 5 : 1;
    return at + (Memory.getByte(at) == (byte) ESCAPE ? 5 : 1);
  }

  // --- key and value ---

  public static int keyLength(long address) {
    int length = Memory.getByte(address + LENGTHS) & 0xff;
    return length < ESCAPE ? length : Memory.getInt(address + LENGTHS + 1);
  }

  public static int valueLength(long address) {
    long at = address + LENGTHS;
    at += Memory.getByte(at) == (byte) ESCAPE ? 5 : 1;
    int length = Memory.getByte(at) & 0xff;
    return length < ESCAPE ? length : Memory.getInt(at + 1);
  }

  public static long keyAddress(long address) {
    // One load tells all of a header without escapes.
    long header = Memory.getLong(address);
    boolean escaped =
        ((int) (header >>> 32) & 0xff) == ESCAPE || ((int) (header >>> 40) & 0xff) == ESCAPE;
    return (escaped ? expiryAddress(address) : address + LENGTHS + 2) + expiryBytes((int) header);
  }

  public static long valueAddress(long address) {
    return keyAddress(address) + keyLength(address);
  }

  /// The bytes the entry takes.
  public static int size(long address) {
    return (int) (valueAddress(address) + valueLength(address) - address);
  }

  /// Whether the key equals the slice.
  public static boolean keyEquals(long address, byte[] b, int offset, int length) {
    return keyLength(address) == length && Memory.equal(keyAddress(address), b, offset, length);
  }

  /// Whether the key equals `length` bytes at another address.
  public static boolean keyEquals(long address, long other, int length) {
    return keyLength(address) == length && Memory.equal(keyAddress(address), other, length);
  }

  /// A copy of the key.
  public static byte[] key(long address) {
    byte[] copy = new byte[keyLength(address)];
    Memory.copy(keyAddress(address), copy, 0, copy.length);
    return copy;
  }

  /// A copy of the value.
  public static byte[] value(long address) {
    byte[] copy = new byte[valueLength(address)];
    Memory.copy(valueAddress(address), copy, 0, copy.length);
    return copy;
  }

  // --- changes in place ---

  /// Gives the value a new length in place, where it fits the block of `usable` bytes without
  /// wasting much of it, and returns the address to write the value to; or 0, nothing changed,
  /// where the entry needs another block.
  ///
  /// The old value's bytes stay as far as both lengths reach.
  public static long resizeValue(long address, int usable, int valueLength) {
    int old = valueLength(address);
    if (lengthBytes(old) != lengthBytes(valueLength)) {
      return 0;
    }
    long at = valueAddress(address);
    long total = at - address + valueLength;
    if (total > usable || usable - SlabArena.roundUp((int) total) > usable >> 3) {
      return 0;
    }
    putValueLength(address, valueLength);
    return at;
  }

  private static void putValueLength(long address, int valueLength) {
    long at = address + LENGTHS;
    putLength(at + (Memory.getByte(at) == (byte) ESCAPE ? 5 : 1), valueLength);
  }

  /// As [#resizeValue], but a block that is far too large will do: the value is expected to grow.
  public static long growValue(long address, int usable, int valueLength) {
    if (lengthBytes(valueLength(address)) != lengthBytes(valueLength)) {
      return 0;
    }
    long at = valueAddress(address);
    if (at - address + valueLength > usable) {
      return 0;
    }
    putValueLength(address, valueLength);
    return at;
  }

  /// Replaces the value in place and returns true, or returns false, nothing changed, where the
  /// entry needs another block; see [#resizeValue].
  public static boolean overwriteValue(
      long address, int usable, byte[] value, int offset, int length) {
    long at = resizeValue(address, usable, length);
    if (at == 0) {
      return false;
    }
    Memory.copy(value, offset, at, length);
    return true;
  }

  /// Sets, changes or (with [#NO_EXPIRY]) removes the expiry time in place and returns true, or
  /// returns false, nothing changed, where the block of `usable` bytes has no room for it.
  ///
  /// The table must hear of an expiry that came or went: [HashTable#expiryChanged].
  public static boolean putExpiry(long address, int usable, long expiryMs) {
    int flags = Memory.getByte(address);
    int before = expiryBytes(flags);
    int after = expiryBytes(expiryMs);
    if (before != after) {
      int size = size(address);
      if (size + after - before > usable) {
        return false;
      }
      long keyAddress = keyAddress(address);
      Memory.copy(keyAddress, keyAddress + after - before, address + size - keyAddress);
    }
    flags &= ~(HAS_EXPIRY | WIDE_EXPIRY);
    if (after != 0) {
      flags |= after == WIDE_BYTES ? HAS_EXPIRY | WIDE_EXPIRY : HAS_EXPIRY;
      putExpiry(expiryAddress(address), expiryMs);
    }
    Memory.putByte(address, (byte) flags);
    return true;
  }
}
