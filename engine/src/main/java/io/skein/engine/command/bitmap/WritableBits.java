package io.skein.engine.command.bitmap;

import io.skein.engine.bytes.Memory;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Key;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;

/// The string of a key that is about to be written to, long enough for that, in encoding `raw`.
///
/// Nobody is told of a change before there is one: a bit that is set to what it was leaves the
/// watchers of the key alone.
final class WritableBits {
  private final Database db;
  private final Key key;
  private final int length;
  private final boolean grown;
  private boolean told;
  private long address;

  /// Makes the string of `key` at least `bytes` long; a key that is absent comes into being.
  WritableBits(Database db, Key key, int bytes) {
    this.db = db;
    this.key = key;
    long entry = db.write(key);
    BitString old = BitString.of(entry);
    length = Math.max(old.length(), bytes);
    grown = old.length() < bytes;
    if (entry == 0) {
      address = db.setZeros(key, bytes);
      told = true;
    } else if (grown || Entry.kind(entry) == EntryKind.STRING_INT) {
      address = db.resizeString(key, length);
      told = true;
    } else {
      Entry.setKind(entry, EntryKind.STRING_RAW);
      address = Entry.valueAddress(entry);
    }
  }

  /// Whether the key is new or its string has become longer.
  boolean grown() {
    return grown;
  }

  int at(long i) {
    return i < length ? Memory.getByte(address + i) & 0xff : 0;
  }

  void put(long i, int value) {
    if (!told) {
      address = db.resizeString(key, length);
      told = true;
    }
    Memory.putByte(address + i, (byte) value);
  }
}
