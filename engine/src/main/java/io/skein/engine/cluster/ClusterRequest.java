package io.skein.engine.cluster;

import io.skein.engine.cluster.bus.SlotRange;
import java.util.List;

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
