package io.skein.simulator;

import io.skein.engine.cluster.ClusterEffect;
import io.skein.engine.cluster.ClusterEvent;
import io.skein.engine.cluster.ClusterView;
import io.skein.engine.cluster.bus.SlotSet;
import org.jspecify.annotations.Nullable;

/// The data of one running process, as its control plane and the network see it.
interface DataPlane {
  /// Begins to load and to serve; what the control plane asked for before is known by then.
  void start();

  /// The control plane published a view.
  void onView(ClusterView view);

  /// Carries out what the control plane asks of the data.
  void carryOut(ClusterEffect effect);

  /// Somebody connects to the client port.
  Handler accept(Side side);

  /// How the data plane stands, for the control plane.
  ClusterEvent.DataPlane status();

  /// The slots that have keys, or null while they are being loaded.
  @Nullable SlotSet slotsWithKeys();

  /// Whether what it follows has been reached and its data are the same; true for a primary.
  boolean isInSync();

  /// A hash over all data.
  long digest();

  /// The value of a key, or null.
  @Nullable String get(String key);

  /// Whether a key is there, whoever serves it; null while that cannot be told.
  @Nullable Boolean has(String key);

  /// Has an administrator say something to it; the reply, or an empty text when there is none yet.
  default String order(String... words) {
    return "";
  }

  /// Whether nothing is on its way from it or to it.
  default boolean isSettled() {
    return true;
  }

  /// The process ended: gives its memory back.
  void close();
}
