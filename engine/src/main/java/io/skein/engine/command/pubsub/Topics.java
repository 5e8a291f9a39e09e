package io.skein.engine.command.pubsub;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.command.Session;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who is subscribed to which of one kind of topic: channels, patterns or shard channels.
///
/// *Invariant*: a topic is here only while it has subscribers.
final class Topics {
  private final Map<Bytes, Set<Session>> subscribers = new LinkedHashMap<>();

  /// Subscribes `session`; false when it was subscribed already.
  boolean add(Bytes topic, Session session) {
    return subscribers.computeIfAbsent(topic, t -> new LinkedHashSet<>()).add(session);
  }

  void remove(Bytes topic, Session session) {
    Set<Session> of = subscribers.get(topic);
    if (of != null && of.remove(session) && of.isEmpty()) {
      subscribers.remove(topic);
    }
  }

  /// The subscribers of `topic`, or null when it has none.
  @Nullable Set<Session> of(Bytes topic) {
    return subscribers.get(topic);
  }

  int count(Bytes topic) {
    Set<Session> of = subscribers.get(topic);
    return of == null ? 0 : of.size();
  }

  Collection<Bytes> names() {
    return subscribers.keySet();
  }

  Map<Bytes, Set<Session>> all() {
    return subscribers;
  }
}
