package io.skein.engine.node;

import io.skein.engine.cluster.ClusterPort;
import io.skein.engine.cluster.ClusterRequest;
import io.skein.engine.cluster.ClusterResult;
import io.skein.engine.config.ClusterSettings;
import io.skein.engine.config.Settings;

/// A replica takes the place of a cluster's primary before that one shuts down, so that its clients
/// do not wait until its failure is noticed.
///
/// It is a manual failover: nothing is lost by it, and only the writes of its last milliseconds are
/// held back.
final class Handover {
  private final Settings settings;
  private final ClusterPort port;

  Handover(Settings settings, ClusterPort port) {
    this.settings = settings;
    this.port = port;
  }

  /// Asks a replica, or another one than before; false when there is none that can, or that is not
  /// wanted.
  boolean ask(boolean again) {
    return settings.isOn(ClusterSettings.CLUSTER_HANDOVER_ON_SHUTDOWN)
        && port.view().myself().isPrimary()
        && !port.view().myself().slots().isEmpty()
        && port.request(new ClusterRequest.HandOver(again)) instanceof ClusterResult.Ok;
  }

  /// Whether another node has taken our place.
  boolean isDone() {
    return port.view().myself().isReplica();
  }
}
