package io.skein.engine.command;

import io.skein.engine.config.MemorySettings;
import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.Settings;
import java.util.ArrayList;
import java.util.List;

/// Keeps what clients take together below `maxmemory-clients` by disconnecting the largest.
///
/// Replicas and the primary do not count. Clients with CLIENT NO-EVICT count, and stay. While
/// neither this setting nor `maxmemory`, to which clients' memory counts too, is in force, nothing
/// is counted but when somebody asks.
public final class ClientBudget {
  private final Settings settings;
  private final Sessions sessions;
  private boolean counting;
  private long limit;
  private long total;
  private long evicted;

  ClientBudget(Settings settings, Sessions sessions) {
    this.settings = settings;
    this.sessions = sessions;
    settings.onChange(NetworkSettings.MAXMEMORY_CLIENTS, s -> configure());
    settings.onChange(MemorySettings.MAXMEMORY, s -> configure());
    configure();
  }

  private void configure() {
    long most = settings.get(NetworkSettings.MAXMEMORY_CLIENTS);
    long memory = settings.number(MemorySettings.MAXMEMORY);
    limit = most < 0 ? (long) (memory / 100.0 * -most) : most;
    counting = limit > 0 || memory > 0;
    if (counting) {
      refresh();
    }
  }

  /// Whether changes of a session's memory are to be [counted][#recount].
  public boolean isCounting() {
    return counting;
  }

  /// What all clients but replicas take, in bytes, as far as it was counted; 0 when it is not.
  public long bytes() {
    return counting ? total : 0;
  }

  /// The number of clients disconnected since the statistics began.
  public long evicted() {
    return evicted;
  }

  void reset() {
    evicted = 0;
  }

  /// Takes note of what `session` takes now.
  public void recount(Session session) {
    boolean counts = !session.isClosing() && isClient(session);
    long now = counts ? ClientMemory.of(session) : 0;
    total += now - session.countedBytes();
    session.countedBytes(now);
  }

  /// The session is gone.
  void forget(Session session) {
    total -= session.countedBytes();
    session.countedBytes(0);
  }

  /// Counts all sessions anew: what they were sent may have left since.
  public void refresh() {
    total = 0;
    for (Session session : sessions.all()) {
      session.countedBytes(0);
      recount(session);
    }
  }

  private static boolean isClient(Session session) {
    return session.kind() == Session.Kind.NORMAL || session.kind() == Session.Kind.PUBSUB;
  }

  /// Disconnects clients, the largest first, until the others take no more than they may.
  public void enforce() {
    if (limit == 0 || total <= limit) {
      return;
    }
    refresh();
    if (total <= limit) {
      return;
    }
    List<Session> victims = new ArrayList<>();
    for (Session session : sessions.all()) {
      if (session.countedBytes() > 0 && !session.isNoEvict()) {
        victims.add(session);
      }
    }
    victims.sort((a, b) -> Long.compare(b.countedBytes(), a.countedBytes()));
    for (Session victim : victims) {
      if (total <= limit) {
        return;
      }
      evicted++;
      sessions.disconnect(victim, "clients take more than maxmemory-clients, and it the most");
    }
  }
}
