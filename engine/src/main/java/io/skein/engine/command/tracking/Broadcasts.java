package io.skein.engine.command.tracking;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.command.Session;
import io.skein.engine.keyspace.Key;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The prefixes that sessions want to hear of, and the keys that have changed since they were told
/// last.
final class Broadcasts {
  /// What is known of one prefix.
  static final class Prefix {
    final Set<Session> sessions = new LinkedHashSet<>();

    /// The keys that have changed, with the session that changed each last; null for none, such as
    /// the passing of time.
    final Map<Bytes, @Nullable Session> keys = new LinkedHashMap<>();
  }

  private final TreeMap<Bytes, Prefix> prefixes = new TreeMap<>();

  /// How many prefixes there are of each length.
  private final TreeMap<Integer, Integer> lengths = new TreeMap<>();

  private boolean pending;

  void add(Bytes prefix, Session session) {
    Prefix known = prefixes.get(prefix);
    if (known == null) {
      known = new Prefix();
      prefixes.put(prefix, known);
      lengths.merge(prefix.length(), 1, Integer::sum);
    }
    known.sessions.add(session);
  }

  void remove(Bytes prefix, Session session) {
    Prefix known = prefixes.get(prefix);
    if (known != null && known.sessions.remove(session) && known.sessions.isEmpty()) {
      prefixes.remove(prefix);
      lengths.computeIfPresent(prefix.length(), (l, count) -> count == 1 ? null : count - 1);
    }
  }

  boolean isEmpty() {
    return prefixes.isEmpty();
  }

  int size() {
    return prefixes.size();
  }

  /// Whether there are keys to tell of.
  boolean isPending() {
    return pending;
  }

  /// `key` has been changed by `author`.
  void changed(Key key, @Nullable Session author) {
    Bytes copy = null;
    for (int length : lengths.keySet()) {
      if (length > key.length()) {
        break;
      }
      Prefix prefix = prefixes.get(Bytes.of(key.array(), key.offset(), length));
      if (prefix != null) {
        copy = copy == null ? key.toBytes() : copy;
        prefix.keys.put(copy, author);
        pending = true;
      }
    }
  }

  /// Each prefix; the caller takes its keys.
  Collection<Prefix> take() {
    pending = false;
    return prefixes.values();
  }
}
