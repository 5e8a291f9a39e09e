package io.skein.engine.sentinel;

import io.skein.engine.config.LogLevel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Adds and removes what is watched.
final class Registry {
  /// Why something cannot be watched.
  enum Refusal {
    DUPLICATE,
    UNRESOLVED,
    BAD_PORT;

    /// The text for it, where `duplicate` is that for the kind of instance.
    String text(String duplicate) {
      return switch (this) {
        case DUPLICATE -> duplicate;
        case UNRESOLVED -> "Can't resolve instance hostname.";
        case BAD_PORT -> "Invalid port number.";
      };
    }
  }

  /// What was added, or why it was not.
  record Added<T extends Instance>(@Nullable T instance, @Nullable Refusal refusal) {
    static <T extends Instance> Added<T> not(Refusal why) {
      return new Added<>(null, why);
    }
  }

  private final SentinelState state;
  private final Connections connections;

  Registry(SentinelState state, Connections connections) {
    this.state = state;
    this.connections = connections;
  }

  Added<Primary> addPrimary(String name, String host, int port, int quorum) {
    Address address = isPort(port) ? state.locate(host, port, true) : null;
    if (address == null) {
      return Added.not(isPort(port) ? Refusal.UNRESOLVED : Refusal.BAD_PORT);
    }
    if (state.primaries.containsKey(name)) {
      return Added.not(Refusal.DUPLICATE);
    }
    Primary primary = new Primary(name, address, quorum, state.periods, state.nowMs);
    state.primaries.put(name, primary);
    return new Added<>(primary, null);
  }

  Added<Replica> addReplica(Primary primary, String host, int port) {
    Address address = isPort(port) ? state.locate(host, port, true) : null;
    if (address == null) {
      return Added.not(isPort(port) ? Refusal.UNRESOLVED : Refusal.BAD_PORT);
    }
    String name = Address.text(state.announced(address), port);
    if (primary.replicas.containsKey(name)) {
      return Added.not(Refusal.DUPLICATE);
    }
    Replica replica = new Replica(name, address, primary, state.nowMs);
    primary.replicas.put(name, replica);
    return new Added<>(replica, null);
  }

  Added<Peer> addPeer(Primary primary, String id, String host, int port) {
    Address address = isPort(port) ? state.locate(host, port, true) : null;
    if (address == null) {
      return Added.not(isPort(port) ? Refusal.UNRESOLVED : Refusal.BAD_PORT);
    }
    if (primary.sentinels.containsKey(id)) {
      return Added.not(Refusal.DUPLICATE);
    }
    Peer peer = new Peer(id, address, primary, state.nowMs);
    primary.sentinels.put(id, peer);
    shareLink(peer);
    return new Added<>(peer, null);
  }

  private static boolean isPort(int port) {
    return port >= 0 && port <= Address.MAX_PORT;
  }

  private void shareLink(Peer peer) {
    for (Primary primary : state.primaries.values()) {
      Peer same = primary == peer.primary() ? null : primary.sentinels.get(peer.name());
      if (same != null) {
        connections.drop(peer.link());
        peer.share(same.link());
        return;
      }
    }
  }

  @Nullable Replica replicaAt(Primary primary, String host, int port) {
    Address address = state.locate(host, port, false);
    return address == null
        ? null
        : primary.replicas.get(Address.text(state.announced(address), port));
  }

  static @Nullable Peer peerAt(Primary primary, Address address, @Nullable String id) {
    for (Peer peer : primary.sentinels.values()) {
      if ((id == null || id.equals(peer.name())) && peer.address().isSame(address)) {
        return peer;
      }
    }
    return null;
  }

  /// Removes the Sentinel with this id from one primary; returns whether it was there.
  boolean removePeer(Primary primary, String id) {
    Peer peer = primary.sentinels.remove(id);
    if (peer != null) {
      release(peer);
    }
    return peer != null;
  }

  void removeReplica(Replica replica) {
    replica.primary().replicas.remove(replica.name());
    release(replica);
  }

  void removePrimary(Primary primary) {
    state.primaries.remove(primary.name());
    releaseAll(primary.replicas);
    releaseAll(primary.sentinels);
    release(primary);
  }

  private <T extends Instance> void releaseAll(Map<String, T> instances) {
    List<T> all = new ArrayList<>(instances.values());
    instances.clear();
    all.forEach(this::release);
  }

  private void release(Instance instance) {
    Link link = instance.link();
    instance.forget();
    if (link.owners.isEmpty()) {
      connections.drop(link);
    }
  }

  /// After a Sentinel moved: has the entries for it with other primaries follow.
  void moved(Peer peer) {
    int others = 0;
    for (Primary primary : state.primaries.values()) {
      Peer same = primary.sentinels.get(peer.name());
      if (same == null) {
        continue;
      }
      connections.drop(same.link());
      if (same != peer) {
        same.address(peer.address());
        others++;
      }
    }
    if (others > 0) {
      state.out.event(
          LogLevel.NOTICE,
          "+sentinel-address-update",
          peer,
          " " + others + " additional matching instances");
    }
  }

  /// Makes a primary one of which only its address is known, and with `keepSentinels` who else
  /// watches it.
  void reset(Primary primary, boolean keepSentinels) {
    long now = state.nowMs;
    releaseAll(primary.replicas);
    if (!keepSentinels) {
      releaseAll(primary.sentinels);
    }
    connections.drop(primary.link());
    primary.subjectivelyDown = false;
    primary.objectivelyDown = false;
    primary.scriptKillSent = false;
    primary.rebooted = false;
    primary.forced = false;
    primary.leader = null;
    primary.promoted = null;
    primary.become(FailoverState.NONE, now);
    primary.failoverChangedMs = 0;
    primary.failoverStartMs = 0;
    primary.runId = null;
    primary.link().fresh(now);
    primary.roleReported = Role.PRIMARY;
    primary.roleReportedMs = now;
  }

  /// The primary is elsewhere now: where it was becomes the place of a replica.
  void switchTo(Primary primary, Address next) {
    List<Address> places = new ArrayList<>();
    for (Replica replica : primary.replicas.values()) {
      if (!replica.address().isSame(next)) {
        places.add(replica.address());
      }
    }
    if (!next.isSame(primary.address())) {
      places.add(primary.address());
    }
    reset(primary, true);
    primary.address(next);
    primary.subjectivelyDownSinceMs = 0;
    primary.objectivelyDownSince(0);
    for (Address place : places) {
      Replica replica = addReplica(primary, place.host(), place.port()).instance();
      if (replica != null) {
        state.out.event(LogLevel.NOTICE, "+slave", replica);
      }
    }
    state.save();
  }
}
