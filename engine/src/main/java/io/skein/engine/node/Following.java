package io.skein.engine.node;

/// Whom this node replicates, as the cluster's control plane decides it.
interface Following {
  /// Replicates the node at this address from now on, if it does not already.
  void follow(String host, int port);

  /// Is a primary from now on, with the data it has.
  void promote();

  /// The end of the log: of a replica, what it has applied of its primary's.
  long replicationOffset();

  /// Of a replica: when it last heard from its primary, or when that link went down; 0 when it was
  /// never in sync. In Unix milliseconds.
  long lastPrimaryContactMs();
}
