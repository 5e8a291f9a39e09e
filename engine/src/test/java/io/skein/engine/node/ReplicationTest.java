package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/// Whole nodes that replicate each other, spoken to as clients do.
class ReplicationTest {
  private final TestNetwork network = new TestNetwork();
  private final TestNode primary = new TestNode(null, new MemoryDisk(), 1).in(network, 7000);
  private final TestNode replica = new TestNode(null, new MemoryDisk(), 2).in(network, 7001);
  private final TestNode.Client p = primary.connect();
  private final TestNode.Client r = replica.connect();

  @Test
  void copiesAndFollowsInEveryWayOfLoading() {
    for (String load : List.of("disabled", "on-empty-db", "swapdb")) {
      for (String diskless : List.of("yes", "no")) {
        p.ask("CONFIG SET repl-diskless-sync " + diskless + " repl-diskless-sync-delay 0");
        r.ask("CONFIG SET repl-diskless-load " + load);
        r.ask("REPLICAOF NO ONE");
        r.ask("FLUSHALL");
        if (!load.equals("on-empty-db")) {
          r.ask("SET stale 1");
        }
        p.ask("SET a " + load);
        p.ask("SELECT 5");
        p.ask("SET b " + diskless);
        p.ask("PEXPIREAT b 1900000000000");
        p.ask("SELECT 0");
        network.follow(p, r);
        assertEquals("$" + load.length() + " " + load, r.ask("GET a"));
        assertEquals("$-1", r.ask("GET stale"));
        r.ask("SELECT 5");
        assertEquals("$" + diskless.length() + " " + diskless, r.ask("GET b"));
        assertEquals(":1900000000000", r.ask("PEXPIRETIME b"));
        p.ask("SELECT 5");
        p.ask("SET c later");
        p.ask("SELECT 0");
        network.settle();
        assertEquals("$5 later", r.ask("GET c"));
        r.ask("SELECT 0");
        assertInStep();
      }
    }
  }

  @Test
  void nobodyIsToldThatASmallSnapshotIsLoaded() {
    p.ask("SET a 1");
    r.ask("SET stale 1");
    network.beforeWork(() -> assertFalse(replica.node().isLoading()));
    network.follow(p, r);
    assertEquals("$1 1", r.ask("GET a"));
    assertEquals("$-1", r.ask("GET stale"));
  }

  @Test
  void silenceOfThePrimaryIsNotMeasuredByTheWallClock() {
    assertTrue(replica.node().clusterStatus().primarySilentMs() < 0);
    network.follow(p, r);
    replica.jump(4 * 3_600_000);
    assertTrue(replica.node().clusterStatus().primarySilentMs() < 3000);
    replica.jump(-8 * 3_600_000);
    replica.advance(3000);
    long silentMs = replica.node().clusterStatus().primarySilentMs();
    assertTrue(silentMs >= 3000 && silentMs < 10_000, "" + silentMs);
  }

  @Test
  void aReplicaRefusesWritesAndSaysWhatItIs() {
    network.follow(p, r);
    assertEquals("-READONLY You can't write against a read only replica.", r.ask("SET a 1"));
    assertTrue(r.ask("ROLE").startsWith("*5 $5 slave $9 127.0.0.1 :7000 $9 connected :"));
    String role = p.ask("ROLE");
    assertTrue(role.startsWith("*3 $6 master :"), role);
    assertTrue(role.contains("*1 *3 $8 10.0.0.1 $4 6379 "), role);
    String info = r.ask("INFO replication");
    assertTrue(info.contains("role:slave master_host:127.0.0.1 master_port:7000 "), info);
    assertTrue(info.contains("master_link_status:up"), info);
    assertTrue(p.ask("INFO replication").contains("slave0:ip=10.0.0.1,port=6379,state=online"));
    assertEquals("+OK Already connected to specified master", r.ask("REPLICAOF 127.0.0.1 7000"));
    assertEquals("-ERR Invalid master port", r.ask("REPLICAOF h 70000"));
  }

  @Test
  void writesWhileTheSnapshotIsTakenAreNotLost() {
    for (int i = 0; i < 3000; i++) {
      p.ask("SET key:" + i + " " + "v".repeat(200));
    }
    p.ask("CONFIG SET repl-diskless-sync-delay 0");
    r.ask("REPLICAOF 127.0.0.1 7000");
    for (int i = 0; i < 60; i++) {
      p.ask("SET key:" + i + " new");
      p.ask("DEL key:" + (i + 1000));
      network.pass(100);
    }
    assertEquals(":2940", r.ask("DBSIZE"));
    assertEquals("$3 new", r.ask("GET key:59"));
    assertInStep();
  }

