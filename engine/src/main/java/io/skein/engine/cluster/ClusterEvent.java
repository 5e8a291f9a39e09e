package io.skein.engine.cluster;

import io.skein.engine.cluster.bus.SlotSet;
import io.skein.engine.cluster.state.ClusterSettings;

/// What can happen to a [ClusterMachine].
///
/// Link ids: the machine names the links it asks for with positive ids ([ClusterEffect.Connect]);
/// the driver names the links it accepts with negative ids of its own. An id is never used again.
public sealed interface ClusterEvent {
  /// The connection that `linkId` asked for stands.
  record LinkOpened(long linkId, String localIp, String remoteIp) implements ClusterEvent {}

  /// Another node connected to our bus port.
  record LinkAccepted(long linkId, String localIp, String remoteIp) implements ClusterEvent {}

  /// The attempt to connect was refused by the other host: nothing listens on the port, and the
  /// host is alive to say so.
  record LinkRefused(long linkId) implements ClusterEvent {}

  /// The link is gone, or the attempt failed in any other way than refusal.
  record LinkClosed(long linkId, String reason) implements ClusterEvent {}

  /// Bytes arrived on a link: any piece of the stream, whole frames or not. The array is the
  /// machine's from now on.
  record Received(long linkId, byte[] bytes) implements ClusterEvent {}

  /// The size of a link's unsent bytes, reported when it changed much; the machine closes a link
  /// over its limit.
  record SendBuffer(long linkId, long bytes) implements ClusterEvent {}

  /// How the data plane stands; to be reported whenever a field but the offset changes, and at
  /// least every 100 ms.
  ///
  /// @param replicationOffset of a primary, the end of its log; of a replica, what it has applied
  /// @param primarySilentMs of a replica: how long ago it last heard from its primary while
  ///   connected, or the link went down; negative when it has never been in sync. Not a time, since
  ///   the two planes have different clocks.
  /// @param writesPaused whether the pause asked for by [ClusterEffect.PauseWrites] is in effect,
  ///   so that `replicationOffset` is final while it lasts
  record DataPlane(long replicationOffset, long primarySilentMs, boolean writesPaused)
      implements ClusterEvent {}

  /// What the data plane knows of this node's surroundings, for `CLUSTER DOCTOR` here and
  /// elsewhere; to be reported every now and then.
  ///
  /// @param wallClockMs the machine's clock, in Unix milliseconds: unlike the time that comes with
  ///   events, it may be set
  /// @param factFlags bits of [io.skein.engine.cluster.bus.NodeFacts]
  record Surroundings(long wallClockMs, long maxmemoryBytes, int factFlags)
      implements ClusterEvent {}

  /// The data set was loaded at start and has keys in these slots; slots nobody owns are taken,
  /// others marked importing.
  record DataLoaded(SlotSet slotsWithKeys) implements ClusterEvent {}

  /// Settings were changed.
  record SettingsChanged(ClusterSettings settings) implements ClusterEvent {}

  /// A client published on this node: tell the other nodes, or those of this shard.
  record Publish(byte[] channel, byte[] message, boolean sharded) implements ClusterEvent {}
}
