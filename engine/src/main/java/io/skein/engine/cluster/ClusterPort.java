package io.skein.engine.cluster;

/// What the data plane can ask of the control plane.
public interface ClusterPort {
  /// The latest view; never waits.
  ClusterView view();

  /// Has the control plane carry out `request` and waits for its answer. When this returns, [#view]
  /// shows the result.
  ClusterResult request(ClusterRequest request);

  /// Hands a publication to the other nodes, or to those of this shard.
  void publish(byte[] channel, byte[] message, boolean sharded);
}
