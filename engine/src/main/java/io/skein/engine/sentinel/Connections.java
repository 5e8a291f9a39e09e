package io.skein.engine.sentinel;

import io.skein.engine.sentinel.Connection.Pending;
import io.skein.engine.sentinel.Connection.Purpose;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Opens, uses and closes connections to instances.
final class Connections {
  private static final int NAME_CHARS = 8;

  private final SentinelState state;
  private final Map<Long, Connection> open = new LinkedHashMap<>();
  private long nextId = 1;

  Connections(SentinelState state) {
    this.state = state;
  }

  @Nullable Connection get(long id) {
    return open.get(id);
  }

  /// Makes the connections that an instance lacks, at most once in a while.
  void reconnect(Instance instance) {
    Link link = instance.link();
    long now = state.nowMs;
    if (!link.disconnected
        || instance.address().port() == 0
        || now - link.connectTriedMs < state.periods.get(Periods.Name.PING_PERIOD)) {
      return;
    }
    link.connectTriedMs = now;
    if (link.commands == null) {
      locateAgain(instance);
    }
    if (instance.address().ip().isEmpty()) {
      return;
    }
    if (link.commands == null) {
      Connection made = connect(instance, false);
      link.commands = made;
      logIn(instance, made);
      send(made, Purpose.NOTHING, instance, "CLIENT", "SETNAME", clientName("cmd"));
      ping(instance);
    }
    if (!(instance instanceof Peer) && link.subscription == null) {
      Connection made = connect(instance, true);
      link.subscription = made;
      logIn(instance, made);
      send(made, Purpose.NOTHING, instance, "CLIENT", "SETNAME", clientName("pubsub"));
      send(made, Purpose.SUBSCRIBE, instance, "SUBSCRIBE", Hello.CHANNEL);
    }
    link.disconnected = false;
  }

  /// A name may have another address by now.
  private void locateAgain(Instance instance) {
    Address before = instance.address();
    String ip = state.resolveHostnames ? state.resolver.resolve(before.host()) : null;
    if (ip != null && !ip.equals(before.ip())) {
      instance.address(new Address(before.host(), ip, before.port()));
    }
  }

  private Connection connect(Instance instance, boolean forMessages) {
    Connection made = new Connection(nextId++, instance.link(), forMessages, state.nowMs);
    open.put(made.id, made);
    state.out.add(
        new SentinelEffect.Connect(made.id, instance.address().ip(), instance.address().port()));
    return made;
  }

  private String clientName(String purpose) {
    return "sentinel-"
        + state.myId.substring(0, Math.min(NAME_CHARS, state.myId.length()))
        + "-"
        + purpose;
  }

  private void logIn(Instance instance, Connection to) {
    String user;
    String password;
    if (instance instanceof Peer) {
      boolean own = state.sentinelPass != null;
      user = own ? state.sentinelUser : null;
      password = own ? state.sentinelPass : state.settings.password();
    } else {
      user = instance.primary().authUser;
      password = instance.primary().authPass;
    }
    if (password == null || password.isEmpty()) {
      return;
    }
    if (user == null) {
      send(to, Purpose.NOTHING, instance, "AUTH", password);
    } else {
      send(to, Purpose.NOTHING, instance, "AUTH", user, password);
    }
  }

  /// Sends a command, under the name that the instance has for it; returns false when there is no
  /// connection.
  boolean send(Instance instance, Purpose purpose, String... words) {
    Connection to = instance.link().commands;
    if (to == null) {
      return false;
    }
    send(to, purpose, instance, words);
    return true;
  }

  private void send(Connection to, Purpose purpose, Instance instance, String... words) {
    String[] renamed = words.clone();
    if (!(instance instanceof Peer)) {
      renamed[0] = instance.primary().nameOf(words[0]);
    }
    byte[] request = Connection.request(renamed);
    to.pending.addLast(new Pending(purpose, instance));
    if (!to.keeps(request)) {
      state.out.add(new SentinelEffect.Send(to.id, request));
    }
  }

  void ping(Instance instance) {
    Link link = instance.link();
    if (send(instance, Purpose.PING, "PING")) {
      link.pingSentMs = state.nowMs;
      if (link.pendingPingMs == 0) {
        link.pendingPingMs = state.nowMs;
      }
    }
  }

  void opened(SentinelEvent.Opened event) {
    Connection connection = open.get(event.id());
    if (connection == null) {
      return;
    }
    byte[] waiting = connection.opened(event.localIp());
    if (waiting.length > 0) {
      state.out.add(new SentinelEffect.Send(connection.id, waiting));
    }
  }

  /// The other side has closed a connection, or it was never made.
  void closed(long id) {
    Connection connection = open.remove(id);
    if (connection != null) {
      detach(connection);
    }
  }

  void close(@Nullable Connection connection) {
    if (connection != null && open.remove(connection.id) != null) {
      state.out.add(new SentinelEffect.Close(connection.id));
      detach(connection);
    }
  }

  private static void detach(Connection connection) {
    Link link = connection.link;
    connection.pending.clear();
    link.disconnected = true;
    if (link.commands == connection) {
      link.commands = null;
    } else if (link.subscription == connection) {
      link.subscription = null;
    }
  }

  /// Closes whatever the link has.
  void drop(Link link) {
    close(link.commands);
    close(link.subscription);
    link.disconnected = true;
  }

  /// Closes the connections to a primary and its replicas: they are to be logged in anew.
  void dropServers(Primary primary) {
    drop(primary.link());
    primary.replicas.values().forEach(replica -> drop(replica.link()));
  }

  /// Closes the connections to all other Sentinels.
  void dropSentinels() {
    for (Primary primary : state.primaries.values()) {
      primary.sentinels.values().forEach(peer -> drop(peer.link()));
    }
  }
}
