package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Who follows whom: changes of that at any time, the failover that an operator asks for, and the
/// two ends of a link as each other's clients.
class ReplicationRolesTest {
  private final TestNetwork network = new TestNetwork();
  private final TestNode primary = new TestNode(null, new MemoryDisk(), 1).in(network, 7000);
  private final TestNode replica = new TestNode(null, new MemoryDisk(), 2).in(network, 7001);
  private final TestNode.Client p = primary.connect();
  private final TestNode.Client r = replica.connect();

  @Test
  void thePrimaryIsAClientOfItsReplica() {
    network.follow(p, r);
    p.ask("SET a 1");
    network.settle();
    String line = r.ask("CLIENT LIST TYPE master");
    assertTrue(line.contains(" addr=10.0.0.2:6 laddr=10.0.0.1:5 "), line);
    assertTrue(line.contains(" flags=M db=0 "), line);
    assertTrue(line.contains(" cmd=set user=(superuser) "), line);
    assertTrue(r.ask("INFO clients").contains("connected_clients:2 "));
    assertEquals(":0", p.ask("CLIENT KILL TYPE master"));
    assertEquals(":1", r.ask("CLIENT KILL TYPE master"));
    assertEquals("$0", r.ask("CLIENT LIST TYPE master").replace("txt:", ""));
    p.ask("SET a 2");
    network.pass(1000);
    assertEquals("$1 2", r.ask("GET a"));
    assertTrue(p.ask("INFO stats").contains("sync_full:1 sync_partial_ok:1 "));
    String again = r.ask("CLIENT LIST TYPE master");
    String id = again.substring(again.indexOf("id=") + 3, again.indexOf(" addr="));
    assertEquals(":1", r.ask("CLIENT KILL ID " + id));
    network.pass(1000);
    assertEquals("+OK", r.ask("CLIENT KILL 10.0.0.2:6"));
    network.pass(1000);
    assertTrue(p.ask("INFO stats").contains("sync_full:1 sync_partial_ok:3 "));
    r.ask("REPLICAOF NO ONE");
    assertTrue(r.ask("INFO clients").contains("connected_clients:1 "));
    assertInStep();
  }

  @Test
  void killingThePrimaryWithinATransactionReconnectsAfterIt() {
    network.follow(p, r);
    r.ask("MULTI");
    r.ask("CLIENT KILL TYPE master");
    r.ask("INFO replication");
    String answer = r.ask("EXEC");
    assertTrue(answer.startsWith("*2 :1 "), answer);
    assertTrue(answer.contains("master_link_status:down"), answer);
    p.ask("SET a 2");
    network.pass(1000);
    assertEquals("$1 2", r.ask("GET a"));
    assertTrue(p.ask("INFO stats").contains("sync_full:1 sync_partial_ok:1 "));
  }

  @Test
  void handsOverToAReplicaAndTellsWhoWaitedToWrite() {
    r.ask("CONFIG SET replica-announce-port 7001");
    p.ask("CONFIG SET replica-announce-port 7000");
    network.follow(p, r);
    p.ask("SET a 1");
    assertEquals("-ERR No failover in progress.", p.ask("FAILOVER ABORT"));
    assertEquals("-ERR syntax error", p.ask("FAILOVER TO 10.0.0.1"));
    assertEquals("-ERR syntax error", p.ask("FAILOVER ABORT NOW"));
    assertEquals("-ERR FAILOVER timeout must be greater than 0", p.ask("FAILOVER TIMEOUT 0"));
    assertEquals(
        "-ERR value is not an integer or out of range", p.ask("FAILOVER TO 10.0.0.1 port"));
    assertEquals("+OK", p.ask("FAILOVER TO 10.0.0.1 7001 TIMEOUT 5000"));
    assertTrue(p.ask("INFO replication").contains("master_failover_state:waiting-for-sync"));
    assertEquals("-ERR REPLICAOF not allowed while failing over.", p.ask("REPLICAOF NO ONE"));
    TestNode.Client late = primary.connect();
    assertEquals("-NOMASTERLINK Can't SYNC while failing over", late.ask("PSYNC ? -1"));
    assertEquals("", late.ask("SET a 2"));
    assertEquals("$1 1", p.ask("GET a"));
    network.pass(3000);
    assertTrue(p.ask("INFO replication").contains("master_failover_state:no-failover"));
    assertTrue(late.read().startsWith("-READONLY "));
    assertTrue(p.ask("ROLE").startsWith("*5 $5 slave $8 10.0.0.1 :7001 $9 connected "));
    assertEquals("+OK", r.ask("SET a 3"));
    network.settle();
    assertEquals("$1 3", p.ask("GET a"));
    assertTrue(r.ask("INFO stats").contains("sync_full:0 sync_partial_ok:1 "));
    assertInStep();
  }

