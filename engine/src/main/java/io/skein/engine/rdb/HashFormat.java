package io.skein.engine.rdb;

import io.skein.engine.keyspace.SnapshotSink.Steps;
import io.skein.engine.rdb.RdbException.Fault;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.value.HashCursor;
import io.skein.engine.value.HashValue;
import io.skein.engine.value.Slice;
import io.skein.engine.value.ValueType;
import java.util.Arrays;

/// Hashes in files: a listpack as its bytes, a table field by field; with the expiry times of
/// fields only where there are any, which takes version 12 of the format.
final class HashFormat implements ValueFormat<HashValue> {
  /// The largest expiry time of a field that Redis reads.
  private static final long MAX_EXPIRY_MS = (1L << 48) - 2;

  @Override
  public ValueType<HashValue> type() {
    return HashValue.TYPE;
  }

  @Override
  public RdbType formOf(HashValue hash) {
    if (hash.kind() == EntryKind.HASH_LISTPACK) {
      return RdbType.HASH_LISTPACK;
    }
    return hash.expiringSize() > 0 ? RdbType.HASH_METADATA : RdbType.HASH;
  }

  @Override
  public Steps begin(HashValue hash, RdbEncoder out) {
    if (hash.kind() == EntryKind.HASH_LISTPACK) {
      out.writeString(hash.packedAddress(), hash.packedLength());
      return DONE;
    }
    boolean expiring = hash.expiringSize() > 0;
    long earliest = expiring ? earliestExpiryMs(hash) : 0;
    if (expiring) {
      out.writeLong(earliest);
    }
    out.writeLength(hash.size());
    HashCursor cursor = new HashCursor();
    hash.fields(cursor);
    return elements -> writeFields(cursor, elements, expiring, earliest, out);
  }

  private static boolean writeFields(
      HashCursor cursor, int count, boolean expiring, long earliest, RdbEncoder out) {
    for (int left = count; left > 0; left--) {
      if (!cursor.next()) {
        return true;
      }
      if (expiring) {
        long expiry = cursor.expiryMs();
        out.writeLength(expiry == Entry.NO_EXPIRY ? 0 : expiry - earliest + 1);
      }
      write(cursor.field(), out);
      write(cursor.value(), out);
    }
    return false;
  }

  private static long earliestExpiryMs(HashValue hash) {
    long earliest = Long.MAX_VALUE;
    HashCursor cursor = new HashCursor();
    hash.fields(cursor);
    while (cursor.next()) {
      if (cursor.expiryMs() != Entry.NO_EXPIRY) {
        earliest = Math.min(earliest, cursor.expiryMs());
      }
    }
    return earliest;
  }

  private static void write(Slice text, RdbEncoder out) {
    if (text.isInteger()) {
      out.writeInteger(text.integer());
    } else {
      out.writeString(text.address(), text.length());
    }
  }

  @Override
  public boolean reads(RdbType form) {
    return switch (form) {
      case HASH,
          HASH_ZIPMAP,
          HASH_ZIPLIST,
          HASH_LISTPACK,
          HASH_METADATA_PRE_GA,
          HASH_LISTPACK_EX_PRE_GA,
          HASH_METADATA,
          HASH_LISTPACK_EX,
          VALKEY_HASH_2 ->
          true;
      default -> false;
    };
  }

  @Override
  public void read(RdbType form, RdbReader in, HashValue into) {
    switch (form) {
      case HASH -> readPairs(in, into);
      case HASH_ZIPMAP -> readZipmap(in, into);
      case HASH_ZIPLIST -> readZiplist(in, into);
      case HASH_LISTPACK -> readListpack(in, into, false);
      case HASH_LISTPACK_EX_PRE_GA -> readListpack(in, into, true);
      case HASH_LISTPACK_EX -> {
        in.readLong();
        readListpack(in, into, true);
      }
      case HASH_METADATA -> {
        long earliest = in.readLong();
        require(earliest >= 0 && earliest <= MAX_EXPIRY_MS, in, "impossible expiry time");
        readExpiring(in, into, earliest);
      }
      case HASH_METADATA_PRE_GA -> readExpiring(in, into, 1);
      default -> readValkey(in, into);
    }
  }

