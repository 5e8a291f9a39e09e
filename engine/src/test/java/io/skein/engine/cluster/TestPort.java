package io.skein.engine.cluster;

/// A control plane as the data plane of a whole server asks it.
record TestPort(TestNode node) implements ClusterPort {
  /// A client of a whole server whose control plane is `node`.
  static io.skein.engine.node.TestNode.Client clientOf(TestNode node) {
    return new io.skein.engine.node.TestNode(new TestPort(node)).connect();
  }

  @Override
  public ClusterView view() {
    return node.view();
  }

  @Override
  public long viewAgeMs() {
    return 0;
  }

  @Override
  public long waitingBytes() {
    return 0;
  }

  @Override
  public ClusterResult request(ClusterRequest request) {
    return node.request(request);
  }

  @Override
  public void publish(byte[] channel, byte[] message, boolean sharded) {
    node.on(new ClusterEvent.Publish(channel, message, sharded));
  }
}
