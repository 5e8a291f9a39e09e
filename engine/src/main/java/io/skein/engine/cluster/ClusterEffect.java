package io.skein.engine.cluster;

import io.skein.engine.cluster.bus.SlotSet;
import io.skein.engine.cluster.state.LogLevel;

/// What a [ClusterMachine] asks of its surroundings, to be carried out in the order given.
public sealed interface ClusterEffect {
  /// Connect to a bus port; answered by `LinkOpened`, `LinkRefused` or `LinkClosed`. Messages may
  /// be sent once it is open.
  record Connect(long linkId, String host, int port) implements ClusterEffect {}

  /// Send one encoded message. The array is shared between links: never write to it.
  record Send(long linkId, byte[] bytes) implements ClusterEffect {}

  /// Close a link or give up an attempt; no event follows.
  record Close(long linkId) implements ClusterEffect {}

  /// Replace `nodes.conf` atomically and flush it to disk before any later effect; a node that
  /// cannot must stop.
  record Persist(String text) implements ClusterEffect {}

  /// Replace `nodes.conf` atomically, so that it outlives this process; a [Persist] follows within
  /// a tenth of a second and flushes it, so that it outlives the machine. For what is no promise to
  /// anybody: which slots are on their way, what others claim.
  record Write(String text) implements ClusterEffect {}

  /// From now on the data plane reads this view.
  record PublishView(ClusterView view) implements ClusterEffect {}

  /// Stop replicating and accept writes, keeping the data.
  record BecomePrimary() implements ClusterEffect {}

  /// Replicate from the node at this address; repeated when the address changes.
  record BecomeReplicaOf(String nodeId, String host, int port) implements ClusterEffect {}

  /// Delete the keys of slots that this node lost while remaining a primary.
  record DropSlots(SlotSet slots) implements ClusterEffect {}

  /// Delete the whole data set: a replica was reset.
  record DropAllData() implements ClusterEffect {}

  /// These slots changed owner: end sharded subscriptions to them.
  record SlotsReassigned(SlotSet slots) implements ClusterEffect {}

  /// Hold back writes until [ResumeWrites], and report it by `DataPlane`.
  record PauseWrites() implements ClusterEffect {}

  /// End the pause. It comes within seconds, by the control plane's clock, which no one sets.
  record ResumeWrites() implements ClusterEffect {}

  /// Report `DataPlane` at once: a manual failover waits for the offset.
  record ReportOffset() implements ClusterEffect {}

  /// The cluster became able to serve, or ceased to be.
  record StateChanged(boolean ok, String reason) implements ClusterEffect {}

  /// Another node's publication, for our local subscribers.
  record Deliver(byte[] channel, byte[] message, boolean sharded) implements ClusterEffect {}

  /// A line for the log.
  record Log(LogLevel level, String text) implements ClusterEffect {}
}