  @Test
  void transactionsArriveWhole() {
    network.follow(p, r);
    p.ask("MULTI");
    p.ask("SET a 1");
    p.ask("INCR a");
    p.ask("SELECT 3");
    p.ask("SET b 2");
    p.ask("EXEC");
    network.settle();
    assertEquals("$1 2", r.ask("GET a"));
    r.ask("SELECT 3");
    assertEquals("$1 2", r.ask("GET b"));
    assertInStep();
  }

  @Test
  void goesOnAfterACutWithoutAFullSync() {
    network.follow(p, r);
    p.ask("SET a 1");
    network.cut();
    p.ask("SET a 2");
    network.pass(2000);
    assertEquals("$1 2", r.ask("GET a"));
    assertInStep();
    assertTrue(p.ask("INFO stats").contains("sync_full:1 sync_partial_ok:1 "));
  }

  @Test
  void aPromotedReplicaIsFollowedByItsOldPrimaryWithoutAFullSync() {
    network.follow(p, r);
    p.ask("SET a 1");
    network.settle();
    assertEquals("+OK", r.ask("REPLICAOF NO ONE"));
    assertEquals("+OK", r.ask("SET a 2"));
    assertEquals("+OK", p.ask("REPLICAOF 127.0.0.1 7001"));
    network.pass(3000);
    assertEquals("$1 2", p.ask("GET a"));
    assertTrue(r.ask("INFO stats").contains("sync_full:0 sync_partial_ok:1 "));
  }

  @Test
  void waitsForReplicasToConfirm() {
    network.follow(p, r);
    assertEquals("+OK", p.ask("SET a 1"));
    assertEquals("", p.ask("WAIT 1 1000"));
    network.settle();
    assertEquals(":1", p.read().trim());
    assertEquals("", p.ask("WAIT 2 300"));
    network.pass(500);
    assertEquals(":1", p.read().trim());
    assertTrue(r.ask("WAIT 1 0").startsWith("-ERR WAIT cannot be used with replica instances."));
    assertEquals("-ERR timeout is negative", p.ask("WAIT 1 -1"));
  }

  @Test
  void tellsOfCommandsOfThePrimaryThatFail() {
    p.ask("SET n 1");
    network.follow(p, r);
    r.ask("CONFIG SET replica-read-only no");
    r.ask("SET n text");
    p.ask("INCR n");
    network.settle();
    assertEquals("$4 text", r.ask("GET n"));
    assertTrue(r.ask("INFO stats").contains("unexpected_error_replies:1"));
    String last = replica.logged().getLast();
    assertTrue(last.endsWith("after processing the command 'incr'"), last);
  }

  @Test
  void aWritableReplicaDeletesWhatItsPrimaryKnowsNothingOf() {
    p.ask("SET theirs 1 PX 500");
    network.follow(p, r);
    r.ask("CONFIG SET replica-read-only no");
    r.ask("SET ours 1 PX 5000");
    r.ask("SET kept 1 PX 5000");
    r.ask("PERSIST kept");
    r.ask("SET longer 1");
    r.ask("EXPIRE longer 20");
    assertTrue(r.ask("INFO stats").contains("slave_expires_tracked_keys:3"));
    replica.advance(6000);
    replica.advance(100);
    assertEquals(":2", r.ask("DBSIZE"));
    assertEquals(":2", r.ask("EXISTS kept longer"));
    assertTrue(r.ask("INFO stats").contains("slave_expires_tracked_keys:1"));
    r.ask("REPLICAOF NO ONE");
    assertTrue(r.ask("INFO stats").contains("slave_expires_tracked_keys:0"));
  }

  @Test
  void aReplicaLeavesExpiryToItsPrimary() {
    network.follow(p, r);
    p.ask("SET a 1 PX 500");
    network.settle();
    assertEquals("$1 1", r.ask("GET a"));
    replica.advance(1000);
    assertEquals("$-1", r.ask("GET a"));
    assertEquals(":1", r.ask("DBSIZE"));
    network.pass(1000);
    assertEquals("$-1", p.ask("GET a"));
    network.settle();
    assertEquals(":0", r.ask("DBSIZE"));
    assertInStep();
  }

