package io.skein.engine.command;

import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.keyspace.Watches;
import java.util.LinkedHashSet;
import java.util.Set;

/// The keys that a session watches.
public final class WatchedKeys implements Watches.Watcher {
  private final Session session;
  private final Set<Watches.Watched> keys = new LinkedHashSet<>();
  private long bytes;

  public WatchedKeys(Session session) {
    this.session = session;
  }

  /// Watches one more key of `database`.
  public void add(Watches.Watched key, Database database, Watches watches) {
    if (keys.add(key)) {
      bytes += key.key().length() + 200L;
      watches.watch(database, key, this);
    }
  }

  /// Whether the time of a key has come since it is watched, whether or not anybody has noticed.
  public boolean hasExpired(Keyspace keyspace) {
    for (Watches.Watched key : keys) {
      if (keyspace.watches().hasExpired(keyspace.database(key.database()), key, this)) {
        return true;
      }
    }
    return false;
  }

  /// Watches nothing any more.
  public void forget(Watches watches) {
    for (Watches.Watched key : keys) {
      watches.unwatch(key, this);
    }
    keys.clear();
    bytes = 0;
  }

  /// The memory that this takes, in bytes, about.
  public long bytes() {
    return bytes;
  }

  /// The keys watched.
  public Set<Watches.Watched> keys() {
    return keys;
  }

  @Override
  public void broken() {
    session.watchBroken(true);
  }
}
