package io.skein.engine.command.server;

import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.bytes.Sha1;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.KeyScan;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.keyspace.KindNames;
import io.skein.engine.resp.CommandError;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// A fingerprint of the data set that does not depend on the order of keys: DEBUG DIGEST.
///
/// It is the one that Redis computes, so that the two can be compared. Digests of things in an
/// order are mixed (each step hashes what was there), those without an order are combined by
/// exclusive or.
final class DatasetDigest {
  private static final int STRING_TYPE = 0;
  private static final byte[] EXPIRES = "!!expire!!".getBytes(StandardCharsets.US_ASCII);
  private static final int KEYS_PER_STEP = 1000;

  private DatasetDigest() {}

  /// The digest of all databases, in hexadecimal.
  static String of(Keyspace keyspace) {
    byte[] digest = new byte[Sha1.BYTES];
    KeyScan scan = new KeyScan(keyspace);
    for (int i = 0; i < keyspace.databaseCount(); i++) {
      Database database = keyspace.database(i);
      if (database.size() == 0) {
        continue;
      }
      mix(digest, bigEndian(i));
      long cursor = 0;
      do {
        cursor =
            scan.scan(
                database, cursor, KEYS_PER_STEP, KeyScan.ANY_SLOT, entry -> key(digest, entry));
      } while (cursor != 0);
    }
    return HexFormat.of().formatHex(digest);
  }

  private static void key(byte[] all, long entry) {
    byte[] digest = new byte[Sha1.BYTES];
    mix(digest, Entry.key(entry));
    value(digest, entry);
    combine(all, digest);
  }

  /// The digest of one value, in hexadecimal; of no value with 0.
  static String ofValue(long entry) {
    byte[] digest = new byte[Sha1.BYTES];
    if (entry != 0) {
      value(digest, entry);
    }
    return HexFormat.of().formatHex(digest);
  }

  private static void value(byte[] digest, long entry) {
    int kind = Entry.kind(entry);
    if (!EntryKind.isString(kind)) {
      throw new CommandError("ERR no digest of a value of type " + KindNames.type(kind));
    }
    mix(digest, bigEndian(STRING_TYPE));
    mix(
        digest,
        kind == EntryKind.STRING_INT
            ? Numbers.toBytes(Memory.getLong(Entry.valueAddress(entry)))
            : Entry.value(entry));
    if (Entry.hasExpiry(entry)) {
      combine(digest, EXPIRES);
    }
  }

  private static void combine(byte[] digest, byte[] data) {
    byte[] hash = Sha1.of(data, 0, data.length);
    for (int i = 0; i < digest.length; i++) {
      digest[i] ^= hash[i];
    }
  }

  private static void mix(byte[] digest, byte[] data) {
    combine(digest, data);
    System.arraycopy(Sha1.of(digest, 0, digest.length), 0, digest, 0, digest.length);
  }

  private static byte[] bigEndian(int number) {
    return new byte[] {
      (byte) (number >>> 24), (byte) (number >>> 16), (byte) (number >>> 8), (byte) number
    };
  }
}
