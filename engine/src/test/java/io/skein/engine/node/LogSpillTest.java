package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.log.LogReader;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Primaries without an append only file whose replicas are slow, or away for long.
class LogSpillTest {
  private static final int MB = 1 << 20;
  private static final String NOBODY = "REPLICAOF 127.0.0.1 9";

  private final TestNetwork network = new TestNetwork();
  private final TestNode primary = new TestNode(null, new MemoryDisk(), 1).in(network, 7000);
  private final TestNode.Client p = primary.connect();

  private TestNode replica(int number) {
    TestNode replica = new TestNode(null, new MemoryDisk(), 10 + number).in(network, 7000 + number);
    p.ask("CONFIG SET repl-diskless-sync-delay 0");
    replica.connect().ask("REPLICAOF 127.0.0.1 7000");
    network.pass(2000);
    return replica;
  }

  @Test
  void aReplicaThatWasAwayForLongerThanTheBacklogReachesGoesOn() {
    TestNode replica = replica(1);
    TestNode.Client r = replica.connect();
    write(1);
    r.ask(NOBODY);
    write(10);
    assertTrue(number(p, "replication", "repl_backlog_disk_bytes") > 6 * MB);
    assertTrue(primary.commandLog().memoryBytes() < 4 * MB, "the rest is on disk");
    r.ask("REPLICAOF 127.0.0.1 7000");
    network.pass(3000);
    assertSame(replica);
    assertEquals(1, number(p, "stats", "sync_full"));
    assertEquals(1, number(p, "stats", "sync_partial_ok"));
    assertNothingIsLeft();
  }

  @Test
  void threeReplicasThatReconnectInTurnNeverNeedASnapshot() {
    List<TestNode> replicas = List.of(replica(1), replica(2), replica(3));
    Random random = new Random(4);
    for (int round = 0; round < 15; round++) {
      TestNode.Client r = replicas.get(round % 3).connect();
      r.ask(NOBODY);
      write(2 + random.nextInt(4));
      r.ask("REPLICAOF 127.0.0.1 7000");
      write(1);
      network.pass(random.nextInt(2000));
    }
    network.pass(3000);
    replicas.forEach(this::assertSame);
    assertEquals(3, number(p, "stats", "sync_full"));
    assertEquals(15, number(p, "stats", "sync_partial_ok"));
    assertNothingIsLeft();
  }

  @Test
  void aSlowReplicaCostsDiskAndNotMemory() {
    p.send("CONFIG", "SET", "client-output-buffer-limit", "replica 4mb 3mb 1");
    SlowReplica slow = new SlowReplica();
    for (int i = 0; i < 30; i++) {
      write(1);
      slow.note();
      network.pass(200);
      assertTrue(primary.commandLog().memoryBytes() < 4 * MB, "after " + i + " MB");
    }
    assertFalse(slow.client.isClosed(), primary.logged().toString());
    long onDisk = number(p, "replication", "repl_backlog_disk_bytes");
    assertTrue(onDisk > 24 * MB, "" + onDisk);
    slow.catchUp();
    assertNothingIsLeft();
  }

  @Test
  void aReplicaThatWaitsForItsSnapshotCostsDiskAndNotMemory() {
    for (int i = 0; i < 100; i++) {
      p.ask("SET key:" + i + " " + "v".repeat(100));
    }
    p.ask("CONFIG SET repl-diskless-sync-delay 0 repl-diskless-sync no rdb-key-save-delay 1000000");
    TestNode replica = new TestNode(null, new MemoryDisk(), 20).in(network, 7001);
    replica.connect().ask("REPLICAOF 127.0.0.1 7000");
    network.pass(2000);
    for (int i = 0; i < 20; i++) {
      write(1);
      network.pass(100);
    }
    assertTrue(p.ask("INFO replication").contains("state=wait_bgsave"));
    assertTrue(primary.commandLog().memoryBytes() < 4 * MB);
    p.ask("CONFIG SET rdb-key-save-delay 0");
    network.pass(3000);
    assertSame(replica);
    assertEquals(1, number(p, "stats", "sync_full"));
    assertNothingIsLeft();
  }

