package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.config.ProtectedAction;
import io.skein.engine.config.SecuritySettings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A replica whose reads have a bound, spoken to as clients do.
class LagBoundTest {
  private final TestNetwork network = new TestNetwork();
  private final TestNode primary = new TestNode(null, new MemoryDisk(), 1).in(network, 7000);
  private final TestNode replica = new TestNode(null, new MemoryDisk(), 2).in(network, 7001);
  private final TestNode.Client p = primary.connect();
  private final TestNode.Client r = replica.connect();

  @BeforeEach
  void follow() {
    p.ask("CONFIG SET repl-diskless-sync-delay 0");
    p.ask("SET a 1");
    r.ask("REPLICAOF 127.0.0.1 7000");
    network.pass(2000);
    r.ask("CONFIG SET replica-read-max-lag-ms 300");
    network.pass(100);
  }

  private static void assertStale(String reply) {
    assertTrue(reply.startsWith("-STALE "), reply);
  }

  @Test
  void readsAreServedWhileTheReplicaKeepsUp() {
    for (int i = 0; i < 20; i++) {
      p.ask("SET a " + i);
      network.pass(100);
      assertTrue(r.ask("GET a").startsWith("$"), "" + i);
    }
  }

  @Test
  void readsAreRefusedWhenThePrimaryStandsStill() {
    assertEquals("$1 1", r.ask("GET a"));
    replica.advance(200);
    assertEquals("$1 1", r.ask("GET a"));
    replica.advance(200);
    assertStale(r.ask("GET a"));
    assertStale(r.ask("DBSIZE"));
    assertEquals("+PONG", r.ask("PING"));
    assertTrue(r.ask("INFO replication").contains("slave_read_lag_ms:"));
    assertTrue(r.ask("CONFIG GET replica-read-max-lag-ms").contains("300"));
    network.pass(500);
    assertEquals("$1 1", r.ask("GET a"));
  }

  @Test
  void aTransactionThatReadsIsRefusedToo() {
    r.ask("MULTI");
    assertEquals("+QUEUED", r.ask("GET a"));
    replica.advance(400);
    assertTrue(r.ask("EXEC").startsWith("-EXECABORT Transaction discarded because of: STALE "));
  }

  @Test
  void aPrimaryWithAnotherHistoryIsNoMeasure() {
    network.pass(500);
    assertEquals("$1 1", r.ask("GET a"));
    // Another history at the same place: what is there is not what the primary has.
    primary.settings().put(SecuritySettings.ENABLE_DEBUG_COMMAND, ProtectedAction.YES);
    assertEquals("+OK", p.ask("DEBUG CHANGE-REPL-ID"));
    network.pass(500);
    assertStale(r.ask("GET a"));
  }

  @Test
  void roleAndInfoShowTheLagOnlyWithABound() {
    assertTrue(r.ask("ROLE").startsWith("*6 $5 slave "));
    r.ask("CONFIG SET replica-read-max-lag-ms 0");
    assertTrue(r.ask("ROLE").startsWith("*5 $5 slave "));
    assertFalse(r.ask("INFO replication").contains("slave_read_lag_ms"));
    r.ask("CONFIG SET replica-read-max-lag-bytes 1kb");
    assertStale(r.ask("GET a"));
    network.pass(300);
    assertEquals("$1 1", r.ask("GET a"));
    assertTrue(r.ask("INFO replication").contains("slave_read_lag_bytes:0"));
  }

  @Test
  void aChainAddsUp() {
    TestNode second = new TestNode(null, new MemoryDisk(), 3).in(network, 7002);
    TestNode.Client s = second.connect();
    r.ask("CONFIG SET repl-diskless-sync-delay 0");
    s.ask("REPLICAOF 127.0.0.1 7001");
    s.ask("CONFIG SET replica-read-max-lag-ms 1000");
    network.pass(3000);
    assertEquals("$1 1", s.ask("GET a"));
    r.ask("CONFIG SET replica-read-max-lag-ms 0");
    network.pass(1500);
    assertStale(s.ask("GET a"));
  }

  @Test
  void aPromotedReplicaHasNoLag() {
    replica.advance(400);
    assertStale(r.ask("GET a"));
    r.ask("REPLICAOF NO ONE");
    assertEquals("$1 1", r.ask("GET a"));
    assertTrue(replica.node().hertz() <= 10);
  }

  @Test
  void anotherPrimaryIsNotKnownYet() {
    assertEquals("$1 1", r.ask("GET a"));
    r.ask("REPLICAOF 127.0.0.1 7009");
    assertStale(r.ask("GET a"));
  }

  @Test
  void aFailedLoadLeavesNothingToRead() {
    network.corruptPayloads(true);
    for (int i = 0; i < 50; i++) {
      p.ask("SET key:" + i + " " + "v".repeat(200));
    }
    r.ask("REPLICAOF NO ONE");
    r.ask("SET mine 1");
    r.ask("REPLICAOF 127.0.0.1 7000");
    for (int i = 0; i < 30; i++) {
      network.pass(100);
      String reply = r.ask("GET a");
      assertTrue(reply.startsWith("-STALE") || reply.startsWith("-LOADING"), reply);
    }
    network.corruptPayloads(false);
    network.pass(5000);
    assertEquals("$1 1", r.ask("GET a"));
  }
}
