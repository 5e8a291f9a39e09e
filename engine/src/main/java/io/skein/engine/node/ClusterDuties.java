package io.skein.engine.node;

import io.skein.engine.bytes.Slot;
import io.skein.engine.cluster.ClusterEffect;
import io.skein.engine.cluster.ClusterEvent;
import io.skein.engine.cluster.bus.SlotSet;
import io.skein.engine.command.Pause;
import io.skein.engine.config.LogLevel;
import io.skein.engine.keyspace.Keyspace;
import org.jspecify.annotations.Nullable;

/// What the cluster's control plane has the data plane do, and what it learns from it.
final class ClusterDuties {
  private final Keyspace keyspace;
  private final SlotCleaner cleaner;
  private final NodeState state;
  private final NodeHost host;
  private final Following following;
  private final Subscribers subscribers;

  /// Who takes what is published on the bus.
  interface Subscribers {
    /// Delivers a message that another node published.
    void deliver(byte[] channel, byte[] message, boolean sharded);

    /// Ends sharded subscriptions to channels of `slots`, which have other owners now, fails
    /// transactions that watch their keys, and has clients forget what they have read of them.
    void slotsReassigned(SlotSet slots);
  }

  ClusterDuties(
      Keyspace keyspace,
      SlotCleaner cleaner,
      NodeState state,
      NodeHost host,
      Following following,
      Subscribers subscribers) {
    this.keyspace = keyspace;
    this.cleaner = cleaner;
    this.state = state;
    this.host = host;
    this.following = following;
    this.subscribers = subscribers;
  }

  /// Carries out an effect that concerns the data set or its clients; others are the shell's.
  void carryOut(ClusterEffect effect) {
    switch (effect) {
      case ClusterEffect.BecomePrimary() -> {
        following.promote();
        state.pause().end(Pause.Purpose.PROMOTION, keyspace.nowMs());
      }
      case ClusterEffect.BecomeReplicaOf(String id, String primary, int port) ->
          following.follow(primary, port);
      case ClusterEffect.DropSlots(SlotSet slots) -> cleaner.add(slots);
      case ClusterEffect.DropAllData() -> cleaner.cleanAll();
      case ClusterEffect.SlotsReassigned(SlotSet slots) -> subscribers.slotsReassigned(slots);
      case ClusterEffect.PauseWrites() -> {
        // The replica waits for the offset at which the log stands now.
        following.holdPings(true);
        state.pause().begin(Pause.Purpose.FAILOVER, Long.MAX_VALUE, false, keyspace.nowMs());
      }
      case ClusterEffect.ResumeWrites() -> {
        following.holdPings(false);
        state.pause().end(Pause.Purpose.FAILOVER, keyspace.nowMs());
      }
      case ClusterEffect.ReportOffset _ -> {
        // The shell reports how the data plane stands after each effect.
      }
      case ClusterEffect.StateChanged(boolean ok, String reason) ->
          host.log(
              LogLevel.NOTICE,
              ok ? "Cluster state changed: ok" : "Cluster state changed: fail (" + reason + ")");
      case ClusterEffect.Deliver(byte[] channel, byte[] message, boolean sharded) ->
          subscribers.deliver(channel, message, sharded);
      case ClusterEffect.Connect c -> throw new IllegalArgumentException("for the shell: " + c);
      case ClusterEffect.Send s -> throw new IllegalArgumentException("for the shell: " + s);
      case ClusterEffect.Close c -> throw new IllegalArgumentException("for the shell: " + c);
      case ClusterEffect.Persist p -> throw new IllegalArgumentException("for the shell: " + p);
      case ClusterEffect.Write w -> throw new IllegalArgumentException("for the shell: " + w);
      case ClusterEffect.PublishView v -> throw new IllegalArgumentException("for the shell: " + v);
      case ClusterEffect.Log l -> throw new IllegalArgumentException("for the shell: " + l);
    }
  }

  /// How the data plane stands.
  ClusterEvent.DataPlane status() {
    return new ClusterEvent.DataPlane(
        following.replicationOffset(),
        following.primarySilentMs(),
        state.pause().isActive(Pause.Purpose.FAILOVER));
  }

  /// The slots that have keys, or null while the data set is being loaded.
  @Nullable SlotSet slotsWithKeys() {
    if (state.isLoading()) {
      return null;
    }
    long[] words = new long[Slot.SLOT_COUNT / Long.SIZE];
    for (int slot = 0; slot < Slot.SLOT_COUNT; slot++) {
      if (keyspace.database(0).slotSize(slot) > 0) {
        words[slot / Long.SIZE] |= 1L << slot % Long.SIZE;
      }
    }
    return SlotSet.ofWords(words);
  }
}
