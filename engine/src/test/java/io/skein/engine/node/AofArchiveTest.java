package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.ProtectedAction;
import io.skein.engine.config.ReplicaOf;
import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.config.SecuritySettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Replicas that are served from the append only files of their primary, also after it was started
/// again.
class AofArchiveTest {
  private static final int MB = 1 << 20;
  private static final String NOBODY = "REPLICAOF 127.0.0.1 9";

  private final TestNetwork network = new TestNetwork();
  private final List<TestNode> nodes = new ArrayList<>();
  private int seeds = 1;

  /// Starts nodes in a row, each following the one before.
  private void chain(int count) {
    for (int i = 0; i < count; i++) {
      nodes.add(start(i, new MemoryDisk(), i == 0 ? 0 : 7000 + i - 1));
    }
    network.pass(4000);
  }

  private TestNode start(int number, MemoryDisk disk, int primaryPort) {
    TestNode node = new TestNode(null, disk, seeds++).in(network, 7000 + number);
    node.settings().put(SecuritySettings.ENABLE_DEBUG_COMMAND, ProtectedAction.LOCAL);
    node.settings().put(PersistenceSettings.APPENDONLY, true);
    node.settings().put(ReplicationSettings.REPL_DISKLESS_SYNC_DELAY, 0L);
    if (primaryPort > 0) {
      node.settings().put(ReplicationSettings.REPLICAOF, new ReplicaOf("127.0.0.1", primaryPort));
    }
    node.node().start();
    while (node.node().isLoading()) {
      node.node().work(1_000_000);
    }
    return node;
  }

  /// The process dies, and another one takes its place.
  private void killAndStart(int number) {
    network.kill(7000 + number);
    MemoryDisk left = nodes.get(number).disk().afterCrash(false);
    network.pass(300);
    nodes.set(number, start(number, left, number == 0 ? 0 : 7000 + number - 1));
  }

  @Test
  void whoWasAwayForLongerThanTheBacklogReachesIsServedFromTheFile() {
    chain(2);
    client(1).ask(NOBODY);
    write(10);
    assertTrue(number(0, "replication", "repl_backlog_disk_bytes") > 8 * MB);
    assertTrue(nodes.getFirst().commandLog().memoryBytes() < 4 * MB);
    assertNoTemporaryFile();
    client(1).ask("REPLICAOF 127.0.0.1 7000");
    network.pass(3000);
    assertSame();
    assertEquals(1, number(0, "stats", "sync_full"));
    assertEquals(1, number(0, "stats", "sync_partial_ok"));
  }

  @Test
  void aPrimaryThatWasStartedAgainServesFromItsFile() {
    chain(2);
    write(1);
    client(1).ask(NOBODY);
    write(10);
    killAndStart(0);
    write(2);
    client(1).ask("REPLICAOF 127.0.0.1 7000");
    network.pass(3000);
    assertSame();
    assertEquals(0, number(0, "stats", "sync_full"));
    assertEquals(1, number(0, "stats", "sync_partial_ok"));
  }

  @Test
  void aFileIsServedWholeWhateverLinesStandInIt() {
    chain(2);
    client(0).ask("CONFIG SET aof-timestamp-enabled yes");
    write(1);
    client(1).ask(NOBODY);
    for (int i = 0; i < 8; i++) {
      write(1);
      network.pass(1000);
      if (i == 3) {
        killAndStart(0);
        client(0).ask("CONFIG SET aof-timestamp-enabled yes");
      }
    }
    killAndStart(0);
    network.pass(300);
    assertTrue(number(0, "replication", "repl_backlog_disk_bytes") > 8 * MB);
    // The first of the three names is forgotten; who has the second is served.
    client(1).ask("REPLICAOF 127.0.0.1 7000");
    network.pass(3000);
    assertSame();
  }

  @Test
  void aRewriteLeavesWhatIsNeededOfTheFileBefore() {
    chain(2);
    write(1);
    client(1).ask(NOBODY);
    write(6);
    client(0).ask("BGREWRITEAOF");
    network.pass(2000);
    assertEquals(0, number(0, "persistence", "aof_rewrite_in_progress"));
    assertTrue(incrementals() == 2, files());
    write(6);
    client(1).ask("REPLICAOF 127.0.0.1 7000");
    network.pass(3000);
    assertSame();
    assertEquals(1, number(0, "stats", "sync_full"));
    network.pass(1000);
    assertTrue(incrementals() == 1, files());
  }

