package io.skein.engine.sentinel;

import io.skein.engine.config.LogLevel;
import java.util.ArrayList;
import java.util.List;

/// Forgets replicas and Sentinels that have long been gone, if that is wanted.
///
/// A Sentinel counts when a majority is asked for, so one that is forgotten makes a majority
/// smaller. Two sides of a partition must not both do that: only a Sentinel that reaches a majority
/// of all that it knows forgets others, one at a time, and never so many that the quorum could not
/// be met.
final class Forgetting {
  private final SentinelState state;
  private final Registry registry;
  private final Failover failover;

  Forgetting(SentinelState state, Registry registry, Failover failover) {
    this.state = state;
    this.registry = registry;
    this.failover = failover;
  }

  void tick(Primary primary) {
    if (primary.isFailingOver() || primary.subjectivelyDown) {
      return;
    }
    if (primary.forgetReplicasAfterMs > 0 && primary.looksSane(state.periods, state.nowMs)) {
      replicas(primary);
    }
    if (primary.forgetSentinelsAfterMs > 0) {
      sentinels(primary);
    }
  }

  private void replicas(Primary primary) {
    List<Replica> all = new ArrayList<>(primary.replicas.values());
    for (Replica replica : all) {
      long goneMs = state.nowMs - Math.max(replica.subjectivelyDownSinceMs, replica.listedMs);
      if (replica.subjectivelyDown && goneMs > primary.forgetReplicasAfterMs) {
        forget(replica);
      }
    }
  }

  private void sentinels(Primary primary) {
    int known = primary.sentinels.size() + 1;
    Peer oldest = null;
    int reachable = 1;
    for (Peer peer : primary.sentinels.values()) {
      if (!peer.subjectivelyDown) {
        reachable++;
      } else if (oldest == null || peer.subjectivelyDownSinceMs < oldest.subjectivelyDownSinceMs) {
        oldest = peer;
      }
    }
    if (oldest != null
        && reachable > known / 2
        && known - 1 >= primary.quorum
        && state.nowMs - oldest.subjectivelyDownSinceMs > primary.forgetSentinelsAfterMs) {
      forget(oldest);
    }
  }

  void forget(Replica replica) {
    failover.forgotten(replica);
    registry.removeReplica(replica);
    state.out.event(LogLevel.WARNING, "-slave", replica);
    state.save();
  }

  void forget(Peer peer) {
    registry.removePeer(peer.primary(), peer.name());
    state.out.event(LogLevel.WARNING, "-sentinel", peer);
    state.save();
  }
}
