package io.skein.engine.keyspace;

import io.skein.engine.bytes.Slot;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.HashTable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Walks over the keys of a database for SCAN, KEYS and RANDOMKEY.
///
/// Keys whose time has come are not shown; a primary deletes those that SCAN or RANDOMKEY would
/// have shown otherwise.
///
/// *Cursors.* A cursor tells all there is to know about a walk, so the server keeps nothing.
/// Without a cluster it is the position in hash order at which the walk goes on. In a cluster it is
/// a slot in its low 14 bits and above them the upper 39 bits of the position in that slot's table.
/// Either fits 53 bits, so that clients which keep numbers as doubles do not garble it. Rounding a
/// position to 39 bits is always upwards, past entries that have been shown.
public final class KeyScan {
  /// Is shown keys.
  @FunctionalInterface
  public interface Visitor {
    /// Whether it wants to see a key, expired or not; its entry is valid during the call.
    default boolean wants(long entry) {
      return true;
    }

    /// A key, by the address of its entry (see [Entry]), which is valid during the call.
    void key(long entry);
  }

  /// In place of a slot: all slots.
  public static final int ANY_SLOT = -1;

  private static final int SLOT_BITS = 14;
  private static final int ROUNDED_BITS = 9;
  private static final long ROUNDED = (1L << ROUNDED_BITS) - 1;

  /// How often a random draw may meet a key that has expired.
  private static final int MOST_DRAWS = 100;

  /// How many buckets are walked after that.
  private static final int MOST_BUCKETS = 4096;

  private final Keyspace keyspace;
  private final List<byte[]> due = new ArrayList<>();
  private long looked;

  public KeyScan(Keyspace keyspace) {
    this.keyspace = keyspace;
  }

  /// Shows about `count` keys from `cursor` on, and returns the cursor at which to go on, or 0 when
  /// all were shown.
  ///
  /// Every key that is there from the walk's first call to its last is shown at least once. One
  /// call looks at no more than `count` keys and one bucket, in `10 * count` buckets at most.
  ///
  /// @param cursor 0 to begin; any other number is valid too
  /// @param slot the only slot to walk over, or [#ANY_SLOT]
  public long scan(Database db, long cursor, long count, int slot, Visitor visitor) {
    int tables = db.contents().tableCount();
    boolean split = tables > 1;
    int table = split ? (int) cursor & Slot.SLOT_COUNT - 1 : 0;
    long position = split ? cursor >>> SLOT_BITS << ROUNDED_BITS : cursor;
    if (split && slot >= 0 && table != slot) {
      if (table > slot) {
        return 0;
      }
      table = slot;
      position = 0;
    }
    long steps = count > Long.MAX_VALUE / 10 ? Long.MAX_VALUE : count * 10;
    looked = 0;
    while (true) {
      HashTable index = db.table(table);
      if (index == null) {
        position = 0;
      } else {
        do {
          position = index.scan(position, ref -> look(db, ref, visitor));
          expire(db);
        } while (position != 0 && steps-- > 0 && looked < count);
        if (position != 0 && split) {
          position = rounded(db, index, position, visitor);
        }
      }
      if (position != 0) {
        return split ? position >>> ROUNDED_BITS << SLOT_BITS | table : position;
      }
      if (split && slot >= 0 || ++table == tables) {
        return 0;
      }
      if (looked >= count || steps <= 0) {
        return table;
      }
    }
  }

  /// Shows the keys from `position` up to the next position that a cursor can tell, and returns it.
  private long rounded(Database db, HashTable index, long position, Visitor visitor) {
    long up = position + ROUNDED & ~ROUNDED;
    if (up != position) {
      index.scan(
          position,
          ref -> {
            if (position(db.address(ref)) < up) {
              look(db, ref, visitor);
            }
          });
      expire(db);
    }
    return up & HashTable.POSITIONS - 1;
  }

  private long position(long entry) {
    return HashTable.position(
        keyspace.keyHash().of(Entry.keyAddress(entry), Entry.keyLength(entry)));
  }

  private void look(Database db, long ref, Visitor visitor) {
    long entry = db.address(ref);
    looked++;
    if (!visitor.wants(entry)) {
      return;
    }
    if (!db.isGone(entry)) {
      visitor.key(entry);
    } else if (keyspace.expiryRule() == Keyspace.ExpiryRule.DELETE) {
      due.add(Entry.key(entry));
    }
  }

  private void expire(Database db) {
    if (!due.isEmpty()) {
      for (byte[] key : due) {
        db.expireIfDue(keyspace.key(key));
      }
      due.clear();
    }
  }

  /// Shows all keys, of all slots or of one, and deletes none.
  public void all(Database db, int slot, Visitor visitor) {
    int tables = db.contents().tableCount();
    boolean one = tables > 1 && slot >= 0;
    for (int i = one ? slot : 0; i < (one ? slot + 1 : tables); i++) {
      HashTable index = db.table(i);
      long position = 0;
      while (index != null) {
        position =
            index.scan(
                position,
                ref -> {
                  long entry = db.address(ref);
                  if (visitor.wants(entry) && !db.isGone(entry)) {
                    visitor.key(entry);
                  }
                });
        if (position == 0) {
          break;
        }
      }
    }
  }

  /// A key chosen by `random`, a random number, all with nearly the same probability; or null when
  /// none is found that is still to be seen.
  public byte @Nullable [] random(Database db, long random) {
    long draw = random;
    for (int i = 0; i < MOST_DRAWS && db.size() > 0; i++) {
      long entry = db.address(draw(db, draw));
      if (!db.isGone(entry)) {
        return Entry.key(entry);
      }
      if (keyspace.expiryRule() == Keyspace.ExpiryRule.DELETE) {
        db.expireIfDue(keyspace.key(Entry.key(entry)));
      }
      draw = draw * 0x5851f42d4c957f2dL + 0x14057b7ef767814fL;
    }
    FirstKey first = new FirstKey();
    long cursor = 0;
    for (int i = 0; i < MOST_BUCKETS && first.key == null && db.size() > 0; i++) {
      cursor = scan(db, cursor, 1, ANY_SLOT, first);
      if (cursor == 0) {
        break;
      }
    }
    return first.key;
  }

  private static final class FirstKey implements Visitor {
    private byte @Nullable [] key;

    @Override
    public void key(long entry) {
      if (key == null) {
        key = Entry.key(entry);
      }
    }
  }

  private static long draw(Database db, long random) {
    int tables = db.contents().tableCount();
    long left = tables == 1 ? 0 : Math.floorMod(random >>> 1, db.size());
    for (int i = 0; i < tables; i++) {
      HashTable table = db.table(i);
      long size = table == null ? 0 : table.size();
      if (table != null && left < size) {
        return table.randomEntry(random);
      }
      left -= size;
    }
    throw new IllegalStateException("a database holds fewer keys than it counts");
  }
}
