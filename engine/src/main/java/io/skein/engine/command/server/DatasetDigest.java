package io.skein.engine.command.server;

import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.KeyScan;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.structure.Entry;

/// A fingerprint of the data set that does not depend on the order of keys: DEBUG DIGEST.
///
/// It is the one that Redis computes, so that the two can be compared.
final class DatasetDigest {
  private static final int KEYS_PER_STEP = 1000;

  private DatasetDigest() {}

  /// The digest of all databases, in hexadecimal.
  static String of(Keyspace keyspace) {
    Digest digest = new Digest();
    KeyScan scan = new KeyScan(keyspace);
    for (int i = 0; i < keyspace.databaseCount(); i++) {
      Database database = keyspace.database(i);
      if (database.size() == 0) {
        continue;
      }
      digest.mixBytes(i);
      long cursor = 0;
      do {
        cursor =
            scan.scan(
                database,
                cursor,
                KEYS_PER_STEP,
                KeyScan.ANY_SLOT,
                entry -> key(digest, database, entry));
      } while (cursor != 0);
    }
    return digest.hex();
  }

  private static void key(Digest all, Database database, long entry) {
    Digest digest = new Digest();
    digest.mix(Entry.key(entry));
    ValueDigest.add(digest, database, entry);
    all.combine(digest);
  }

  /// The digest of one value, in hexadecimal; of no value with 0.
  static String ofValue(Database database, long entry) {
    Digest digest = new Digest();
    if (entry != 0) {
      ValueDigest.add(digest, database, entry);
    }
    return digest.hex();
  }
}
