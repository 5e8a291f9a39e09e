package io.skein.engine.sentinel;

import io.skein.engine.sentinel.Connection.Purpose;

/// Asks instances how they are, and says hello: PING, INFO, PUBLISH, each in its rhythm.
final class Cadence {
  /// So many replies may be outstanding on a link that does not answer.
  private static final int MOST_PENDING = 100;

  private static final long SOON_MS = 1000;
  private static final long AT_ONCE_MS = 100;

  private final SentinelState state;
  private final Connections connections;

  Cadence(SentinelState state, Connections connections) {
    this.state = state;
    this.connections = connections;
  }

  void tick(Instance instance) {
    Link link = instance.link();
    if (link.disconnected || link.pendingCommands() >= MOST_PENDING * link.owners.size()) {
      return;
    }
    long now = state.nowMs;
    if (!(instance instanceof Peer)
        && (instance.infoMs == 0 || now - instance.infoMs > infoPeriod(instance))) {
      connections.send(instance, Purpose.INFO, "INFO");
    }
    long ping = Math.min(instance.downAfterMs, state.periods.get(Periods.Name.PING_PERIOD));
    if (now - link.pongMs > ping && now - link.pingSentMs > ping / 2) {
      connections.ping(instance);
    }
    if (now - instance.publishedMs > state.periods.get(Periods.Name.PUBLISH_PERIOD)) {
      hello(instance);
    }
  }

  /// Replicas are watched closely while their primary is down or replaced, or they are cut off from
  /// it; the one that is being promoted most closely of all, since clients wait for it.
  private long infoPeriod(Instance instance) {
    long usual = state.periods.get(Periods.Name.INFO_PERIOD);
    if (!(instance instanceof Replica replica)) {
      return usual;
    }
    Primary primary = replica.primary();
    if (replica.promoted && primary.failover() == FailoverState.WAIT_PROMOTION) {
      return Math.min(usual, AT_ONCE_MS);
    }
    boolean soon =
        primary.objectivelyDown || primary.isFailingOver() || replica.primaryLinkDownMs != 0;
    return soon ? SOON_MS : usual;
  }

  private void hello(Instance instance) {
    Connection connection = instance.link().commands;
    String ip = connection == null ? null : connection.localIp;
    if (ip == null || state.isUnsaved()) {
      // What could be forgotten in a crash is not told.
      return;
    }
    Primary primary = instance.primary();
    Address address = primary.currentAddress();
    Hello hello =
        new Hello(
            state.announceIp.isEmpty() ? ip : state.announceIp,
            state.announcePort != 0 ? state.announcePort : state.settings.port(),
            state.myId,
            state.currentEpoch(),
            primary.name(),
            state.announced(address),
            address.port(),
            primary.configEpoch());
    connections.send(instance, Purpose.HELLO, "PUBLISH", Hello.CHANNEL, hello.text());
  }

  /// Has everybody who has to do with `primary` told at once what we know.
  void tellSoon(Primary primary) {
    long longAgo = state.nowMs - state.periods.get(Periods.Name.PUBLISH_PERIOD) - 1;
    primary.publishedMs = Math.min(primary.publishedMs, longAgo);
    primary
        .sentinels
        .values()
        .forEach(peer -> {
          peer.publishedMs = Math.min(peer.publishedMs, longAgo);
          tick(peer);
        });
    primary
        .replicas
        .values()
        .forEach(replica -> {
          replica.publishedMs = Math.min(replica.publishedMs, longAgo);
          tick(replica);
        });
  }
}
