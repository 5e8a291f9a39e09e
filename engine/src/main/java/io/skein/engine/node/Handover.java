package io.skein.engine.node;

import io.skein.engine.cluster.ClusterPort;
import io.skein.engine.cluster.ClusterRequest;
import io.skein.engine.cluster.ClusterResult;
import io.skein.engine.cluster.NodeView;
import io.skein.engine.config.ClusterSettings;
import io.skein.engine.config.Settings;
import org.jspecify.annotations.Nullable;

/// A replica takes the place of a cluster's primary before that one shuts down, so that its clients
/// do not wait until its failure is noticed.
///
/// It is a manual failover: nothing is lost by it, and only the writes of its last milliseconds are
/// held back. A replica that is a server of Redis is told by CLUSTER FAILOVER.
final class Handover {
  private final Settings settings;
  private final ClusterPort port;
  private final NodeHost host;

  /// What was sent to a server of Redis.
  private @Nullable FailoverCall call;

  Handover(Settings settings, ClusterPort port, NodeHost host) {
    this.settings = settings;
    this.port = port;
    this.host = host;
  }

  /// Asks a replica, or another one than before; false when there is none that can, or that is not
  /// wanted.
  boolean ask(boolean again) {
    if (!settings.isOn(ClusterSettings.CLUSTER_HANDOVER_ON_SHUTDOWN)
        || !port.view().myself().isPrimary()
        || port.view().myself().slots().isEmpty()) {
      return false;
    }
    if (!again) {
      forget();
    }
    return switch (port.request(new ClusterRequest.HandOver(again))) {
      case ClusterResult.Ok _ -> true;
      case ClusterResult.Text(String id) -> {
        tell(id);
        yield true;
      }
      default -> false;
    };
  }

  private void tell(String id) {
    FailoverCall last = call;
    if (last != null && last.id().equals(id)) {
      return;
    }
    forget();
    NodeView replica = port.view().node(id);
    if (replica == null) {
      refused(id, "its address is not known");
    } else {
      call = FailoverCall.begin(settings, host, replica, reason -> refused(id, reason));
    }
  }

  private void refused(String id, String reason) {
    port.request(new ClusterRequest.HandOverRefused(id, reason));
  }

  private void forget() {
    FailoverCall last = call;
    call = null;
    if (last != null) {
      last.end();
    }
  }

  /// Whether another node has taken our place.
  boolean isDone() {
    return port.view().myself().isReplica();
  }
}
