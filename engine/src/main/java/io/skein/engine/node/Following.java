package io.skein.engine.node;

/// Whom this node replicates, as the cluster's control plane decides it.
interface Following {
  /// Replicates the node at this address from now on, if it does not already.
  void follow(String host, int port);

  /// Is a primary from now on, with the data it has.
  void promote();

  /// Whether the log is to stand still but for writes: no pings and no questions for replicas.
  void holdPings(boolean on);

  /// The end of the log: of a replica, what it has applied of its primary's.
  long replicationOffset();

  /// Of a replica: for how long it has not heard from its primary, or that link has been down;
  /// negative when it was never in sync.
  long primarySilentMs();
}
