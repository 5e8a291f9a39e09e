package io.skein.engine.cluster;

import io.skein.engine.cluster.bus.SlotRange;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an administrator asks of the control plane by a `CLUSTER` subcommand.
///
/// What only the data plane knows (whether there are keys) comes with the request. Errors are those
/// of Redis 7.2.
public sealed interface ClusterRequest {
  record Meet(String host, long port, long busPort) implements ClusterRequest {}

  /// ADDSLOTS and ADDSLOTSRANGE; all or nothing.
  record AddSlots(List<SlotRange> ranges) implements ClusterRequest {}

  /// DELSLOTS and DELSLOTSRANGE; all or nothing.
  record DelSlots(List<SlotRange> ranges) implements ClusterRequest {}

  record FlushSlots(boolean hasKeys) implements ClusterRequest {}

  record SetSlotMigrating(int slot, String nodeId) implements ClusterRequest {}

  record SetSlotImporting(int slot, String nodeId) implements ClusterRequest {}

  record SetSlotStable(int slot) implements ClusterRequest {}

  record SetSlotNode(int slot, String nodeId, boolean hasKeysInSlot) implements ClusterRequest {}

  /// Takes slots that `sourceId`, their owner, gives us under `epoch`. Refused with a
  /// [ClusterResult.Number], the newest epoch known, when that is not a later one.
  record ClaimSlots(List<SlotRange> ranges, String sourceId, long epoch)
      implements ClusterRequest {}

  /// Claims our slots anew under an epoch later than `epoch`, under which another may have claimed
  /// some of them.
  record ReclaimSlots(long epoch) implements ClusterRequest {}

  /// Answered by a text, `BUMPED epoch` or `STILL epoch`.
  record BumpEpoch() implements ClusterRequest {}

  record SetConfigEpoch(long epoch) implements ClusterRequest {}

  record SaveConfig() implements ClusterRequest {}

  record Forget(String nodeId) implements ClusterRequest {}

  record Replicate(String nodeId, boolean hasKeys) implements ClusterRequest {}

  record Failover(FailoverMode mode) implements ClusterRequest {}

  record Reset(boolean hard, boolean hasKeys) implements ClusterRequest {}

  /// Answered by a number.
  record CountFailureReports(String nodeId) implements ClusterRequest {}

  /// This primary is about to shut down: has the replica with the most data take its place. OK
  /// while that is under way, or the id of a replica that is to be told by CLUSTER FAILOVER; an
  /// error when there is no replica (left) that can.
  ///
  /// @param again whether this was asked before: then a replica that did not is not asked again
  record HandOver(boolean again) implements ClusterRequest {}

  /// The replica that was to be told by CLUSTER FAILOVER will not take our place.
  record HandOverRefused(String nodeId, String reason) implements ClusterRequest {}

  /// Why a failover did or did not happen, answered by a report: about one node, or about all that
  /// there is something to say of.
  record Why(@Nullable String nodeId) implements ClusterRequest {}

  /// Which hazards there are, answered by a report.
  record Doctor(Condition own) implements ClusterRequest {}

  /// For tests: messages of the type with this code are not taken in; no other number is a type,
  /// and ends it.
  record DropPackets(long type) implements ClusterRequest {}

  /// For tests: whether the link on which a message is not taken in is closed.
  record CloseOnDrop(boolean close) implements ClusterRequest {}

  /// For tests: closes the links to a node, from it, or both; they come back by themselves.
  record KillLinks(String nodeId, boolean to, boolean from) implements ClusterRequest {}

  /// How much agreement a manual failover needs.
  enum FailoverMode {
    /// With the primary's help and the votes of the majority: nothing is lost.
    COORDINATED,
    /// Without the primary, with the votes of the majority.
    FORCE,
    /// Without anybody's agreement.
    TAKEOVER
  }
}
