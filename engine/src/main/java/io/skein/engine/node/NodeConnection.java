package io.skein.engine.node;

import io.skein.engine.cluster.NodeView;
import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.config.TlsSettings;
import java.util.List;
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

  /// The arguments of AUTH there, those of replication; none where it needs no password.
  static List<String> login(Settings settings) {
    String password = settings.get(ReplicationSettings.MASTERAUTH);
    String user = settings.get(ReplicationSettings.MASTERUSER);
    if (password.isEmpty()) {
      return List.of();
    }
    return user.isEmpty() ? List.of(password) : List.of(user, password);
  }
}
