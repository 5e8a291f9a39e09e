package io.skein.engine.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.cluster.bus.SlotRange;
import io.skein.engine.cluster.state.ClusterSettings;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterMachineTest {
  private static final ClusterSettings SETTINGS = ClusterSettings.defaults(7000);
  private static final ClusterSettings LIKE_REDIS =
      SETTINGS.withHaste(ClusterSettings.Haste.NONE).withNodeTimeoutMs(2000);

  /// Whether all nodes serve, and agree that a living node owns `slot`.
  private static boolean served(TestNetwork network, int slot) {
    return network.all(node ->
        node.serves()
            && network.nodes.stream().anyMatch(n -> n.alive && n.id().equals(ownerId(node, slot))));
  }

  @Test
  void formsWithinASecond() {
    TestNetwork network = TestCluster.form(1, 3, 1, SETTINGS);
    assertTrue(
        network.nowMs - 1_700_000_000_000L < 1000, "took " + (network.nowMs - 1_700_000_000_000L));
  }

  @Test
  void formsLikeRedisWithoutHaste() {
    TestNetwork network = TestCluster.form(2, 3, 2, LIKE_REDIS);
    network.run(30_000);
    assertTrue(network.all(TestNode::serves), network.lastLines());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void promotesReplicaOfKilledPrimaryWithinASecond(long seed) {
    TestNetwork network = TestCluster.form(seed, 3, 1, SETTINGS);
    network.run(20_000);
    TestNode dead = network.nodes.get(0);
    dead.kill();
    long took =
        network.runUntil("a replica serves", 1000, () -> network.nodes.get(3).isPrimaryOf(0));
    network.runUntil("all agree", 1000, () -> served(network, 0));
    assertTrue(took < 700, "took " + took);
    assertEquals(
        1,
        network.nodes.get(3).log.stream().filter(l -> l.startsWith("Start of election")).count());
  }

  @Test
  void promotesTheReplicaWithMostData() {
    TestNetwork network = TestCluster.form(9, 3, 3, SETTINGS);
    network.nodes.get(0).offset = 1000;
    network.run(3000);
    network.nodes.get(0).kill();
    network.nodes.get(3).offset = 900;
    network.nodes.get(6).offset = 1000;
    network.nodes.get(9).offset = 950;
    network.runUntil("a replica serves", 3000, () -> served(network, 0));
    assertTrue(network.nodes.get(6).isPrimaryOf(0), network.lastLines());
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16})
  void survivesTwoPrimariesKilledTogether(long seed) {
    TestNetwork network = TestCluster.form(seed, 5, 1, SETTINGS);
    network.run(5000);
    network.nodes.get(0).kill();
    network.nodes.get(1).kill();
    network.runUntil(
        "both replicas serve", 2500, () -> served(network, 0) && served(network, 3277));
    assertTrue(network.nodes.get(5).isPrimaryOf(0));
    assertTrue(network.nodes.get(6).isPrimaryOf(3277));
  }

  @Test
  void promotesByTimeoutsAloneWithoutHaste() {
    TestNetwork network = TestCluster.form(21, 3, 1, LIKE_REDIS);
    network.run(5000);
    network.nodes.get(0).kill();
    network.run(1900);
    assertFalse(network.nodes.get(3).isPrimaryOf(0));
    network.runUntil("a replica serves", 10_000, () -> served(network, 0));
  }

  @Test
  void promotesWhenAPrimaryIsSilentRatherThanGone() {
    TestNetwork network = TestCluster.form(22, 3, 1, SETTINGS.withNodeTimeoutMs(1000));
    network.run(5000);
    TestNode lost = network.nodes.get(0);
    network.isolate(lost);
    long took =
        network.runUntil("a replica serves", 2000, () -> network.nodes.get(3).isPrimaryOf(0));
    assertFalse(lost.serves(), "a primary among a minority stops serving");
    assertTrue(took < 2000, "took " + took);
    network.heal();
    network.runUntil(
        "the old primary follows the new one",
        8000,
        () -> network.nodes.get(3).id().equals(lost.followedId));
    network.runUntil("all serve", 8000, () -> network.all(TestNode::serves));
  }

  @Test
  void stopsServingAmongAMinorityAfterNodeTimeout() {
    TestNetwork network = TestCluster.form(23, 3, 1, SETTINGS.withNodeTimeoutMs(2000));
    network.run(5000);
    TestNode primary = network.nodes.get(1);
    TestNode replica = network.nodes.get(4);
    network.isolate(primary, replica);
    network.run(1500);
    assertTrue(primary.serves());
    network.runUntil("it stops", 2600, () -> !primary.serves());
    assertTrue(primary.isPrimaryOf(6000), "its replica cannot be elected there");
    network.heal();
    network.runUntil("all serve again", 10_000, () -> network.all(TestNode::serves));
  }

  @Test
  void primaryThatStoodStillServesOnlyAfterItHasHeardOfTheOthers() {
    TestNetwork network = TestCluster.form(42, 3, 1, SETTINGS.withNodeTimeoutMs(2000));
    network.run(5000);
    TestNode primary = network.nodes.get(1);
    primary.standStill(1900);
    network.run(2500);
    assertTrue(primary.serves(), "nobody can have replaced it within the node timeout");
    primary.standStill(2200);
    network.runUntil("it goes on, and does not serve", 2400, () -> !primary.serves());
    assertTrue(primary.isPrimaryOf(6000));
    network.runUntil("all serve again", 10_000, () -> network.all(TestNode::serves));
  }

  @Test
  void primaryRestartedAmongAMinorityDoesNotServe() {
    TestNetwork network = TestCluster.form(41, 3, 1, SETTINGS);
    network.run(5000);
    TestNode primary = network.nodes.get(1);
    primary.kill();
    network.isolate(primary);
    primary.start();
    for (int i = 0; i < 300; i++) {
      network.run(100);
      assertFalse(primary.serves(), "after " + i * 100 + " ms");
    }
    network.heal();
    network.runUntil("all serve", 40_000, () -> network.all(TestNode::serves));
  }

  @Test
  void opensAnotherLinkWhenNoPongComesThoughTheNodeIsHeard() {
    TestNetwork network = TestCluster.form(42, 3, 1, SETTINGS.withNodeTimeoutMs(2000));
    network.run(5000);
    TestNode one = network.nodes.get(0);
    TestNode two = network.nodes.get(1);
    network.mute(one, two);
    network.run(8000);
    assertTrue(
        network.nowMs - one.viewOf(two).pongReceivedMs() < 2000,
        "last pong " + (network.nowMs - one.viewOf(two).pongReceivedMs()) + " ms ago");
  }

  @Test
  void killedPrimaryComesBackAsReplica() {
    TestNetwork network = TestCluster.form(24, 3, 1, SETTINGS);
    network.run(5000);
    TestNode dead = network.nodes.get(2);
    String id = dead.id();
    dead.kill();
    network.runUntil("a replica serves", 1000, () -> served(network, 16383));
    dead.start();
    assertEquals(id, dead.id());
    network.runUntil(
        "it follows its successor", 3000, () -> network.nodes.get(5).id().equals(dead.followedId));
    assertTrue(dead.mySlots().isEmpty());
    network.runUntil("all serve", 3000, () -> network.all(TestNode::serves));
  }

  @Test
  void restartsInsideTheGraceWithoutFailover() {
    TestNetwork network = TestCluster.form(25, 3, 1, SETTINGS);
    network.run(5000);
    TestNode primary = network.nodes.get(0);
    primary.kill();
    network.run(150);
    primary.start();
    network.run(10_000);
    assertTrue(primary.isPrimaryOf(0));
    assertTrue(network.all(TestNode::serves));
  }

  @Test
  void resolvesEpochCollisions() {
    TestNetwork network = new TestNetwork(26);
    for (int i = 0; i < 4; i++) {
      network.add(SETTINGS);
    }
    TestNode first = network.nodes.getFirst();
    for (TestNode node : network.nodes.subList(1, 4)) {
      node.request(new ClusterRequest.Meet(first.ip(), 7000, 17000));
    }
    network.run(10_000);
    assertEquals(
        4,
        network.nodes.stream().map(node -> node.view().myself().configEpoch()).distinct().count());
  }

  private static long configEpoch(TestNode node) {
    return node.view().myself().configEpoch();
  }

  @Test
  void epochTakenWithoutVotesIsNeverOneThatIsVotedOn() {
    TestNetwork network = TestCluster.form(43, 3, 1, SETTINGS.withNodeTimeoutMs(1000));
    network.run(5000);
    TestNode lost = network.nodes.get(0);
    TestNode replica = network.nodes.get(3);
    network.isolate(lost);
    lost.request(new ClusterRequest.BumpEpoch());
    // The network checks that no two nodes serve a slot in one epoch.
    network.runUntil("a replica serves", 8000, () -> replica.isPrimaryOf(0));
    assertTrue(lost.isPrimaryOf(0), "it has not heard");
    assertNotEquals(configEpoch(lost), configEpoch(replica));
    assertEquals(0, configEpoch(replica) % 2, "voted on");
    assertEquals(3, configEpoch(lost) % 4, "ordered");
  }

  @Test
  void messageThatComesLateIsNoCollision() {
    TestNetwork network = TestCluster.form(44, 3, 1, SETTINGS.withNodeTimeoutMs(1000));
    network.run(5000);
    TestNode old = network.nodes.get(0);
    TestNode replica = network.nodes.get(3);
    Runnable late = network.lastMessage(old, replica);
    replica.request(new ClusterRequest.Failover(ClusterRequest.FailoverMode.COORDINATED));
    network.runUntil("roles are swapped", 5000, () -> replica.id().equals(old.followedId));
    network.runUntil("it is known", 5000, () -> replica.viewOf(old).isReplica());
    long epoch = configEpoch(replica);
    late.run();
    assertFalse(replica.viewOf(old).isReplica(), "a primary it was when this was sent");
    assertEquals(epoch, configEpoch(replica));
  }

  @Test
  void primariesWithOneEpochPartWhenTheyServe() {
    TestNetwork network = TestCluster.form(45, 5, 0, SETTINGS.withNodeTimeoutMs(1000));
    network.run(5000);
    TestNode one = network.nodes.get(0);
    TestNode two = network.nodes.get(1);
    network.isolate(one, two);
    network.runUntil("they stop", 5000, () -> !one.serves() && !two.serves());
    one.request(new ClusterRequest.BumpEpoch());
    two.request(new ClusterRequest.BumpEpoch());
    long epoch = configEpoch(one);
    network.run(10_000);
    assertEquals(epoch, configEpoch(one), "others may have been elected: no claim gets stronger");
    assertEquals(epoch, configEpoch(two));
    network.heal();
    network.runUntil("they part", 20_000, () -> configEpoch(one) != configEpoch(two));
    TestNode moved = configEpoch(one) == epoch ? two : one;
    assertEquals(1, configEpoch(moved) % 4, "of its own accord");
    assertTrue(moved.id().compareTo((moved == one ? two : one).id()) < 0);
  }

  @Test
  void bumpsWhenAnotherHasTheNewestEpochToo() {
    TestNetwork network = TestCluster.form(46, 3, 0, SETTINGS);
    TestNode one = network.nodes.get(0);
    TestNode two = network.nodes.get(1);
    one.request(new ClusterRequest.BumpEpoch());
    two.request(new ClusterRequest.BumpEpoch());
    long epoch = configEpoch(one);
    assertEquals(epoch, configEpoch(two));
    assertEquals(
        new ClusterResult.Text("STILL " + epoch), one.request(new ClusterRequest.BumpEpoch()));
    TestNode greater = one.id().compareTo(two.id()) > 0 ? one : two;
    TestNode smaller = greater == one ? two : one;
    network.cut(greater, smaller); // so that the smaller one does not part by itself
    network.run(3000);
    assertEquals(epoch, configEpoch(smaller));
    network.lastMessage(smaller, greater).run();
    assertEquals(epoch, greater.viewOf(smaller).configEpoch());
    assertEquals(
        new ClusterResult.Text("BUMPED " + (epoch + 4)),
        greater.request(new ClusterRequest.BumpEpoch()));
  }

  @Test
  void forgottenNodeStaysForgottenForAMinute() {
    TestNetwork network = TestCluster.form(27, 3, 1, SETTINGS);
    TestNode gone = network.nodes.get(5);
    String id = gone.id();
    assertEquals(ClusterResult.OK, network.nodes.get(0).request(new ClusterRequest.Forget(id)));
    assertNull(network.nodes.get(0).view().node(id));
    network.run(3000);
    assertTrue(
        network.nodes.stream()
            .filter(node -> node != gone)
            .allMatch(node -> node.view().node(id) == null),
        "others are told to forget it as well");
    assertEquals(ClusterResult.OK, network.nodes.get(1).request(new ClusterRequest.Forget(id)));
    network.run(61_000);
    assertEquals(
        ClusterResult.error("Unknown node " + id),
        network.nodes.get(1).request(new ClusterRequest.Forget(id)));
    gone.request(new ClusterRequest.Meet(network.nodes.get(0).ip(), 7000, 17000));
    network.runUntil(
        "all know it again", 3000, () -> network.all(node -> node.view().node(id) != null));
  }

  @Test
  void coordinatedFailoverSwapsRoles() {
    TestNetwork network = TestCluster.form(28, 3, 1, SETTINGS);
    TestNode primary = network.nodes.get(0);
    TestNode replica = network.nodes.get(3);
    primary.offset = 500;
    assertEquals(
        ClusterResult.OK,
        replica.request(new ClusterRequest.Failover(ClusterRequest.FailoverMode.COORDINATED)));
    network.runUntil("the replica serves", 1000, () -> replica.isPrimaryOf(0));
    assertEquals(500, replica.offset);
    network.runUntil("roles are swapped", 1000, () -> replica.id().equals(primary.followedId));
    assertFalse(primary.paused, "writes go on, to be redirected");
    assertTrue(replica.logged("All master replication stream processed"));
  }

  @Test
  void forcedFailoverNeedsNoPrimary() {
    TestNetwork network = TestCluster.form(29, 3, 1, LIKE_REDIS.withNodeTimeoutMs(60_000));
    network.run(1000);
    network.nodes.get(0).kill();
    network.run(1000);
    TestNode replica = network.nodes.get(3);
    ClusterResult refused =
        replica.request(new ClusterRequest.Failover(ClusterRequest.FailoverMode.COORDINATED));
    assertEquals(
        ClusterResult.error("Master is down or failed, please use CLUSTER FAILOVER FORCE"),
        refused);
    replica.request(new ClusterRequest.Failover(ClusterRequest.FailoverMode.FORCE));
    network.runUntil("the replica serves", 1000, () -> replica.isPrimaryOf(0));
  }

  @Test
  void takeoverNeedsNobody() {
    TestNetwork network = TestCluster.form(30, 3, 1, SETTINGS);
    network.run(1000);
    TestNode replica = network.nodes.get(3);
    network.isolate(replica);
    replica.request(new ClusterRequest.Failover(ClusterRequest.FailoverMode.TAKEOVER));
    assertTrue(replica.isPrimaryOf(0));
    network.heal();
    network.runUntil(
        "the old primary follows",
        40_000,
        () -> replica.id().equals(network.nodes.get(0).followedId));
  }

  @Test
  void replicaWithOldDataDoesNotStand() {
    TestNetwork network = TestCluster.form(31, 3, 1, SETTINGS.withNodeTimeoutMs(500));
    TestNode replica = network.nodes.get(3);
    TestNode primary = network.nodes.get(0);
    replica.followedId = null; // its replication link is down
    network.run(20_000);
    primary.kill();
    network.run(10_000);
    assertFalse(replica.isPrimaryOf(0));
    assertTrue(replica.logged("Disconnected from master for longer than allowed"));
  }

  @Test
  void replicaMovesToOrphanedPrimary() {
    TestNetwork network = TestCluster.form(32, 3, 2, SETTINGS);
    network.run(2000);
    network.nodes.get(3).kill();
    network.nodes.get(6).kill();
    network.runUntil(
        "a replica moves",
        20_000,
        () ->
            network.nodes.stream()
                .anyMatch(node -> node.alive && network.nodes.get(0).id().equals(node.followedId)));
  }

  @Test
  void staysTheSameNodeAfterRestartOfTheWholeCluster() {
    TestNetwork network = TestCluster.form(33, 3, 1, SETTINGS);
    network.run(2000);
    network.nodes.forEach(TestNode::kill);
    network.run(5000);
    network.nodes.forEach(TestNode::start);
    network.runUntil("all serve", 10_000, () -> network.all(TestNode::serves));
    assertTrue(network.nodes.get(0).isPrimaryOf(0));
  }

  @Test
  void hardResetMakesAnotherNodeOfIt() {
    TestNetwork network = TestCluster.form(34, 3, 1, SETTINGS);
    TestNode replica = network.nodes.get(4);
    String before = replica.id();
    assertEquals(ClusterResult.OK, replica.request(new ClusterRequest.Reset(true, false)));
    assertNotEquals(before, replica.id());
    assertEquals(1, replica.view().nodes().size());
    assertEquals(0, replica.view().summary().currentEpoch());
    assertTrue(replica.effects.stream().anyMatch(ClusterEffect.DropAllData.class::isInstance));
    assertEquals(
        ClusterResult.error("CLUSTER RESET can't be called with master nodes containing keys"),
        network.nodes.get(0).request(new ClusterRequest.Reset(false, true)));
  }

  @Test
  void movesASlotByHand() {
    TestNetwork network = TestCluster.form(35, 3, 1, SETTINGS);
    TestNode from = network.nodes.get(0);
    TestNode to = network.nodes.get(1);
    assertEquals(ClusterResult.OK, to.request(new ClusterRequest.SetSlotImporting(7, from.id())));
    assertEquals(ClusterResult.OK, from.request(new ClusterRequest.SetSlotMigrating(7, to.id())));
    assertEquals(to.id(), Objects.requireNonNull(from.view().migratingTo(7)).id());
    assertEquals(
        ClusterResult.error(
            "Can't assign hashslot 7 to a different node while I still hold keys for this hash slot."),
        from.request(new ClusterRequest.SetSlotNode(7, to.id(), true)));
    to.request(new ClusterRequest.SetSlotNode(7, to.id(), true));
    from.request(new ClusterRequest.SetSlotNode(7, to.id(), false));
    network.runUntil("all know", 3000, () -> network.all(node -> to.id().equals(ownerId(node, 7))));
    assertNull(from.view().migratingTo(7));
    assertNull(to.view().importingFrom(7));
  }

  private static String ownerId(TestNode node, int slot) {
    NodeView owner = node.view().owner(slot);
    return owner == null ? "" : owner.id();
  }

  @Test
  void refusesRequestsInTheWordsOfRedis() {
    TestNetwork network = TestCluster.form(36, 3, 1, SETTINGS);
    TestNode primary = network.nodes.get(0);
    TestNode replica = network.nodes.get(3);
    String stranger = "0".repeat(40);
    assertEquals(
        ClusterResult.error("Slot 0 is already busy"),
        primary.request(new ClusterRequest.AddSlots(List.of(new SlotRange(0, 0)))));
    assertEquals(
        ClusterResult.error("Unknown node " + stranger),
        primary.request(new ClusterRequest.Forget(stranger)));
    assertEquals(
        ClusterResult.error("I tried hard but I can't forget myself..."),
        primary.request(new ClusterRequest.Forget(primary.id())));
    assertEquals(
        ClusterResult.error("Can't forget my master!"),
        replica.request(new ClusterRequest.Forget(primary.id())));
    assertEquals(
        ClusterResult.error("I can only replicate a master, not a replica."),
        replica.request(new ClusterRequest.Replicate(network.nodes.get(4).id(), false)));
    assertEquals(
        ClusterResult.error("To set a master the node must be empty and without assigned slots."),
        primary.request(new ClusterRequest.Replicate(network.nodes.get(1).id(), false)));
    assertEquals(
        ClusterResult.error("Please use SETSLOT only with masters."),
        replica.request(new ClusterRequest.SetSlotStable(1)));
    assertEquals(
        ClusterResult.error("Invalid node address specified: nowhere:7000"),
        primary.request(new ClusterRequest.Meet("nowhere", 7000, 17000)));
    assertEquals(
        ClusterResult.error("Node config epoch is already non-zero"),
        networkOfOne().request(new ClusterRequest.SetConfigEpoch(3)));
  }

  private static TestNode networkOfOne() {
    TestNode node = new TestNetwork(37).add(SETTINGS);
    node.request(new ClusterRequest.SetConfigEpoch(2));
    return node;
  }

  /// Kills, restarts and cuts off nodes at random; the network checks the invariants all the time.
  @ParameterizedTest
  @ValueSource(longs = {101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112})
  void comesTogetherAgainAfterAnyTrouble(long seed) {
    ClusterSettings settings = seed % 3 == 0 ? LIKE_REDIS : SETTINGS.withNodeTimeoutMs(2000);
    TestNetwork network = TestCluster.form(seed, 3, 1 + (int) (seed % 2), settings);
    Random random = new Random(seed);
    for (int i = 0; i < 40; i++) {
      TestNode node = network.nodes.get(random.nextInt(network.nodes.size()));
      TestNode other = network.nodes.get(random.nextInt(network.nodes.size()));
      switch (random.nextInt(6)) {
        case 0, 1 -> {
          if (node.alive) {
            node.kill();
          }
        }
        case 2 -> network.isolate(node);
        case 3 -> network.cut(node, other);
        case 4 -> network.heal();
        default -> {
          if (node.alive) {
            node.request(new ClusterRequest.Failover(ClusterRequest.FailoverMode.FORCE));
          }
        }
      }
      network.run(random.nextInt(3000));
      for (TestNode dead : network.nodes) {
        if (!dead.alive && random.nextInt(3) == 0) {
          dead.start();
        }
      }
    }
    network.heal();
    for (TestNode node : network.nodes) {
      if (!node.alive) {
        node.start();
      }
    }
    network.runUntil("all serve and agree", 120_000, () -> agree(network));
    network.run(10_000);
    assertTrue(agree(network), network.lastLines());
  }

  private static boolean agree(TestNetwork network) {
    return network.all(node -> {
      for (int slot = 0; slot < 16384; slot += 100) {
        if (!ownerId(node, slot).equals(ownerId(network.nodes.getFirst(), slot))) {
          return false;
        }
      }
      return node.serves();
    });
  }

  @Test
  void simulatesAHundredNodesFast() {
    TestNetwork network = TestCluster.form(38, 50, 1, SETTINGS);
    network.run(20_000);
    network.nodes.get(17).kill();
    network.runUntil("a replica serves", 2000, () -> network.nodes.get(67).isPrimaryOf(5600));
  }
}
