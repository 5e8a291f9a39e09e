package io.skein.engine.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.cluster.bus.NodeFacts;
import io.skein.engine.cluster.bus.SlotRange;
import io.skein.engine.cluster.state.ClusterSettings;
import java.util.List;
import org.junit.jupiter.api.Test;

/// `CLUSTER DOCTOR` names each hazard with its remedy, and none where all is well.
final class DoctorTest {
  private static final ClusterSettings SETTINGS =
      ClusterSettings.defaults(7000).withNodeTimeoutMs(2000);

  /// A node that is set up as it should be.
  private static final Condition SOUND =
      new Condition(1 << 30, true, false, true, 1, 1 << 30, 1000, false);

  private static String ask(TestNode node, Condition condition) {
    return ((ClusterResult.Report) node.request(new ClusterRequest.Doctor(condition))).text();
  }

  private static void assertFinds(String text, String hazard, String remedy) {
    assertTrue(text.contains(hazard), text);
    assertTrue(text.contains(remedy), text);
  }

  private static void tell(
      TestNetwork network, TestNode node, long clockMs, long memory, int flags) {
    node.on(new ClusterEvent.Surroundings(clockMs, memory, flags));
    network.run(3000);
  }

  private static TestNetwork sound() {
    TestNetwork network = TestCluster.form(1, 3, 1, SETTINGS);
    for (TestNode node : network.nodes) {
      node.on(new ClusterEvent.Surroundings(network.nowMs, 1 << 30, NodeFacts.APPENDONLY));
    }
    network.run(5000);
    return network;
  }

  @Test
  void findsNothingWhereAllIsWell() {
    TestNetwork network = sound();
    for (TestNode node : network.nodes) {
      String text = ask(node, SOUND);
      assertTrue(text.startsWith("No hazards found"), text);
      assertFalse(text.contains("do not tell their settings"), text);
    }
  }

  @Test
  void findsThatNoSlotIsAssigned() {
    TestNetwork network = new TestNetwork(2);
    TestNode node = network.add(SETTINGS);
    network.run(100);
    assertFinds(ask(node, SOUND), "No slot is assigned", "redis-cli --cluster create");
  }

  @Test
  void findsUncoveredSlotsByRange() {
    TestNetwork network = sound();
    TestNode node = network.nodes.getFirst();
    node.request(new ClusterRequest.DelSlots(List.of(new SlotRange(7, 7), new SlotRange(10, 12))));
    assertFinds(
        ask(node, SOUND), "4 slots are served by nobody: 7, 10-12.", "redis-cli --cluster fix");
  }

  @Test
  void findsAFailedPrimaryAndThatItHasNobody() {
    TestNetwork network = TestCluster.form(3, 4, 0, SETTINGS);
    network.run(3000);
    TestNode dead = network.nodes.get(3);
    String before = ask(network.nodes.get(0), SOUND);
    assertFinds(before, "has no replica", "--cluster-master-id " + dead.id());
    dead.kill();
    network.run(3000);
    String text = ask(network.nodes.get(0), SOUND);
    assertFinds(text, "has failed, and with it its 4096 slots", "CLUSTER WHY " + dead.id());
    assertFinds(text, "its host refuses connections", "CLUSTER FORGET");
    assertTrue(text.indexOf("broken") < text.indexOf("danger"), text);
  }

  @Test
  void findsAPrimaryWhoseReplicasAreDown() {
    TestNetwork network = sound();
    network.nodes.get(3).kill();
    network.run(3000);
    assertFinds(
        ask(network.nodes.get(1), SOUND), "has no replica that works", "Start its replicas again");
  }

  @Test
  void findsTooFewPrimaries() {
    TestNetwork network = TestCluster.form(4, 2, 1, SETTINGS);
    network.run(1000);
    assertFinds(
        ask(network.nodes.get(0), SOUND), "There are 2 primaries", "at least three primaries");
  }

  @Test
  void findsReplicasThatNeverStand() {
    TestNetwork network = sound();
    TestNode replica = network.nodes.get(4);
    ClusterSettings.Replicas never = new ClusterSettings.Replicas(10, true, 1, true, 10_000);
    replica.on(new ClusterEvent.SettingsChanged(SETTINGS.withReplicas(never)));
    network.run(3000);
    assertFinds(
        ask(network.nodes.get(0), SOUND),
        "ever stands for election",
        "cluster-replica-no-failover no");
  }

  @Test
  void findsOpenSlots() {
    TestNetwork network = sound();
    TestNode node = network.nodes.get(0);
    node.request(new ClusterRequest.SetSlotMigrating(5, network.nodes.get(1).id()));
    assertFinds(ask(node, SOUND), "1 slot is marked as moving", "redis-cli --cluster fix");
  }