  @Test
  void takesOverOnlyFromItsOwnPrimary() {
    network.follow(p, r);
    String other = "0".repeat(40);
    TestNode.Client asks = replica.connect();
    assertEquals(
        "-ERR PSYNC FAILOVER replid must match my replid.",
        asks.ask("PSYNC " + other + " 1 FAILOVER"));
    assertEquals(
        "-ERR PSYNC FAILOVER can't be sent to a master.",
        primary.connect().ask("PSYNC " + other + " 1 FAILOVER"));
    assertTrue(r.ask("ROLE").startsWith("*5 $5 slave "));
  }

  @Test
  void aReplicaThatAsksForRepliesIsSentAway() {
    for (String command : List.of("PING", "GET a", "NONSENSE", "MULTI", "XINFO HELP")) {
      TestNode.Client raw = primary.connect();
      assertTrue(raw.ask("PSYNC ? -1").startsWith("+FULLRESYNC "), command);
      assertEquals("", raw.ask("REPLCONF ACK 0"));
      assertFalse(raw.isClosed());
      raw.read();
      raw.ask(command);
      assertTrue(raw.isClosed(), command);
      network.pass(200);
    }
    assertTrue(primary.logged().stream().anyMatch(l -> l.contains("to command 'xinfo|help'")));
    assertTrue(
        primary.logged().stream()
            .anyMatch(
                l -> l.contains("This master is sending an error to its replica: '-ERR Repl")));
  }

  @Test
  void aChangeOfPrimaryInTheMidstOfASyncLeavesNothingBehind() {
    TestNode other = new TestNode(null, new MemoryDisk(), 3).in(network, 7002);
    TestNode.Client o = other.connect();
    o.ask("CONFIG SET repl-diskless-sync-delay 0");
    o.ask("SET theirs 1");
    p.ask("CONFIG SET repl-diskless-sync-delay 0");
    for (int i = 0; i < 300; i++) {
      p.ask("SET key:" + i + " v");
    }
    for (String load : List.of("disabled", "on-empty-db", "swapdb")) {
      for (String diskless : List.of("yes", "no")) {
        for (int ms : new int[] {100, 500, 1500, 3000}) {
          String where = load + ", diskless " + diskless + ", after " + ms + " ms";
          r.ask("REPLICAOF NO ONE");
          r.ask("FLUSHALL");
          p.ask("CONFIG SET repl-diskless-sync " + diskless);
          p.ask("CONFIG SET rdb-key-save-delay 5000");
          r.ask("CONFIG SET key-load-delay 5000 repl-diskless-load " + load);
          r.ask("REPLICAOF 127.0.0.1 7000");
          network.pass(ms);
          untilLoaded("REPLICAOF 127.0.0.1 7002");
          r.ask("CONFIG SET key-load-delay 0");
          network.pass(5000);
          assertEquals(":1", r.ask("DBSIZE"), where);
          assertEquals("$1 1", r.ask("GET theirs"), where);
          String info = r.ask("INFO");
          assertTrue(info.contains(" master_link_status:up "), where);
          assertTrue(info.contains(" loading:0 async_loading:0 "), where);
        }
      }
    }
  }

  @Test
  void aReplicaThatIsPromotedInTheMidstOfASyncServes() {
    p.ask("CONFIG SET repl-diskless-sync-delay 0");
    for (int i = 0; i < 300; i++) {
      p.ask("SET key:" + i + " v");
    }
    for (String load : List.of("disabled", "on-empty-db", "swapdb")) {
      for (int ms : new int[] {100, 500, 1500, 3000}) {
        String where = load + " after " + ms + " ms";
        p.ask("CONFIG SET rdb-key-save-delay 5000");
        r.ask("CONFIG SET key-load-delay 5000 repl-diskless-load " + load);
        r.ask("REPLICAOF 127.0.0.1 7000");
        network.pass(ms);
        untilLoaded("REPLICAOF NO ONE");
        network.pass(300);
        assertEquals("+OK", r.ask("SET own 1"), where);
        assertTrue(r.ask("INFO").contains(" loading:0 async_loading:0 "), where);
        assertEquals("+OK", r.ask("FLUSHALL"), where);
      }
    }
  }

  /// Asks the replica again and again while it loads, when it changes its role no more than Redis.
  private void untilLoaded(String command) {
    String reply = r.ask(command);
    for (int i = 0; i < 100 && reply.startsWith("-LOADING"); i++) {
      network.pass(100);
      reply = r.ask(command);
    }
    assertEquals("+OK", reply, command);
  }

  private void assertInStep() {
    assertEquals(offset(p), offset(r));
  }

  private static String offset(TestNode.Client client) {
    String info = client.ask("INFO replication");
    int at = info.indexOf("master_repl_offset:");
    return info.substring(at, info.indexOf(' ', at));
  }
}