  @Test
  void aRewriteLeavesNoMoreThanIsAllowed() {
    chain(2);
    client(0).ask("CONFIG SET repl-backlog-disk-size 4mb");
    client(1).ask(NOBODY);
    write(6);
    client(0).ask("BGREWRITEAOF");
    network.pass(2000);
    assertTrue(incrementals() == 1, files());
    client(1).ask("REPLICAOF 127.0.0.1 7000");
    network.pass(3000);
    assertSame();
    assertEquals(2, number(0, "stats", "sync_full"));
  }

  @Test
  void aChainOfThreeWhoseNodesDieNeedsNoSnapshot() {
    for (int seed = 0; seed < 3; seed++) {
      Random random = new Random(seed * 0x9E3779B97F4A7C15L);
      nodes.clear();
      chain(3);
      long full = 0;
      for (int round = 0; round < 2; round++) {
        for (int victim = 0; victim < 3; victim++) {
          writeSome(random);
          if (random.nextBoolean()) {
            network.settle();
          }
          full += number(victim, "stats", "sync_full");
          killAndStart(victim);
          network.pass(random.nextInt(3000));
          writeSome(random);
          network.pass(4000);
          assertSame();
        }
      }
      for (int i = 0; i < 3; i++) {
        full += number(i, "stats", "sync_full");
      }
      assertEquals(2, full, "seed " + seed + ": those at the beginning");
    }
  }

  @Test
  void aPromotedReplicaServesFromItsFileWhatItHasOfTheOldHistory() {
    chain(2);
    TestNode third = start(2, new MemoryDisk(), 7000);
    nodes.add(third);
    network.pass(3000);
    write(1);
    client(2).ask(NOBODY);
    write(5);
    network.pass(1000);
    network.kill(7000);
    client(1).ask("REPLICAOF NO ONE");
    client(1).ask("SET after 1");
    client(2).ask("REPLICAOF 127.0.0.1 7001");
    network.pass(3000);
    assertEquals("$1 1", client(2).ask("GET after"));
    assertEquals(client(1).ask("DEBUG DIGEST"), client(2).ask("DEBUG DIGEST"));
    assertEquals(0, number(1, "stats", "sync_full"));
  }

  @Test
  void aFileOfAnotherHistoryIsNotServed() {
    chain(1);
    write(5);
    TestNode other = start(5, new MemoryDisk(), 0);
    other.connect().ask("SET theirs 1");
    client(0).ask("REPLICAOF 127.0.0.1 7005");
    network.pass(5000);
    assertEquals("$1 1", client(0).ask("GET theirs"));
    assertTrue(number(0, "replication", "repl_backlog_disk_bytes") < MB);
    nodes.add(start(1, new MemoryDisk(), 7000));
    network.pass(4000);
    assertSame();
  }

  // ---- what the tests are made of

  private TestNode.Client client(int number) {
    return nodes.get(number).connect();
  }

  private void write(int megabytes) {
    TestNode.Client p = client(0);
    for (int i = 0; i < megabytes * 64; i++) {
      p.send("SET", "key:" + i % 100, "v".repeat(16 * 1024 - 50 + i % 10));
      if (i % 16 == 0) {
        network.settle();
      }
    }
    network.settle();
  }

  private void writeSome(Random random) {
    TestNode.Client p = client(0);
    for (int i = random.nextInt(60); i >= 0; i--) {
      p.ask("SELECT " + random.nextInt(3));
      p.send("APPEND", "key:" + random.nextInt(30), "v".repeat(random.nextInt(20_000)));
    }
  }

  private void assertSame() {
    for (int i = 1; i < nodes.size(); i++) {
      assertEquals(
          number(0, "replication", "master_repl_offset"),
          number(i, "replication", "master_repl_offset"),
          "offset of node " + i);
      assertEquals(client(0).ask("DEBUG DIGEST"), client(i).ask("DEBUG DIGEST"), "node " + i);
    }
  }

  private void assertNoTemporaryFile() {
    assertFalse(
        nodes.getFirst().disk().files().keySet().stream().anyMatch(f -> f.contains("backlog")));
  }

  private long incrementals() {
    return nodes.getFirst().disk().files().keySet().stream()
        .filter(f -> f.endsWith(".incr.aof"))
        .count();
  }

  private String files() {
    return nodes.getFirst().disk().files().keySet().toString();
  }

  private long number(int node, String section, String field) {
    String info = client(node).ask("INFO " + section) + " ";
    int at = info.indexOf(field + ":") + field.length() + 1;
    return Long.parseLong(info.substring(at, info.indexOf(' ', at)));
  }
}