  @Test
  void findsDifferentNodeTimeouts() {
    TestNetwork network = sound();
    network.nodes.get(2).on(new ClusterEvent.SettingsChanged(SETTINGS.withNodeTimeoutMs(1500)));
    network.run(3000);
    assertFinds(
        ask(network.nodes.get(0), SOUND), "different cluster-node-timeouts: 1500 on", "same value");
  }

  @Test
  void findsATimeoutThatIsTooShort() {
    TestNetwork network = sound();
    TestNode node = network.nodes.get(2);
    node.on(new ClusterEvent.SettingsChanged(SETTINGS.withNodeTimeoutMs(100)));
    assertFinds(ask(node, SOUND), "A cluster-node-timeout of 100 ms", "500 ms or more");
  }

  @Test
  void findsDifferentLimitsOfMemoryAndNone() {
    TestNetwork network = sound();
    tell(network, network.nodes.get(5), network.nowMs, 1 << 20, NodeFacts.APPENDONLY);
    assertFinds(
        ask(network.nodes.get(0), SOUND), "different limits of memory", "same value on all nodes");
    for (TestNode node : network.nodes) {
      node.on(new ClusterEvent.Surroundings(network.nowMs, 0, NodeFacts.APPENDONLY));
    }
    network.run(3000);
    Condition unlimited = new Condition(0, true, false, true, 1, 1 << 30, 0, false);
    assertFinds(
        ask(network.nodes.get(0), unlimited), "No maxmemory is set", "CONFIG SET maxmemory");
  }

  @Test
  void findsAReplicaThatIsOutOfSync() {
    TestNetwork network = sound();
    int flags = NodeFacts.APPENDONLY | NodeFacts.OUT_OF_SYNC;
    tell(network, network.nodes.get(4), network.nowMs, 1 << 30, flags);
    assertFinds(ask(network.nodes.get(0), SOUND), "is not in sync with its primary", "masterauth");
  }

  @Test
  void findsReplicasThatStandHoweverOldTheirDataAre() {
    TestNetwork network = sound();
    ClusterSettings.Replicas any = new ClusterSettings.Replicas(0, false, 1, true, 10_000);
    network.nodes.get(4).on(new ClusterEvent.SettingsChanged(SETTINGS.withReplicas(any)));
    network.run(3000);
    assertFinds(
        ask(network.nodes.get(0), SOUND),
        "However old their data are",
        "cluster-replica-validity-factor 10");
  }

  @Test
  void findsClocksThatJumpAndThatDiffer() {
    TestNetwork network = sound();
    TestNode node = network.nodes.get(4);
    tell(network, node, network.nowMs + 60_000, 1 << 30, NodeFacts.APPENDONLY);
    assertFinds(ask(node, SOUND), "was set 60 s ahead since the node started", "time service");
    String text = ask(network.nodes.get(0), SOUND);
    assertTrue(text.contains("is set 60 s ahead compared with this node's"), text);
  }

  @Test
  void findsPrimariesThatSaveNothing() {
    TestNetwork network = sound();
    tell(network, network.nodes.get(1), network.nowMs, 1 << 30, 0);
    String text = ask(network.nodes.get(0), SOUND);
    assertFinds(text, "Primaries that save nothing", "CONFIG SET appendonly yes");
    assertTrue(text.contains(network.nodes.get(1).id().substring(0, 8)), text);
  }

  @Test
  void findsUnsafeDurability() {
    TestNetwork network = sound();
    Condition unsafe = new Condition(1 << 30, true, true, true, 0, 1_000_000, 100_000, false);
    String text = ask(network.nodes.get(0), unsafe);
    assertFinds(text, "appendfsync no", "appendfsync everysec");
    assertFinds(text, "min-replicas-to-write 0", "min-replicas-to-write 1");
    assertFinds(text, "reaches back 10 s", "repl-backlog-disk-size to 6000000 or more");
  }

  @Test
  void findsABusThatCannotBeReached() {
    TestNetwork network = sound();
    TestNode node = network.nodes.get(0);
    node.request(new ClusterRequest.Meet("10.9.9.9", 7000, 17000));
    network.run(1500);
    assertFinds(
        ask(node, SOUND), "is to be met at 10.9.9.9:17000", "Start it with cluster-enabled");
  }

  @Test
  void namesNodesThatTellNothing() {
    TestNetwork network = new TestNetwork(6);
    TestNode node = network.add(SETTINGS);
    TestNode other = network.add(SETTINGS);
    node.addSlots(0, 16383);
    network.run(1500);
    assertFalse(ask(node, SOUND).contains("compared"));
    assertEquals(1, node.view().nodes().size());
    assertEquals(1, other.view().nodes().size());
  }
}
