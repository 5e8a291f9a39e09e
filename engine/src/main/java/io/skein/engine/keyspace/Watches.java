package io.skein.engine.keyspace;

import io.skein.engine.bytes.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which transactions fail when which key changes.
public final class Watches {
  /// Someone who watches keys.
  public interface Watcher {
    /// A key that this watcher watches has changed.
    void broken();
  }

  /// A key in a database.
  public record Watched(int database, Bytes key) {}

  private final Map<Watched, List<Watcher>> watchers = new LinkedHashMap<>();

  Watches() {}

  /// Whether nobody watches anything.
  public boolean isEmpty() {
    return watchers.isEmpty();
  }

  /// The number of keys that are watched.
  public int size() {
    return watchers.size();
  }

  /// Tells `watcher` when `key` changes.
  public void watch(Watched key, Watcher watcher) {
    List<Watcher> list = watchers.computeIfAbsent(key, k -> new ArrayList<>(1));
    if (!list.contains(watcher)) {
      list.add(watcher);
    }
  }

  /// Tells `watcher` no more about `key`.
  public void unwatch(Watched key, Watcher watcher) {
    List<Watcher> list = watchers.get(key);
    if (list != null && list.remove(watcher) && list.isEmpty()) {
      watchers.remove(key);
    }
  }

  void keyChanged(int database, Key key) {
    if (!watchers.isEmpty()) {
      List<Watcher> list = watchers.get(new Watched(database, key.toBytes()));
      if (list != null) {
        list.forEach(Watcher::broken);
      }
    }
  }

  /// The keys of `database` are about to be deleted.
  void databaseFlushed(Database database) {
    for (Map.Entry<Watched, List<Watcher>> e : watchers.entrySet()) {
      Watched watched = e.getKey();
      if (watched.database() == database.index() && database.holds(watched.key())) {
        e.getValue().forEach(Watcher::broken);
      }
    }
  }

  /// Every key of `database` may have changed: it was swapped.
  void databaseChanged(int database) {
    for (Map.Entry<Watched, List<Watcher>> e : watchers.entrySet()) {
      if (e.getKey().database() == database) {
        e.getValue().forEach(Watcher::broken);
      }
    }
  }
}