  private static void readPairs(RdbReader in, HashValue into) {
    int count = in.readCount();
    into.expect(count, 0, 0);
    for (int i = 0; i < count; i++) {
      readPair(in, into, Entry.NO_EXPIRY);
    }
  }

  /// Reads the number of fields and each with its time: 0 for none, else one more than the time
  /// after `earliest`.
  private static void readExpiring(RdbReader in, HashValue into, long earliest) {
    int count = in.readCount();
    into.expect(count, 0, 0);
    for (int i = 0; i < count; i++) {
      long after = in.readLength();
      require(after >= 0 && after <= MAX_EXPIRY_MS, in, "impossible expiry time");
      readPair(in, into, after == 0 ? Entry.NO_EXPIRY : checked(earliest + after - 1, in));
    }
  }

  private static void readValkey(RdbReader in, HashValue into) {
    int count = in.readCount();
    into.expect(count, 0, 0);
    for (int i = 0; i < count; i++) {
      in.readString();
      byte[] field = in.copy();
      in.readString();
      byte[] value = in.copy();
      long expiry = in.readLong();
      add(in, into, field, value, expiry == -1 ? Entry.NO_EXPIRY : checked(expiry, in));
    }
  }

  private static long checked(long expiryMs, RdbReader in) {
    require(expiryMs >= 0 && expiryMs <= MAX_EXPIRY_MS, in, "impossible expiry time");
    return expiryMs;
  }

  private static void readPair(RdbReader in, HashValue into, long expiryMs) {
    in.readString();
    byte[] field = in.copy();
    in.readString();
    add(in, into, field, in.array(), in.offset(), in.length(), expiryMs);
  }

  private static void add(RdbReader in, HashValue into, byte[] field, byte[] value, long expiryMs) {
    add(in, into, field, value, 0, value.length, expiryMs);
  }

  private static void add(
      RdbReader in,
      HashValue into,
      byte[] field,
      byte[] value,
      int offset,
      int length,
      long expiryMs) {
    boolean isNew = into.set(field, 0, field.length, value, offset, length, false);
    require(isNew, in, "a field twice in a hash");
    if (expiryMs != Entry.NO_EXPIRY) {
      into.expireAt(field, 0, field.length, expiryMs);
    }
  }

  private static void readZipmap(RdbReader in, HashValue into) {
    in.readString();
    Zipmap map = new Zipmap(in);
    while (map.next()) {
      boolean isNew =
          into.set(
              map.array(),
              map.fieldOffset(),
              map.fieldLength(),
              map.array(),
              map.valueOffset(),
              map.valueLength(),
              false);
      require(isNew, in, "a field twice in a hash");
    }
  }

  private static void readZiplist(RdbReader in, HashValue into) {
    PackedItems items = PackedItems.ziplist(in);
    into.expect(items.most() / 2, 0, 0);
    while (items.next()) {
      int end = items.offset() + items.length();
      byte[] field = Arrays.copyOfRange(items.array(), items.offset(), end);
      require(items.next(), in, "a field without a value");
      add(in, into, field, items.array(), items.offset(), items.length(), Entry.NO_EXPIRY);
    }
  }

  private static void readListpack(RdbReader in, HashValue into, boolean expiring) {
    in.readString();
    boolean sound = into.addListpack(in.array(), in.offset(), in.length(), expiring, MAX_EXPIRY_MS);
    require(sound, in, "invalid packed hash");
  }

  private static void require(boolean sound, RdbReader in, String otherwise) {
    if (!sound) {
      throw new RdbException(Fault.CORRUPT, in.fileOffset(), otherwise);
    }
  }
}
