package io.skein.engine.node;

import io.skein.engine.cluster.NodeView;
import io.skein.engine.config.Settings;
import io.skein.engine.config.TlsSettings;
import org.jspecify.annotations.Nullable;

/// A connection to the client port of another node of the cluster, encrypted if the bus or
/// replication is.
final class NodeConnection {
  private NodeConnection() {}

  /// Begins to connect to `node`; null when it has no address, or no port for this kind of
  /// connection.
  static @Nullable PeerLink open(
      Settings settings, NodeHost host, NodeView node, PeerHandler handler) {
    boolean asCluster = settings.isOn(TlsSettings.TLS_CLUSTER);
    boolean tls = asCluster || settings.isOn(TlsSettings.TLS_REPLICATION);
    int port = node.clientPort(tls);
    if (node.ip().isEmpty() || port == 0) {
      return null;
    }
    return tls && !asCluster
        ? host.connectToPrimary(node.ip(), port, handler)
        : host.connect(node.ip(), port, handler);
  }
}
