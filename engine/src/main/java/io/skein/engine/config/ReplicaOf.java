package io.skein.engine.config;

/// The primary that this server replicates.
///
/// @param host its address or name; empty when this server is a primary
/// @param port its port, 0 to 65535
public record ReplicaOf(String host, int port) {
  /// No primary: this server is one.
  public static final ReplicaOf NO_ONE = new ReplicaOf("", 0);

  /// Whether there is a primary to follow.
  public boolean isReplica() {
    return !host.isEmpty();
  }
}
