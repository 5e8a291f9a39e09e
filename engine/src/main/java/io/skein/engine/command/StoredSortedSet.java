package io.skein.engine.command;

import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.EventClass;
import io.skein.engine.keyspace.Key;
import io.skein.engine.structure.Entry;
import io.skein.engine.value.ScoredMember;
import io.skein.engine.value.SortedSetValue;
import java.util.List;

/// What the commands have in common that store what they found as a sorted set.
public final class StoredSortedSet {
  private StoredSortedSet() {}

  /// Makes `key` a sorted set of `elements`, no two of which have the same member and which are
  /// sorted in place; deletes it when there are none. Counts one change, and tells of `event`.
  public static void store(Call call, Key key, List<ScoredMember> elements, String event) {
    Database database = call.database();
    if (elements.isEmpty()) {
      if (database.remove(key)) {
        call.notify(EventClass.GENERIC, "del", key);
        call.dirty(1);
      }
      return;
    }
    database.create(key, SortedSetValue.TYPE, Entry.NO_EXPIRY).fill(elements);
    call.dirty(1);
    call.notify(EventClass.SORTED_SET, event, key);
  }
}