  @Test
  void theDiskHoldsNoMoreThanItMay() {
    TestNode replica = replica(1);
    p.ask("CONFIG SET repl-backlog-disk-size 4mb");
    replica.connect().ask(NOBODY);
    for (int i = 0; i < 20; i++) {
      write(1);
      assertTrue(number(p, "replication", "repl_backlog_disk_bytes") <= 4 * MB);
    }
    assertTrue(primary.commandLog().memoryBytes() < 4 * MB);
    replica.connect().ask("REPLICAOF 127.0.0.1 7000");
    network.pass(3000);
    assertSame(replica);
    assertEquals(2, number(p, "stats", "sync_full"));
    assertNothingIsLeft();
  }

  @Test
  void whatTheDiskMayNotHoldCountsAsMemory() {
    p.ask("CONFIG SET repl-backlog-disk-size 4mb");
    p.send("CONFIG", "SET", "client-output-buffer-limit", "replica 8mb 0 0");
    SlowReplica slow = new SlowReplica();
    slow.all.close();
    for (int i = 0; i < 20 && !slow.client.isClosed(); i++) {
      write(1);
    }
    assertTrue(slow.client.isClosed());
    assertTrue(primary.logged().getLast().contains("over its output buffer limit"));
    network.pass(1000);
    assertTrue(primary.commandLog().memoryBytes() < 4 * MB);
  }

  @Test
  void aDiskThatFailsIsGivenUpAndTriedAgain() {
    TestNode replica = replica(1);
    primary.disk().failWith("No space left on device");
    replica.connect().ask(NOBODY);
    write(5);
    String told = "Cannot continue the replication backlog on disk: No space left on device";
    assertTrue(primary.logged().contains(told), primary.logged().toString());
    assertTrue(primary.commandLog().memoryBytes() < 4 * MB);
    assertEquals("+OK", p.ask("SET a 1"));
    replica.connect().ask("REPLICAOF 127.0.0.1 7000");
    network.pass(3000);
    assertEquals(2, number(p, "stats", "sync_full"));
    primary.disk().failWith(null);
    network.pass(11_000);
    replica.connect().ask(NOBODY);
    write(5);
    replica.connect().ask("REPLICAOF 127.0.0.1 7000");
    network.pass(3000);
    assertSame(replica);
    assertEquals(2, number(p, "stats", "sync_full"));
  }

  @Test
  void aDiskThatFailsMidwayLosesOnlyWhatItHad() {
    TestNode replica = replica(1);
    replica.connect().ask(NOBODY);
    write(4);
    primary.disk().failWith("Input/output error");
    write(4);
    primary.disk().failWith(null);
    network.pass(11_000);
    write(4);
    replica.connect().ask("REPLICAOF 127.0.0.1 7000");
    network.pass(3000);
    assertSame(replica);
  }

  @Test
  void aFileThatCannotBeReadEndsTheLinkThatNeedsIt() {
    TestNode replica = replica(1);
    replica.connect().ask(NOBODY);
    write(8);
    primary.disk().files().keySet().removeIf(name -> name.contains("backlog"));
    replica.connect().ask("REPLICAOF 127.0.0.1 7000");
    network.pass(5000);
    assertSame(replica);
    assertEquals(2, number(p, "stats", "sync_full"));
    assertTrue(
        primary.logged().stream().anyMatch(l -> l.contains("Cannot read the replication backlog")));
  }

  @Test
  void nobodyIsWaitedForLongerThanTheBacklogLives() {
    TestNode stays = replica(1);
    TestNode goes = replica(2);
    p.ask("CONFIG SET repl-backlog-ttl 5");
    goes.connect().ask(NOBODY);
    write(5);
    assertTrue(number(p, "replication", "repl_backlog_disk_bytes") > 0);
    network.pass(7000);
    write(2);
    assertNothingIsLeft();
    assertSame(stays);
  }

  @Test
  void aSmallBacklogIsNotContinuedOnDisk() {
    TestNode replica = replica(1);
    p.ask("CONFIG SET repl-backlog-size 100kb");
    replica.connect().ask(NOBODY);
    write(3);
    replica.connect().ask("REPLICAOF 127.0.0.1 7000");
    network.pass(3000);
    assertEquals(2, number(p, "stats", "sync_full"));
    assertEquals(0, number(p, "replication", "repl_backlog_disk_bytes"));
  }

