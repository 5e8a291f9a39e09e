package io.skein.engine.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.cluster.state.ClusterSettings;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How soon a primary is replaced, whatever happened to it, and that none is that works.
final class FailoverSpeedTest {
  private static final ClusterSettings SETTINGS = ClusterSettings.defaults(7000);

  @ParameterizedTest
  @CsvSource({
    "500, 1",
    "500, 2",
    "500, 3",
    "500, 4",
    "2000, 1",
    "2000, 2",
    "2000, 3",
    "15000, 1",
    "15000, 2"
  })
  void replacesAPausedPrimaryWithinTheTimeoutAndASecond(long timeoutMs, long seed) {
    TestNetwork network = TestCluster.form(seed, 3, 1, SETTINGS.withNodeTimeoutMs(timeoutMs));
    network.run(3 * timeoutMs + 77 * seed);
    network.nodes.get(0).standStill(10 * timeoutMs);
    long took =
        network.runUntil(
            "a replica serves", timeoutMs + 1000, () -> network.nodes.get(3).isPrimaryOf(0));
    assertTrue(took >= timeoutMs - 10, "not before the node timeout, but after " + took);
    assertTrue(timeoutMs > 500 || took < 1000, "took " + took);
  }

  @ParameterizedTest
  @CsvSource({"500, 5", "500, 6", "2000, 5", "2000, 6", "15000, 5"})
  void replacesAPrimaryThatIsCutOffOnceItHasCeasedToServe(long timeoutMs, long seed) {
    TestNetwork network = TestCluster.form(seed, 3, 2, SETTINGS.withNodeTimeoutMs(timeoutMs));
    network.run(3 * timeoutMs + 50 * seed);
    TestNode lost = network.nodes.get(0);
    network.isolate(lost);
    network.runUntil(
        "a replica serves",
        timeoutMs + 1000,
        () -> network.nodes.get(3).isPrimaryOf(0) || network.nodes.get(6).isPrimaryOf(0));
    assertFalse(lost.serves(), "two nodes would serve one slot");
  }

  @Test
  void suspectsNobodyAfterItStoodStillItself() {
    TestNetwork network = TestCluster.form(31, 3, 1, SETTINGS.withNodeTimeoutMs(500));
    network.run(3000);
    for (int i = 0; i < 20; i++) {
      // Every node in its turn does not get any time for nearly the node timeout.
      network.nodes.get(i % 6).standStill(450);
      network.run(700);
    }
    for (TestNode node : network.nodes) {
      assertFalse(node.logged("Marking node"), network.lastLines());
      assertFalse(node.logged("Failover election won"), network.lastLines());
    }
  }

  @Test
  void electsForManyPrimariesThatDieAtOnce() {
    // One more, and those that are left would be no majority.
    int primaries = 20;
    TestNetwork network = TestCluster.form(32, primaries, 1, SETTINGS.withNodeTimeoutMs(5000));
    network.run(6000);
    for (int i = 0; i < 9; i++) {
      network.nodes.get(i).kill();
    }
    List<TestNode> replicas = network.nodes.subList(primaries, primaries + 9);
    long took =
        network.runUntil(
            "all are replaced",
            6000,
            () -> replicas.stream().allMatch(node -> node.view().myself().isPrimary()));
    assertTrue(took < 3000, "took " + took);
  }

  @Test
  void whoDeniesItsVoteSaysWhyAndInWhichEpochItIs() {
    TestNetwork network = TestCluster.form(33, 3, 2, SETTINGS.withNodeTimeoutMs(2000));
    network.run(3000);
    TestNode candidate = network.nodes.get(3);
    // The others work, so that nobody votes; a primary that is up denies it.
    TestNode dead = network.nodes.get(0);
    network.nodes.get(1).request(new ClusterRequest.BumpEpoch());
    dead.kill();
    network.runUntil(
        "someone serves",
        3000,
        () -> candidate.isPrimaryOf(0) || network.nodes.get(6).isPrimaryOf(0));
    network.run(500);
    TestNode winner = candidate.isPrimaryOf(0) ? candidate : network.nodes.get(6);
    String why = ((ClusterResult.Report) winner.request(new ClusterRequest.Why(dead.id()))).text();
    assertTrue(why.contains("voted for this node in epoch"), why);
    assertTrue(why.contains("refuses connections"), why);
    assertTrue(why.contains("takes its place"), why);
  }

  @Test
  void servesWithANodeTimeoutThatNobodyCanKeep() {
    TestNetwork network = TestCluster.form(37, 3, 0, SETTINGS.withNodeTimeoutMs(1));
    network.run(3000);
    for (int i = 0; i < 50; i++) {
      network.run(77);
      assertTrue(network.all(TestNode::serves), network.lastLines());
    }
  }

  @Test
  void handsOverBeforeItShutsDown() {
    TestNetwork network = TestCluster.form(34, 3, 2, SETTINGS);
    network.run(5000);
    TestNode primary = network.nodes.get(0);
    primary.offset = 500;
    network.run(1500);
    network.nodes.get(6).offset = 400;
    network.run(20);
    assertEquals(ClusterResult.OK, primary.request(new ClusterRequest.HandOver(false)));
    long took = network.runUntil("handed over", 1500, () -> primary.view().myself().isReplica());
    assertTrue(took < 500, "took " + took);
    assertFalse(primary.paused);
    assertTrue(network.nodes.get(3).isPrimaryOf(0) || network.nodes.get(6).isPrimaryOf(0));
    assertEquals(
        "ERR No replica can take this node's place",
        ((ClusterResult.Error) primary.request(new ClusterRequest.HandOver(false))).text());
  }

  @Test
  void asksAnotherReplicaWhenTheFirstIsGone() {
    TestNetwork network = TestCluster.form(35, 3, 2, SETTINGS);
    network.run(5000);
    TestNode primary = network.nodes.get(0);
    assertEquals(ClusterResult.OK, primary.request(new ClusterRequest.HandOver(false)));
    TestNode asked = network.nodes.get(3);
    asked.kill();
    network.runUntil(
        "handed over to the other",
        15_000,
        () -> {
          primary.request(new ClusterRequest.HandOver(true));
          return network.nodes.get(6).isPrimaryOf(0);
        });
  }

  @Test
  void hasNobodyToHandOverToWithoutReplicas() {
    TestNetwork network = TestCluster.form(36, 3, 0, SETTINGS);
    network.run(5000);
    assertTrue(
        network.nodes.get(0).request(new ClusterRequest.HandOver(false))
            instanceof ClusterResult.Error);
    assertFalse(network.nodes.get(0).paused);
  }
}