  @Test
  void writesNeedEnoughReplicasInGoodHealth() {
    p.ask("CONFIG SET min-replicas-to-write 1");
    assertEquals("-NOREPLICAS Not enough good replicas to write.", p.ask("SET a 1"));
    network.follow(p, r);
    assertEquals("+OK", p.ask("SET a 1"));
    r.ask("REPLICAOF NO ONE");
    network.pass(200);
    assertEquals("-NOREPLICAS Not enough good replicas to write.", p.ask("SET a 1"));
  }

  @Test
  void aChainHasTheSameOffsets() {
    TestNode third = new TestNode(null, new MemoryDisk(), 3).in(network, 7002);
    TestNode.Client t = third.connect();
    network.follow(p, r);
    t.ask("REPLICAOF 127.0.0.1 7001");
    network.pass(8000);
    p.ask("SET a 1");
    network.settle();
    assertEquals("$1 1", t.ask("GET a"));
    assertEquals(offset(p), offset(t));
  }

  @Test
  void aRestartedReplicaGoesOnWithItsHistory() {
    network.follow(p, r);
    p.ask("SET a 1");
    network.settle();
    replica.node().persistence().saveNow();
    p.ask("SET a 2");
    TestNode again = new TestNode(null, replica.disk(), 4);
    network.cut();
    replica.connect().ask("REPLICAOF NO ONE");
    again.in(network, 7001);
    again
        .settings()
        .put(
            io.skein.engine.config.ReplicationSettings.REPLICAOF,
            new io.skein.engine.config.ReplicaOf("127.0.0.1", 7000));
    again.node().start();
    network.pass(3000);
    assertEquals("$1 2", again.connect().ask("GET a"));
    assertTrue(p.ask("INFO stats").contains("sync_full:1 "));
  }

  @Test
  void aSnapshotThatIsNotSoundIsRefusedAndAskedForAgain() {
    p.ask("SET a 1");
    p.ask("CONFIG SET repl-diskless-sync no");
    r.ask("SET old 1");
    r.ask("CONFIG SET repl-diskless-load swapdb");
    network.corruptPayloads(true);
    r.ask("REPLICAOF 127.0.0.1 7000");
    network.pass(3000);
    assertEquals("$1 1", r.ask("GET old"));
    assertTrue(
        replica.logged().stream().anyMatch(l -> l.contains("bad checksum")),
        replica.logged().toString());
    network.corruptPayloads(false);
    network.pass(5000);
    assertEquals("$1 1", r.ask("GET a"));
    assertEquals("$-1", r.ask("GET old"));
  }

  @Test
  void loadsBesideTheOldDataNoFasterThanItIsTold() {
    network.follow(p, r);
    for (int i = 0; i < 200; i++) {
      p.ask("SET k" + i + " v");
    }
    network.pass(1000);
    r.ask("CONFIG SET repl-diskless-load swapdb key-load-delay 100000");
    r.ask("REPLICAOF 127.0.0.1 7005");
    network.settle();
    p.ask("SET k0 new");
    p.ask("CONFIG SET repl-backlog-size 16384");
    for (int i = 0; i < 2000; i++) {
      p.ask("SET fill " + "v".repeat(2000));
    }
    r.ask("REPLICAOF 127.0.0.1 7000");
    network.pass(5000);
    assertTrue(r.ask("INFO persistence").contains("async_loading:1"));
    assertEquals("$1 v", r.ask("GET k1"));
    assertEquals("-LOADING Redis is loading the dataset in memory", r.ask("SAVE"));
    r.ask("CONFIG SET key-load-delay 0");
    network.pass(2000);
    assertTrue(r.ask("INFO persistence").contains("async_loading:0"));
    assertEquals("$3 new", r.ask("GET k0"));
    assertInStep();
  }

  @Test
  void aTransactionIsAsStaleAsItsCommands() {
    r.ask("CONFIG SET replica-serve-stale-data no");
    r.ask("MULTI");
    r.ask("PING");
    r.ask("MULTI");
    TestNode.Client other = replica.connect();
    other.ask("MULTI");
    other.ask("TIME");
    TestNode.Client third = replica.connect();
    third.ask("MULTI");
    third.ask("GET a");
    third.ask("REPLICAOF 127.0.0.1 7005");
    r.ask("DISCARD");
    r.ask("REPLICAOF 127.0.0.1 7005");
    assertTrue(other.ask("EXEC").startsWith("*1 *2 "));
    assertTrue(third.ask("EXEC").startsWith("-EXECABORT "));
  }

