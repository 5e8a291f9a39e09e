package io.skein.engine.keyspace;

import io.skein.engine.structure.Entry;
import io.skein.engine.structure.HashTable;
import java.util.ArrayList;
import java.util.List;

/// The keys of one slot of a cluster, listed at the cost of that slot alone.
public final class SlotKeys {
  private SlotKeys() {}

  /// Up to `most` keys of `slot`, those that have expired and are still there included.
  public static List<byte[]> list(Database database, int slot, int most) {
    List<byte[]> keys = new ArrayList<>();
    HashTable table = database.table(slot);
    if (table == null) {
      return keys;
    }
    long cursor = 0;
    do {
      cursor =
          table.scan(
              cursor,
              ref -> {
                if (keys.size() < most) {
                  keys.add(Entry.key(database.address(ref)));
                }
              });
    } while (cursor != 0 && keys.size() < most);
    return keys;
  }
}
