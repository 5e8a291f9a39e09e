package io.skein.engine.rdb;

import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Key;
import io.skein.engine.keyspace.SnapshotSink.Steps;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.value.Value;
import java.util.List;

/// Writes the values of a database as they stand in a file, and reads them back.
public final class RdbValues {
  private static final List<ValueFormat<?>> FORMATS =
      List.of(
          new ListFormat(),
          new SetFormat(),
          new HashFormat(),
          new SortedSetFormat(),
          new StreamFormat());

  private RdbValues() {}

  /// Writes the key, which stands in the array, and the value of `entry`.
  public static void write(
      RdbEncoder out, byte[] key, int offset, int length, Database database, long entry) {
    int kind = Entry.kind(entry);
    if (kind == EntryKind.STRING_INT) {
      out.integer(key, offset, length, Memory.getLong(Entry.valueAddress(entry)));
    } else if (EntryKind.isString(kind)) {
      out.beginKey(RdbType.STRING_VALUE, key, offset, length);
      out.writeString(Entry.valueAddress(entry), Entry.valueLength(entry));
    } else {
      begin(out, key, offset, length, database, entry).finish();
    }
  }

  /// Begins to write the key, which stands in the array, and the value of `entry`, which is one of
  /// many elements and must stay what it is until the last step.
  public static Steps begin(
      RdbEncoder out, byte[] key, int offset, int length, Database database, long entry) {
    return begin(out, key, offset, length, formatOf(Entry.kind(entry)), database, entry);
  }

  private static <V extends Value> Steps begin(
      RdbEncoder out,
      byte[] key,
      int offset,
      int length,
      ValueFormat<V> format,
      Database database,
      long entry) {
    V value = database.view(entry, format.type());
    out.beginKey(format.formOf(value), key, offset, length);
    return format.begin(value, out);
  }

  private static ValueFormat<?> formatOf(int kind) {
    for (ValueFormat<?> format : FORMATS) {
      if (format.type().has(kind)) {
        return format;
      }
    }
    throw new IllegalStateException("no format of values of kind " + kind);
  }

  /// The value of `entry` in the form in which DUMP gives it.
  public static byte[] dump(Database database, long entry, boolean compression) {
    int kind = Entry.kind(entry);
    if (EntryKind.isString(kind)) {
      byte[] text =
          kind == EntryKind.STRING_INT
              ? Numbers.toBytes(Memory.getLong(Entry.valueAddress(entry)))
              : Entry.value(entry);
      return DumpPayload.ofString(text, 0, text.length, compression);
    }
    return dump(formatOf(kind), database, entry, compression);
  }

  private static <V extends Value> byte[] dump(
      ValueFormat<V> format, Database database, long entry, boolean compression) {
    V value = database.view(entry, format.type());
    RdbEncoder out = new RdbEncoder(new RdbOptions(RdbFormat.PLAIN_VERSION, compression, false));
    format.begin(value, out).finish();
    return DumpPayload.ofRaw(format.formOf(value), out.take());
  }

  /// Makes `key` the value of `in`.
  ///
  /// @param expiryMs an absolute time or [Entry#NO_EXPIRY]
  /// @return false when the value has no elements and may not be so: there is no key then
  /// @throws RdbException when it is not sound, or of a type that there is no place for; there is
  ///   no key then
  public static boolean read(RdbEntry in, Database database, Key key, long expiryMs) {
    if (in.isString()) {
      database.setString(key, in.valueArray(), in.valueOffset(), in.valueLength(), expiryMs);
      return true;
    }
    for (ValueFormat<?> format : FORMATS) {
      if (format.reads(in.type())) {
        return read(format, in, database, key, expiryMs);
      }
    }
    throw in.unsupported();
  }

  private static <V extends Value> boolean read(
      ValueFormat<V> format, RdbEntry in, Database database, Key key, long expiryMs) {
    V value = database.create(key, format.type(), expiryMs);
    boolean kept = false;
    try {
      format.read(in.type(), in.reader(), value);
      kept = value.size() > 0 || value.kind() == EntryKind.STREAM;
    } finally {
      if (!kept) {
        value.remove();
      }
    }
    return kept;
  }
}
