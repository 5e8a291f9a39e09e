package io.skein.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/// CLUSTER RESET of a replica, which empties it.
@SkeinTest(
    primaries = 1,
    options = {"--appendonly", "yes"})
class ResetReplicaTest {
  @Test
  void whatItForgotDoesNotComeBack(SkeinCluster cluster) {
    SkeinNode primary = cluster.primaryOf("key");
    SkeinNode replica =
        cluster.nodes().stream().filter(node -> node != primary).findFirst().orElseThrow();
    primary.call("SET", "key", "value");
    assertEquals(1L, primary.call("WAIT", "1", "30000"));
    cluster.await("the key is there", () -> replica.call("DBSIZE").equals(1L));
    cluster.await("its file is", () -> info(replica).contains("aof_enabled:1"));
    cluster.await("no rewrite", () -> info(replica).contains("aof_rewrite_in_progress:0"));
    assertEquals("OK", replica.call("CLUSTER", "RESET", "HARD"));
    assertEquals(0L, replica.call("DBSIZE"));
    replica.restart();
    assertEquals(0L, replica.call("DBSIZE"));
    assertEquals("value", primary.call("GET", "key"));
  }

  private static String info(SkeinNode node) {
    return String.valueOf(node.call("INFO", "persistence"));
  }
}
