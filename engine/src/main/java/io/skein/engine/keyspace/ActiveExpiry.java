package io.skein.engine.keyspace;

import io.skein.engine.structure.Entry;
import io.skein.engine.structure.HashTable;
import java.util.ArrayList;
import java.util.List;

/// Deletes keys whose time has come although nobody asks for them.
///
/// It walks over the index, bucket by bucket, and looks only at entries that the index says have an
/// expiry time. The walk goes on where it stopped the last time.
public final class ActiveExpiry {
  private final Keyspace keyspace;
  private final List<byte[]> due = new ArrayList<>();
  private int database;
  private int slot;
  private long cursor;
  private long seen;
  private long ttlSumMs;
  private long ttlCount;
  private long deleted;

  public ActiveExpiry(Keyspace keyspace) {
    this.keyspace = keyspace;
  }

  /// Whether any key has an expiry time.
  public boolean hasWork() {
    for (int i = 0; i < keyspace.databaseCount(); i++) {
      if (keyspace.database(i).expiringSize() > 0) {
        return true;
      }
    }
    return false;
  }

  /// Looks at the next `buckets` buckets of the index and deletes what is due.
  ///
  /// @return false when the walk has come to the end of the last database, so that all was seen
  public boolean step(int buckets) {
    int left = buckets;
    while (left > 0) {
      Database db = keyspace.database(database);
      HashTable table = db.expiringSize() == 0 ? null : db.table(slot);
      if (table == null || table.expiringSize() == 0) {
        left--;
        if (!nextTable(db)) {
          return false;
        }
        continue;
      }
      while (left > 0) {
        cursor = table.scanExpiring(cursor, ref -> look(db, ref));
        left--;
        deleteDue(db);
        if (cursor == 0) {
          break;
        }
      }
      if (ttlCount > 0) {
        db.averageTtl(ttlSumMs / ttlCount);
        ttlSumMs = 0;
        ttlCount = 0;
      }
      if (cursor == 0 && !nextTable(db)) {
        return false;
      }
    }
    return true;
  }

  private boolean nextTable(Database db) {
    cursor = 0;
    slot++;
    if (db.expiringSize() > 0 && slot < db.contents().tableCount()) {
      return true;
    }
    slot = 0;
    database = (database + 1) % keyspace.databaseCount();
    return database != 0;
  }

  private void look(Database db, long ref) {
    seen++;
    long entry = db.address(ref);
    long leftMs = Entry.expiryMs(entry) - keyspace.nowMs();
    if (leftMs > 0) {
      ttlSumMs += leftMs;
      ttlCount++;
    }
    if (db.isExpired(entry)) {
      due.add(Entry.key(entry));
    }
  }

  private void deleteDue(Database db) {
    for (byte[] key : due) {
      if (db.expireIfDue(keyspace.key(key))) {
        deleted++;
      }
    }
    due.clear();
  }

  /// Reports the share of entries that were due, of those seen since the last report, to the
  /// statistics.
  public void report(boolean timeWasUp) {
    if (timeWasUp) {
      keyspace.stats().timeCapReached();
    }
    if (seen > 0) {
      double percent = 100.0 * deleted / seen;
      double old = keyspace.stats().expiredStalePercent();
      keyspace.stats().stalePercent(percent * 0.05 + old * 0.95);
    }
    seen = 0;
    deleted = 0;
  }
}
