package io.skein.engine.command.generic;

import io.skein.engine.bytes.Memory;
import io.skein.engine.bytes.Numbers;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.structure.Entry;
import io.skein.engine.structure.EntryKind;
import io.skein.engine.value.HashCursor;
import io.skein.engine.value.HashValue;
import org.jspecify.annotations.Nullable;

/// What the patterns of SORT's options BY and GET stand for: `prefix*suffix` names a string,
/// `prefix*suffix->field` a field of a hash, the element taking the place of the first `*`; `#` is
/// the element itself.
final class SortPatterns {
  private final Database database;
  private final Keyspace keyspace;
  private final HashCursor field = new HashCursor();

  SortPatterns(Database database, Keyspace keyspace) {
    this.database = database;
    this.keyspace = keyspace;
  }

  /// Whether the pattern depends on the element.
  static boolean isPattern(byte[] pattern) {
    return star(pattern) >= 0;
  }

  private static int star(byte[] pattern) {
    for (int i = 0; i < pattern.length && pattern[i] != 0; i++) {
      if (pattern[i] == '*') {
        return i;
      }
    }
    return -1;
  }

  /// The text that `pattern` stands for with `element`, or null when there is none.
  byte @Nullable [] lookUp(byte[] pattern, byte[] element) {
    if (pattern.length == 1 && pattern[0] == '#') {
      return element;
    }
    int star = star(pattern);
    if (star < 0) {
      return null;
    }
    int arrow = arrow(pattern, star + 1);
    int end = arrow < 0 ? pattern.length : arrow;
    byte[] name = new byte[end - 1 + element.length];
    System.arraycopy(pattern, 0, name, 0, star);
    System.arraycopy(element, 0, name, star, element.length);
    System.arraycopy(pattern, star + 1, name, star + element.length, end - star - 1);
    long entry = database.read(keyspace.key(name));
    if (entry == 0) {
      return null;
    }
    return arrow < 0 ? string(entry) : field(entry, pattern, arrow + 2);
  }

  /// Where `->` stands that has a field's name behind it, or -1.
  private static int arrow(byte[] pattern, int from) {
    for (int i = from; i + 1 < pattern.length && pattern[i] != 0; i++) {
      if (pattern[i] == '-' && pattern[i + 1] == '>') {
        return i + 2 < pattern.length && pattern[i + 2] != 0 ? i : -1;
      }
    }
    return -1;
  }

  private static byte @Nullable [] string(long entry) {
    int kind = Entry.kind(entry);
    if (kind == EntryKind.STRING_INT) {
      return Numbers.toBytes(Memory.getLong(Entry.valueAddress(entry)));
    }
    return EntryKind.isString(kind) ? Entry.value(entry) : null;
  }

  private byte @Nullable [] field(long entry, byte[] pattern, int from) {
    if (!HashValue.TYPE.has(Entry.kind(entry))) {
      return null;
    }
    HashValue hash = database.view(entry, HashValue.TYPE);
    return hash.find(pattern, from, pattern.length - from, field)
        ? field.value().toByteArray()
        : null;
  }
}
