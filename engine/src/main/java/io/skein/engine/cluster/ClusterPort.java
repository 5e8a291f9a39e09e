package io.skein.engine.cluster;

/// What the data plane can ask of the control plane.
public interface ClusterPort {
  /// The latest view; never waits.
  ClusterView view();

  /// How long ago the control plane last looked at the cluster, in milliseconds; it does so ten
  /// times a second. After a longer time [#view] says what was, not what is.
  long viewAgeMs();

  /// Has the control plane carry out `request` and waits for its answer. When this returns, [#view]
  /// shows the result.
  ClusterResult request(ClusterRequest request);

  /// What waits to be sent to other nodes, in bytes.
  long waitingBytes();

  /// Hands a publication to the other nodes, or to those of this shard.
  void publish(byte[] channel, byte[] message, boolean sharded);
}
