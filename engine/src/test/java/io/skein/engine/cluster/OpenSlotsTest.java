package io.skein.engine.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.skein.engine.cluster.state.ClusterSettings;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Slots on their way between two primaries, one of which fails meanwhile.
class OpenSlotsTest {
  private static final int SLOT = 5;

  private final TestNetwork network = TestCluster.form(78, 3, 1, ClusterSettings.defaults(7000));
  private final TestNode source = network.nodes.get(0);
  private final TestNode target = network.nodes.get(1);
  private final TestNode sourceReplica = replicaOf(source);
  private final TestNode targetReplica = replicaOf(target);

  private TestNode replicaOf(TestNode primary) {
    for (TestNode node : network.nodes) {
      if (primary.id().equals(node.view().myself().primaryId())) {
        return node;
      }
    }
    throw new AssertionError("no replica of " + primary.id());
  }

  @BeforeEach
  void open() {
    network.run(2000);
    assertEquals(
        ClusterResult.OK, target.request(new ClusterRequest.SetSlotImporting(SLOT, source.id())));
    assertEquals(
        ClusterResult.OK, source.request(new ClusterRequest.SetSlotMigrating(SLOT, target.id())));
  }

  private static String to(TestNode node) {
    return Objects.requireNonNull(node.view().migratingTo(SLOT)).id();
  }

  private static String from(TestNode node) {
    return Objects.requireNonNull(node.view().importingFrom(SLOT)).id();
  }

  @Test
  void aReplicaShowsNothingOfThem() {
    network.run(1000);
    assertNull(sourceReplica.view().migratingTo(SLOT));
    assertNull(targetReplica.view().importingFrom(SLOT));
  }

  @Test
  void theSuccessorOfTheSourceGoesOnMigrating() {
    network.run(100);
    source.kill();
    network.runUntil("its replica serves", 30_000, () -> sourceReplica.isPrimaryOf(SLOT));
    assertEquals(target.id(), to(sourceReplica));
    network.runUntil("the target knows", 5000, () -> from(target).equals(sourceReplica.id()));
    assertEquals(sourceReplica.id(), Objects.requireNonNull(target.view().owner(SLOT)).id());
  }

  @Test
  void theSuccessorOfTheTargetGoesOnImporting() {
    network.run(100);
    target.kill();
    network.runUntil("its replica serves", 30_000, () -> targetReplica.isPrimaryOf(6000));
    assertEquals(source.id(), from(targetReplica));
    network.runUntil("the source knows", 5000, () -> to(source).equals(targetReplica.id()));

    // And the move can be brought to its end.
    String id = targetReplica.id();
    assertEquals(
        ClusterResult.OK, targetReplica.request(new ClusterRequest.SetSlotNode(SLOT, id, true)));
    assertEquals(ClusterResult.OK, source.request(new ClusterRequest.SetSlotNode(SLOT, id, false)));
    network.runUntil(
        "all know", 5000, () -> network.all(node -> !node.alive || isOwnedBy(node, id)));
    assertNull(source.view().migratingTo(SLOT));
    assertNull(targetReplica.view().importingFrom(SLOT));
  }

  private static boolean isOwnedBy(TestNode node, String id) {
    NodeView owner = node.view().owner(SLOT);
    return owner != null && owner.id().equals(id);
  }

  @Test
  void whatWasClosedBeforeTheFailureStaysClosed() {
    network.run(100);
    source.request(new ClusterRequest.SetSlotStable(SLOT));
    network.run(100);
    source.kill();
    network.runUntil("its replica serves", 30_000, () -> sourceReplica.isPrimaryOf(SLOT));
    assertNull(sourceReplica.view().migratingTo(SLOT));
    assertNotNull(target.view().importingFrom(SLOT));
  }

  @Test
  void aReplicaThatComesBackStillKnows() {
    network.run(1000);
    sourceReplica.kill();
    sourceReplica.start();
    network.runUntil("it follows", 10_000, () -> sourceReplica.view().ok());
    network.run(1000);
    source.kill();
    network.runUntil("it serves", 30_000, () -> sourceReplica.isPrimaryOf(SLOT));
    assertEquals(target.id(), to(sourceReplica));
  }

  @Test
  void theReplicaOfTheNewOwnerFollowsTheClaimAtOnce() {
    network.run(1000);
    target.request(new ClusterRequest.SetSlotNode(SLOT, target.id(), true));
    network.runUntil("its replica knows", 3000, () -> isOwnedBy(targetReplica, target.id()));
  }
}
