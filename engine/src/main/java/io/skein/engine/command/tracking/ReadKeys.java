package io.skein.engine.command.tracking;

import io.skein.engine.bytes.Bytes;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Which sessions have read which keys since these changed last, whatever the database.
///
/// A session that is gone stays where it is, as an id that finds nobody, until the key changes.
final class ReadKeys {
  /// What a key takes beside its bytes and its readers, in bytes, about.
  private static final int KEY_BYTES = 112;

  private final Map<Bytes, IdSet> readers = new LinkedHashMap<>();
  private long items;
  private long bytes;

  void add(Bytes key, long id) {
    IdSet ids = readers.get(key);
    if (ids == null) {
      ids = new IdSet();
      readers.put(key, ids);
      bytes += KEY_BYTES + key.length() + ids.bytes();
    }
    int before = ids.bytes();
    if (ids.add(id)) {
      items++;
      bytes += ids.bytes() - before;
    }
  }

  /// Forgets `key`, and returns who had read it.
  @Nullable IdSet remove(Bytes key) {
    IdSet ids = readers.remove(key);
    if (ids != null) {
      items -= ids.size();
      bytes -= KEY_BYTES + key.length() + ids.bytes();
    }
    return ids;
  }

  /// The key that has been here for the longest; there must be one.
  Bytes oldest() {
    Iterator<Bytes> keys = readers.keySet().iterator();
    return keys.next();
  }

  /// The keys that `wanted` wants.
  List<Bytes> matching(Predicate<Bytes> wanted) {
    return readers.keySet().stream().filter(wanted).toList();
  }

  void clear() {
    readers.clear();
    items = 0;
    bytes = 0;
  }

  boolean isEmpty() {
    return readers.isEmpty();
  }

  int size() {
    return readers.size();
  }

  /// The sum of the numbers of readers over all keys.
  long items() {
    return items;
  }

  /// The memory that all this takes, in bytes, about.
  long bytes() {
    return bytes;
  }
}