  @Test
  void switchedOffUnderWayItEndsLinksThatDependOnIt() {
    SlowReplica slow = new SlowReplica();
    slow.all.close();
    write(8);
    network.pass(200);
    p.ask("CONFIG SET repl-backlog-disk-size 0");
    network.pass(1000);
    assertTrue(slow.client.isClosed());
    assertNothingIsLeft();
  }

  @Test
  void aFullSynchronizationOfThePrimaryItselfForgetsAll() {
    TestNode replica = replica(1);
    TestNode other = new TestNode(null, new MemoryDisk(), 30).in(network, 7009);
    other.connect().ask("CONFIG SET repl-diskless-sync-delay 0");
    other.connect().ask("SET theirs 1");
    replica.connect().ask(NOBODY);
    write(5);
    p.ask("REPLICAOF 127.0.0.1 7009");
    network.pass(3000);
    assertNothingIsLeft();
    replica.connect().ask("REPLICAOF 127.0.0.1 7000");
    network.pass(3000);
    assertEquals("$1 1", replica.connect().ask("GET theirs"));
    assertSame(replica);
  }

  // ---- what the tests are made of

  /// Writes about that many megabytes.
  private void write(int megabytes) {
    for (int i = 0; i < megabytes * 64; i++) {
      p.send("SET", "key:" + i % 100, "v".repeat(16 * 1024 - 50 + i % 10));
      if (i % 16 == 0) {
        network.settle();
      }
    }
    network.settle();
  }

  private void assertSame(TestNode replica) {
    TestNode.Client r = replica.connect();
    assertEquals(
        number(p, "replication", "master_repl_offset"),
        number(r, "replication", "master_repl_offset"));
    assertEquals(primary.keyspace().size(), replica.keyspace().size());
    for (int i = 0; i < 100; i++) {
      assertEquals(p.send("GET", "key:" + i), r.send("GET", "key:" + i));
    }
  }

  private void assertNothingIsLeft() {
    network.pass(500);
    assertEquals(0, number(p, "replication", "repl_backlog_disk_bytes"));
    assertFalse(
        primary.disk().files().keySet().stream().anyMatch(name -> name.contains("backlog")),
        primary.disk().files().keySet().toString());
  }

  private static long number(TestNode.Client client, String section, String field) {
    String info = client.ask("INFO " + section) + " ";
    int at = info.indexOf(field + ":") + field.length() + 1;
    return Long.parseLong(info.substring(at, info.indexOf(' ', at)));
  }

  /// A replica that takes nothing of the stream until it is asked to.
  private final class SlowReplica {
    private final TestNode.Client client = primary.connect();
    private final ByteArrayOutputStream expected = new ByteArrayOutputStream();
    private final LogReader all;

    SlowReplica() {
      p.ask("CONFIG SET repl-diskless-sync-delay 0");
      client.ask("REPLCONF capa eof capa psync2");
      client.ask("PSYNC ? -1");
      long cut = number(p, "replication", "master_repl_offset");
      network.settle();
      client.read();
      all = Objects.requireNonNull(primary.commandLog().openReader(cut));
      client.stuck();
      client.sendRaw("REPLCONF ACK 0\r\n");
    }

    /// Remembers what was written, since it is to arrive.
    void note() {
      byte[] bytes = new byte[(int) all.remaining()];
      all.read(bytes, 0, bytes.length);
      expected.writeBytes(bytes);
    }

    void catchUp() {
      ByteArrayOutputStream got = new ByteArrayOutputStream();
      for (int i = 0; i < 1000; i++) {
        got.writeBytes(client.read().getBytes(StandardCharsets.ISO_8859_1));
        network.settle();
        note();
        if (got.size() == expected.size()) {
          break;
        }
      }
      assertArrayEquals(expected.toByteArray(), got.toByteArray());
      client.sendRaw("REPLCONF ACK " + all.position() + "\r\n");
      all.close();
    }
  }
}
