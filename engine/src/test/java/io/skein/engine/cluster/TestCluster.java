package io.skein.engine.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.skein.engine.cluster.state.ClusterSettings;
import java.util.Objects;

/// Forms clusters on a [TestNetwork] as `redis-cli --cluster create` does.
final class TestCluster {
  private static final int SLOTS = 16384;

  private TestCluster() {}

  /// A cluster whose first nodes are the primaries, and whose others are their replicas in turn.
  static TestNetwork form(long seed, int primaries, int replicas, ClusterSettings settings) {
    TestNetwork network = new TestNetwork(seed);
    for (int i = 0; i < primaries * (1 + replicas); i++) {
      network.add(settings);
    }
    for (int i = 0; i < primaries; i++) {
      TestNode node = network.nodes.get(i);
      node.addSlots(SLOTS * i / primaries, SLOTS * (i + 1) / primaries - 1);
    }
    for (int i = 0; i < network.nodes.size(); i++) {
      assertEquals(
          ClusterResult.OK,
          network.nodes.get(i).request(new ClusterRequest.SetConfigEpoch(i + 1L)));
    }
    TestNode first = network.nodes.getFirst();
    for (TestNode node : network.nodes.subList(1, network.nodes.size())) {
      node.request(new ClusterRequest.Meet(first.ip(), 7000, 17000));
    }
    network.runUntil(
        "all know each other",
        60_000,
        () ->
            network.all(node ->
                node.view().nodes().size() == network.nodes.size()
                    && node.view().nodes().stream()
                        .allMatch(other -> !other.inHandshake() && other.linkUp())));
    for (int i = primaries; i < network.nodes.size(); i++) {
      TestNode primary = network.nodes.get(i % primaries);
      assertEquals(
          ClusterResult.OK,
          network.nodes.get(i).request(new ClusterRequest.Replicate(primary.id(), false)));
    }
    network.runUntil(
        "all serve, and know who follows whom", 30_000, () -> isWhole(network, primaries));
    return network;
  }

  private static boolean isWhole(TestNetwork network, int primaries) {
    return network.all(node -> {
      for (int i = 0; i < network.nodes.size(); i++) {
        NodeView other = node.viewOf(network.nodes.get(i));
        String wanted = i < primaries ? null : network.nodes.get(i % primaries).id();
        if (!Objects.equals(other.primaryId(), wanted)
            || i < primaries == other.slots().isEmpty()) {
          return false;
        }
      }
      return node.serves();
    });
  }
}
