package io.skein.server.bus;

import io.skein.engine.cluster.ClusterEffect;
import io.skein.engine.cluster.ClusterEvent;
import io.skein.engine.cluster.bus.SlotSet;
import org.jspecify.annotations.Nullable;

/// The data plane, as the control plane sees it.
///
/// *Threads*: every method is called under the data plane.
public interface DataSide {
  /// Carries out an effect that concerns the data set or its clients: `BecomePrimary`,
  /// `BecomeReplicaOf`, `DropSlots`, `DropAllData`, `SlotsReassigned`, `PauseWrites`,
  /// `ResumeWrites`, `ReportOffset`, `StateChanged`, `Deliver`.
  void carryOut(ClusterEffect effect);

  /// How the data plane stands.
  ClusterEvent.DataPlane status();

  /// What the others are told of this node's settings and surroundings.
  ClusterEvent.Surroundings surroundings();

  /// The slots that have keys, or null while the data set is being loaded.
  @Nullable SlotSet slotsWithKeys();
}
