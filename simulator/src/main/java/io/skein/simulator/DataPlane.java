package io.skein.simulator;

import io.skein.engine.cluster.ClusterEvent;
import io.skein.engine.cluster.ClusterView;
import io.skein.engine.cluster.bus.SlotSet;
import org.jspecify.annotations.Nullable;

/// The data of one running process, as its control plane and the network see it.
interface DataPlane {
  /// The control plane published a view.
  void onView(ClusterView view);

  void becomePrimary();

  void becomeReplicaOf(Host primary, int port);

  void dropSlots(SlotSet slots);

  void dropAllData();

  void pauseWrites(long untilMs);

  void resumeWrites();

  /// Somebody connects to the client port.
  Handler accept(Side side);

  /// How the data plane stands, for the control plane.
  ClusterEvent.DataPlane status();

  /// The slots that have keys.
  SlotSet slotsWithKeys();

  /// Whether what it follows has been reached and its data are the same; true for a primary.
  boolean isInSync();

  /// A hash over all data.
  long digest();

  /// The value of a key, or null.
  @Nullable String get(String key);
}
