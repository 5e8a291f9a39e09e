package io.skein.engine.keyspace;

import io.skein.engine.bytes.Bytes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// Which transactions fail when which key changes.
///
/// A key that had expired already when the watch began, and was still there, is as good as gone:
/// that it is deleted later is no change. One that expires later is a change, even if nobody has
/// noticed it yet.
public final class Watches {
  /// Someone who watches keys.
  public interface Watcher {
    /// A key that this watcher watches has changed.
    void broken();
  }

  /// A key in a database.
  public record Watched(int database, Bytes key) {}

  private static final class Watch {
    final Watcher watcher;

    /// Whether the key has been there all the time of the watch with its time over.
    boolean expired;

    Watch(Watcher watcher, boolean expired) {
      this.watcher = watcher;
      this.expired = expired;
    }
  }

  private final Map<Watched, List<Watch>> watches = new LinkedHashMap<>();

  Watches() {}

  /// Whether nobody watches anything.
  public boolean isEmpty() {
    return watches.isEmpty();
  }

  /// The number of keys that are watched.
  public int size() {
    return watches.size();
  }

  /// Tells `watcher` when `key` of `database` changes.
  public void watch(Database database, Watched key, Watcher watcher) {
    List<Watch> list = watches.computeIfAbsent(key, k -> new ArrayList<>(1));
    if (find(list, watcher) < 0) {
      list.add(new Watch(watcher, database.holdsExpired(key.key())));
    }
  }

  /// Tells `watcher` no more about `key`.
  public void unwatch(Watched key, Watcher watcher) {
    List<Watch> list = watches.get(key);
    int at = list == null ? -1 : find(list, watcher);
    if (list != null && at >= 0) {
      list.remove(at);
      if (list.isEmpty()) {
        watches.remove(key);
      }
    }
  }

  /// Whether `key` of `database`, which `watcher` watches, has expired since, and is still there.
  public boolean hasExpired(Database database, Watched key, Watcher watcher) {
    List<Watch> list = watches.get(key);
    int at = list == null ? -1 : find(list, watcher);
    return list != null && at >= 0 && !list.get(at).expired && database.holdsExpired(key.key());
  }

  private static int find(List<Watch> list, Watcher watcher) {
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i).watcher.equals(watcher)) {
        return i;
      }
    }
    return -1;
  }

  void keyChanged(Database database, Key key) {
    if (watches.isEmpty()) {
      return;
    }
    Watched watched = new Watched(database.index(), key.toBytes());
    List<Watch> list = watches.get(watched);
    if (list == null) {
      return;
    }
    boolean gone = !database.holds(watched.key());
    for (Watch watch : list) {
      if (watch.expired) {
        watch.expired = !gone;
      } else {
        watch.watcher.broken();
      }
    }
  }

  /// Keys of `database` are served elsewhere from now on: what becomes of them there is not known
  /// here, also if they come back.
  public void leaves(int database, Predicate<Bytes> left) {
    for (Map.Entry<Watched, List<Watch>> e : watches.entrySet()) {
      if (e.getKey().database() == database && left.test(e.getKey().key())) {
        e.getValue().forEach(watch -> watch.watcher.broken());
      }
    }
  }

  /// The keys of `database` are about to be deleted.
  void databaseFlushed(Database database) {
    for (Map.Entry<Watched, List<Watch>> e : watches.entrySet()) {
      Watched watched = e.getKey();
      if (watched.database() == database.index() && database.holds(watched.key())) {
        for (Watch watch : e.getValue()) {
          if (watch.expired) {
            watch.expired = false;
          } else {
            watch.watcher.broken();
          }
        }
      }
    }
  }

  /// The keys of `database` are about to be replaced by those of `other`: all that are in either
  /// change, unless there is nothing to be seen of them before and after.
  void databaseReplaced(Database database, Database other) {
    for (Map.Entry<Watched, List<Watch>> e : watches.entrySet()) {
      Bytes key = e.getKey().key();
      if (e.getKey().database() != database.index() || !database.holds(key) && !other.holds(key)) {
        continue;
      }
      boolean expiredThen = other.holdsExpired(key);
      boolean invisibleThen = expiredThen || !other.holds(key);
      for (Watch watch : e.getValue()) {
        boolean invisibleNow = watch.expired || !database.holds(key);
        if (invisibleNow && invisibleThen) {
          watch.expired = expiredThen;
        } else {
          watch.watcher.broken();
        }
      }
    }
  }
}
