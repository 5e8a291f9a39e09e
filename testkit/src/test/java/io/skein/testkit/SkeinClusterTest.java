package io.skein.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

@SkeinTest
class SkeinClusterTest {
  @Test
  void formsHealthy(SkeinCluster cluster) {
    assertEquals(6, cluster.nodes().size());
    assertEquals(3, cluster.primaries().size());
    assertEquals(3, cluster.replicas().size());
    cluster.await("CLUSTER SLOTS lists replicas", () -> listsReplicas(cluster.nodes().get(5)));
    for (SkeinNode primary : cluster.primaries()) {
      assertEquals(1, cluster.replicasOf(primary).size());
    }
    SkeinNode owner = cluster.primaryOf("goose");
    assertEquals("OK", owner.call("SET", "goose", "grey"));
    SkeinNode other =
        cluster.primaries().stream().filter(node -> node != owner).findFirst().orElseThrow();
    ReplyError moved = assertThrows(ReplyError.class, () -> other.call("GET", "goose"));
    assertEquals("MOVED " + Formation.slot("goose") + " " + owner.address(), moved.getMessage());
  }

  /// Like Redis, it lists a replica once that one has told an offset.
  private static boolean listsReplicas(SkeinNode node) {
    for (Object range : (List<?>) node.call("CLUSTER", "SLOTS")) {
      int firstAndLastSlot = 2;
      if (((List<?>) range).size() != firstAndLastSlot + 2) {
        return false;
      }
    }
    return true;
  }

  @Test
  void aKilledPrimaryIsReplacedAndComesBackAsAReplica(SkeinCluster cluster) {
    SkeinNode old = cluster.primaryOf("goose");
    SkeinNode heir = cluster.replicasOf(old).getFirst();
    old.call("SET", "goose", "grey");
    assertEquals(1L, old.call("WAIT", "1", "10000"));
    old.kill();
    cluster.await("the replica serves", () -> "grey".equals(heir.call("GET", "goose")));
    cluster.awaitHealthy();
    heir.call("SET", "goose", "white");
    old.startAgain();
    cluster.await("the old primary replicates", () -> cluster.replicas().contains(old));
    cluster.awaitHealthy();
    assertTrue(cluster.replicasOf(heir).contains(old));
    old.call("READONLY");
    cluster.await("it has caught up", () -> "white".equals(old.call("GET", "goose")));
  }

  @Test
  void aReplicaRunsScriptsThatDoNotWriteAndSendsOthersToItsPrimary(SkeinCluster cluster) {
    SkeinNode owner = cluster.primaryOf("goose");
    SkeinNode replica = cluster.replicasOf(owner).getFirst();
    owner.call("SET", "goose", "grey");
    replica.call("READONLY");
    cluster.await("it has the key", () -> "grey".equals(replica.call("GET", "goose")));
    String moved = "MOVED " + Formation.slot("goose") + " " + owner.address();
    String deletes = "#!lua\nreturn redis.call('del', KEYS[1])";
    ReplyError error =
        assertThrows(ReplyError.class, () -> replica.call("EVAL", deletes, "1", "goose"));
    assertEquals(moved, error.getMessage());
    String reads = "#!lua flags=no-writes\nreturn redis.call('get', KEYS[1])";
    assertEquals("grey", replica.call("EVAL", reads, "1", "goose"));
    assertEquals("grey", replica.call("EVAL_RO", reads, "1", "goose"));
    assertEquals("grey", replica.call("EVAL", "return redis.call('get', KEYS[1])", "1", "goose"));
    assertEquals("grey", owner.call("GET", "goose"));
  }

  @Test
  void aPartitionedPrimaryStopsAcceptingWrites(SkeinCluster cluster) {
    SkeinNode alone = cluster.primaryOf("goose");
    SkeinNode heir = cluster.replicasOf(alone).getFirst();
    cluster.partition(List.of(alone));
    cluster.await("the minority refuses writes", () -> refusesWrites(alone));
    cluster.await("the majority goes on", () -> "OK".equals(heir.call("SET", "goose", "kept")));
    cluster.healAll();
    cluster.await("the old primary replicates", () -> cluster.replicas().contains(alone));
    cluster.awaitHealthy();
    assertEquals("kept", heir.call("GET", "goose"));
    alone.call("READONLY");
    cluster.await("what was not kept is gone", () -> "kept".equals(alone.call("GET", "goose")));
  }

  private static boolean refusesWrites(SkeinNode node) {
    try {
      node.call("SET", "goose", "lost");
      return false;
    } catch (ReplyError refused) {
      assertEquals("CLUSTERDOWN", refused.code());
      return true;
    }
  }

  @Test
  void aCutBetweenTwoPrimariesFailsNobody(SkeinCluster cluster) {
    SkeinNode one = cluster.nodes().get(0);
    SkeinNode other = cluster.nodes().get(1);
    cluster.cut(one, other);
    cluster.await("each suspects the other", () -> suspects(one, other) && suspects(other, one));
    assertFalse(ClusterLine.all(cluster.nodes().get(2)).stream().anyMatch(ClusterLine::isFailed));
    cluster.heal(one, other);
    cluster.awaitHealthy();
    assertEquals(3, cluster.primaries().size());
  }

  private static boolean suspects(SkeinNode node, SkeinNode other) {
    return ClusterLine.all(node).stream()
        .anyMatch(line -> line.port() == other.port() && line.isSuspected());
  }

  @Test
  void aPausedPrimaryIsReplaced(SkeinCluster cluster) {
    SkeinNode paused = cluster.primaryOf("goose");
    SkeinNode heir = cluster.replicasOf(paused).getFirst();
    paused.pause();
    cluster.await("the replica serves", () -> "OK".equals(heir.call("SET", "goose", "grey")));
    paused.resume();
    cluster.await("the old primary replicates", () -> cluster.replicas().contains(paused));
    cluster.awaitHealthy();
  }

  @Test
  void aPausedPrimaryDoesNotAnswerWhatWaitedWhileItWasReplaced(SkeinCluster cluster)
      throws Exception {
    SkeinNode paused = cluster.primaryOf("goose");
    SkeinNode heir = cluster.replicasOf(paused).getFirst();
    try (RespConnection patient = paused.connect()) {
      assertEquals("PONG", patient.call("PING"));
      paused.pause();
      patient.send("SET", "goose", "lost");
      patient.send("GET", "goose");
      cluster.await("the replica serves", () -> "OK".equals(heir.call("SET", "goose", "grey")));
      paused.resume();
      for (int i = 0; i < 2; i++) {
        ReplyError refused = assertInstanceOf(ReplyError.class, patient.receive());
        assertTrue(List.of("CLUSTERDOWN", "MOVED").contains(refused.code()), refused.getMessage());
      }
    }
    cluster.awaitHealthy();
    assertEquals("grey", heir.call("GET", "goose"));
  }

  @Test
  void everyNodeRestartedKeepsItsPlaceAndData(SkeinCluster cluster) {
    cluster.primaryOf("goose").call("SET", "goose", "grey");
    for (SkeinNode node : cluster.nodes()) {
      String id = cluster.id(node);
      node.restart();
      assertEquals(id, cluster.id(node));
      cluster.awaitHealthy();
    }
    assertEquals("grey", cluster.primaryOf("goose").call("GET", "goose"));
    assertEquals(3, cluster.primaries().size());
  }
}
