package io.skein.engine.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.cluster.state.ClusterSettings;
import org.junit.jupiter.api.Test;

/// `CLUSTER WHY` tells the story of a failover, or what stands in its way.
final class ExplanationTest {
  private static final ClusterSettings SETTINGS =
      ClusterSettings.defaults(7000).withNodeTimeoutMs(2000);

  private static String why(TestNode node, TestNode about) {
    return ((ClusterResult.Report) node.request(new ClusterRequest.Why(about.id()))).text();
  }

  private static String whyAll(TestNode node) {
    return ((ClusterResult.Report) node.request(new ClusterRequest.Why(null))).text();
  }

  private static void assertTells(String text, String... parts) {
    for (String part : parts) {
      assertTrue(text.contains(part), () -> part + " is not in: " + text);
    }
  }

  @Test
  void hasNothingToExplainWhereNothingHappened() {
    TestNetwork network = TestCluster.form(1, 3, 1, SETTINGS);
    network.run(3000);
    assertTells(whyAll(network.nodes.get(0)), "Nothing to explain");
    assertTells(
        why(network.nodes.get(0), network.nodes.get(1)), "works as far as this node can see");
    assertTells(why(network.nodes.get(0), network.nodes.get(3)), "It is a replica and works");
    assertEquals(
        "ERR Unknown node nobody",
        ((ClusterResult.Error) network.nodes.get(0).request(new ClusterRequest.Why("nobody")))
            .text());
  }

  @Test
  void tellsTheStoryOfAFailoverFromBothSides() {
    TestNetwork network = TestCluster.form(2, 3, 1, SETTINGS);
    network.run(5000);
    TestNode dead = network.nodes.get(0);
    TestNode replica = network.nodes.get(3);
    dead.kill();
    network.runUntil("a replica serves", 2000, () -> replica.isPrimaryOf(0));
    network.run(500);
    assertTells(
        why(replica, dead),
        "refuses connections: its process is not running",
        "stands for election",
        "asks for votes in epoch",
        "voted for this node",
        "won the election");
    assertTells(
        why(network.nodes.get(1), dead), "this node voted for", "has taken its place, in epoch");
    assertTells(whyAll(network.nodes.get(1)), "it has taken the place of");
    assertTells(why(replica, replica), "this node has taken the place of");
  }

  @Test
  void saysThatDataAreTooOld() {
    ClusterSettings strict =
        SETTINGS.withReplicas(new ClusterSettings.Replicas(1, false, 1, true, 1000));
    TestNetwork network = TestCluster.form(3, 3, 1, strict);
    network.run(5000);
    TestNode replica = network.nodes.get(3);
    replica.followedId = "nobody any more";
    network.run(20_000);
    network.nodes.get(0).kill();
    network.run(5000);
    assertTells(
        why(replica, network.nodes.get(0)),
        "It has failed; this replica's data are too old",
        "allows 3000 ms");
  }

  @Test
  void saysThatNoReplicaIsThereOrStands() {
    TestNetwork network = TestCluster.form(4, 4, 0, SETTINGS);
    network.run(3000);
    network.nodes.get(3).kill();
    network.run(3000);
    assertTells(why(network.nodes.get(0), network.nodes.get(3)), "It has no replica that could");
    network.nodes.get(2).kill();
    network.run(3000);
    assertTells(
        why(network.nodes.get(0), network.nodes.get(3)),
        "Nobody can be elected: only 2 of 4 primaries");
  }

  @Test
  void saysThatReplicasMayNotStand() {
    ClusterSettings never =
        SETTINGS.withReplicas(new ClusterSettings.Replicas(10, true, 1, true, 10_000));
    TestNetwork network = TestCluster.form(5, 3, 1, never);
    network.run(5000);
    network.nodes.get(0).kill();
    network.run(3000);
    assertTells(
        why(network.nodes.get(1), network.nodes.get(0)),
        "None of its replicas can take its place",
        "cluster-replica-no-failover yes");
    assertTells(why(network.nodes.get(3), network.nodes.get(0)), "never stands for election");
  }

  @Test
  void saysWhoElseCannotReachASuspect() {
    TestNetwork network = TestCluster.form(6, 5, 1, SETTINGS);
    network.run(5000);
    TestNode suspect = network.nodes.get(0);
    network.cut(suspect, network.nodes.get(1));
    network.cut(suspect, network.nodes.get(2));
    network.run(6000);
    String text = why(network.nodes.get(1), suspect);
    assertTells(
        text, "This node cannot reach it.", "it takes 3 of 5 primaries", "this node suspects");
  }

  @Test
  void keepsABoundedMemory() {
    TestNetwork network = TestCluster.form(7, 3, 1, SETTINGS);
    network.run(3000);
    TestNode suspect = network.nodes.get(0);
    for (int i = 0; i < 100; i++) {
      network.cut(suspect, network.nodes.get(1));
      network.run(4000);
      network.heal();
      network.run(4000);
    }
    int lines = why(network.nodes.get(1), suspect).split("\n").length;
    assertTrue(lines > 10 && lines < 520, "lines: " + lines);
  }
}
