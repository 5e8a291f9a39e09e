package io.skein.engine.keyspace;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.value.HashValue;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Deletes fields of hashes whose time has come although nobody asks for them.
///
/// Each database knows the keys of its hashes with such fields. A round looks at each hash once;
/// one in which nothing is due costs one look-up, one with many fields goes on in the next round.
public final class FieldExpiry {
  /// How many steps over the table of one hash are made at a time.
  private static final int STEPS_PER_HASH = 16;

  private final Keyspace keyspace;
  private final List<byte[]> due = new ArrayList<>();
  private int database;
  private int leftInDatabase;

  public FieldExpiry(Keyspace keyspace) {
    this.keyspace = keyspace;
  }

  /// Begins a round; false when there is nothing to look at.
  public boolean begin() {
    database = -1;
    leftInDatabase = 0;
    for (int i = 0; i < keyspace.databaseCount(); i++) {
      if (!keyspace.database(i).contents().expiringHashes().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /// Looks at the next `hashes` hashes and deletes what is due; false when the round has ended.
  public boolean step(int hashes) {
    for (int i = 0; i < hashes; i++) {
      while (leftInDatabase == 0) {
        if (++database >= keyspace.databaseCount()) {
          return false;
        }
        leftInDatabase = keyspace.database(database).contents().expiringHashes().size();
      }
      Database db = keyspace.database(database);
      LinkedHashSet<Bytes> keys = db.contents().expiringHashes();
      leftInDatabase = Math.min(leftInDatabase, keys.size());
      if (leftInDatabase > 0) {
        leftInDatabase--;
        Bytes first = keys.removeFirst();
        Key key = keyspace.key(first.toByteArray());
        if (look(db, key)) {
          keys.addLast(first);
        }
      }
    }
    return true;
  }

  /// Deletes what is due in one hash; whether it has to be looked at again.
  private boolean look(Database db, Key key) {
    HashValue hash = expiring(db, key);
    if (hash == null) {
      return false;
    }
    if (hash.earliestExpiryMs() < keyspace.nowMs() && !db.isNeededBySnapshot(key)) {
      due.clear();
      hash.findDue(keyspace.nowMs(), STEPS_PER_HASH, due);
      if (!due.isEmpty()) {
        db.expireFields(key, hash, due);
      }
    }
    return expiring(db, key) != null;
  }

  /// The hash of `key`, if it is one with fields that expire.
  private static @Nullable HashValue expiring(Database db, Key key) {
    long entry = db.peekAny(key);
    if (entry == 0 || Entry.kind(entry) != EntryKind.HASH_HASHTABLE || db.isExpired(entry)) {
      return null;
    }
    HashValue hash = db.peek(key, HashValue.TYPE);
    return hash == null || hash.expiringSize() == 0 ? null : hash;
  }

  /// Whether any hash has fields that expire: a file of the keyspace then takes a later version of
  /// the format.
  public static boolean isNeeded(Keyspace keyspace) {
    for (Database db : keyspace.allDatabases()) {
      Iterator<Bytes> keys = db.contents().expiringHashes().iterator();
      while (keys.hasNext()) {
        if (expiring(db, keyspace.key(keys.next().toByteArray())) != null) {
          return true;
        }
        keys.remove();
      }
    }
    return false;
  }
}
