package io.skein.engine.keyspace;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.structure.Entry;
import java.util.LinkedHashSet;
import java.util.Set;

/// The keys to which clients of a writable replica have given an expiry time.
///
/// A replica leaves it to its primary to delete what is due, but the primary knows nothing of
/// these: they would stay, hidden, for ever. So the replica deletes them itself.
public final class LocalExpiries {
  private record Named(int database, Bytes key) {}

  private final Keyspace keyspace;

  /// In the order in which they will be looked at.
  private final Set<Named> keys = new LinkedHashSet<>();

  LocalExpiries(Keyspace keyspace) {
    this.keyspace = keyspace;
  }

  /// The number of keys kept in mind; of some, the expiry time may be gone.
  public int size() {
    return keys.size();
  }

  /// `key` was given an expiry time: by a client, or by the primary, whose business it is then.
  void given(Database database, Key key) {
    if (database.index() < 0 || database.index() >= keyspace.databaseCount()) {
      return;
    }
    if (keyspace.expiryRule() == Keyspace.ExpiryRule.HIDE) {
      keys.add(new Named(database.index(), key.toBytes()));
    } else if (!keys.isEmpty()) {
      keys.remove(new Named(database.index(), key.toBytes()));
    }
  }

  void forget(Database database) {
    if (!keys.isEmpty()) {
      keys.removeIf(named -> named.database() == database.index());
    }
  }

  void forgetAll() {
    keys.clear();
  }

  /// Looks at the next `most` keys, and deletes those whose time has come.
  public void step(int most) {
    for (int left = Math.min(most, keys.size()); left > 0; left--) {
      Named next = keys.iterator().next();
      keys.remove(next);
      Database database = keyspace.database(next.database());
      Key key = keyspace.key(next.key().toByteArray());
      long entry = database.peekAny(key);
      if (entry != 0 && Entry.hasExpiry(entry) && !database.expireIfDue(key)) {
        keys.add(next);
      }
    }
  }
}