  @Test
  void shutdownIsNotHeldUpByASynchronization() {
    for (int i = 0; i < 3000; i++) {
      p.ask("SET key:" + i + " " + "v".repeat(200));
    }
    p.ask("CONFIG SET repl-diskless-sync-delay 0");
    TestNode.Client raw = primary.connect();
    raw.ask("REPLCONF capa eof");
    assertTrue(raw.ask("PSYNC ? -1").startsWith("+FULLRESYNC "));
    primary.node().persistence().shutdown(true, false, false);
    assertEquals(0, primary.exitCode());
    assertFalse(primary.disk().files().isEmpty());
  }

  @Test
  void whatExpiredWhileAPrimaryWasDownIsDeletedByItsReplicas() {
    network.follow(p, r);
    p.ask("SET kept 1");
    for (int i = 0; i < 20; i++) {
      p.ask("SET gone" + i + " 1 PX 500");
    }
    network.settle();
    primary.node().persistence().saveNow();
    TestNode again = new TestNode(null, primary.disk(), 9);
    again.jump(60_000);
    again.in(network, 7000).node().start();
    network.settle();
    network.cut();
    network.pass(3000);
    TestNode.Client a = again.connect();
    assertEquals(":1", a.ask("DBSIZE"));
    assertEquals(":1", r.ask("DBSIZE"));
    assertTrue(a.ask("INFO stats").contains("sync_full:0 sync_partial_ok:1 "));
    assertEquals(offset(a), offset(r));
  }

  @Test
  void countsWhatReplicationSends() {
    p.ask("SET a " + "v".repeat(5000));
    network.follow(p, r);
    String stats = r.ask("INFO stats");
    assertTrue(number(stats, "total_net_repl_input_bytes") > 200, stats);
    p.ask("SET b " + "v".repeat(5000));
    network.settle();
    assertTrue(number(r.ask("INFO stats"), "total_net_repl_input_bytes") > 5200);
    assertTrue(number(r.ask("INFO stats"), "total_net_input_bytes") < 1000);
    assertTrue(number(p.ask("INFO stats"), "total_net_repl_output_bytes") > 5200);
    r.ask("CONFIG RESETSTAT");
    assertEquals(0, number(r.ask("INFO stats"), "total_net_repl_input_bytes"));
  }

  @Test
  void filesOfFullSyncsAreDeletedWhenNothingIsToBePersisted() {
    p.ask("CONFIG SET repl-diskless-sync no rdb-del-sync-files yes");
    r.ask("CONFIG SET rdb-del-sync-files yes");
    p.send("CONFIG", "SET", "save", "");
    r.send("CONFIG", "SET", "save", "");
    p.ask("SET a 1");
    network.follow(p, r);
    network.pass(500);
    assertEquals("$1 1", r.ask("GET a"));
    assertTrue(primary.disk().files().isEmpty(), primary.disk().files().keySet().toString());
    assertTrue(replica.disk().files().isEmpty(), replica.disk().files().keySet().toString());
  }

  @Test
  void aReplicaThatCannotSaveEndsUnlessItIsToGoOn() {
    network.follow(p, r);
    r.send("CONFIG", "SET", "save", "3600 1");
    replica.disk().failWith("disk full");
    r.ask("BGSAVE");
    network.pass(500);
    r.ask("CONFIG SET replica-ignore-disk-write-errors yes");
    p.ask("SET a 1");
    network.settle();
    assertEquals("$1 1", r.ask("GET a"));
    r.ask("CONFIG SET replica-ignore-disk-write-errors no");
    network.pass(20_000);
    assertNull(replica.exitCode(), "a PING writes nothing");
    p.ask("SET a 2");
    network.settle();
    assertEquals(1, replica.exitCode());
    assertEquals("$1 1", r.ask("GET a"));
  }

  private void assertInStep() {
    assertEquals(offset(p), offset(r));
  }

  private static long number(String info, String field) {
    int at = info.indexOf(field + ":") + field.length() + 1;
    return Long.parseLong(info.substring(at, info.indexOf(' ', at)));
  }

  private static String offset(TestNode.Client client) {
    String info = client.ask("INFO replication");
    int at = info.indexOf("master_repl_offset:");
    return info.substring(at, info.indexOf(' ', at));
  }
}
