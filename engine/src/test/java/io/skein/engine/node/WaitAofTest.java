package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// WAITAOF and replies that wait, with append only files on disks in memory.
class WaitAofTest {
  private final TestNetwork network = new TestNetwork();
  private final TestNode primary = new TestNode(null, new MemoryDisk(), 1).in(network, 7000);
  private final TestNode replica = new TestNode(null, new MemoryDisk(), 2).in(network, 7001);
  private final TestNode.Client p = primary.connect();
  private final TestNode.Client r = replica.connect();

  @BeforeEach
  void start() {
    primary.node().start();
    replica.node().start();
  }

  private void append(TestNode.Client client, String policy) {
    assertEquals("+OK", client.ask("CONFIG SET appendonly yes appendfsync " + policy));
    network.pass(2000);
    assertTrue(client.ask("INFO persistence").contains("aof_enabled:1"));
  }

  @Test
  void aWriteIsAnsweredWhenItIsOnDisk() {
    append(p, "always");
    assertEquals("", p.ask("SET a 1"));
    network.settle();
    assertEquals("+OK\r\n", p.read());
  }

  @Test
  void withEverysecTheDiskIsWaitedForByWhoAsks() {
    append(p, "everysec");
    assertEquals("+OK", p.ask("SET a 1"));
    assertEquals("", p.ask("WAITAOF 1 0 0"));
    network.pass(2200);
    assertEquals("*2\r\n:1\r\n:0\r\n", p.read());
    assertEquals("+OK", p.ask("CONFIG SET reply-wait-fsync yes"));
    assertEquals("", p.ask("SET a 2"));
    network.pass(2200);
    assertEquals("+OK\r\n", p.read());
  }

  @Test
  void theDisksOfReplicasCount() {
    network.follow(p, r);
    append(r, "always");
    assertEquals("+OK", p.ask("SET a 1"));
    assertEquals("", p.ask("WAITAOF 0 1 0"));
    network.settle();
    assertEquals("*2\r\n:0\r\n:1\r\n", p.read());
    append(p, "always");
    p.ask("SET a 2");
    p.ask("WAITAOF 1 1 0");
    network.settle();
    network.settle();
    assertEquals("+OK\r\n*2\r\n:1\r\n:1\r\n", p.read());
  }

  @Test
  void whoWaitsForAFileThatIsSwitchedOffIsTold() {
    append(p, "no");
    p.ask("SET a 1");
    assertEquals("", p.ask("WAITAOF 1 0 0"));
    TestNode.Client other = primary.connect();
    assertEquals("+OK", other.ask("CONFIG SET appendonly no"));
    String reply = p.read();
    assertTrue(
        reply.startsWith("*2\r\n:1")
            || reply.startsWith("-ERR WAITAOF cannot be used when numlocal is set"),
        reply);
  }

  @Test
  void aPromotedReplicaKnowsItsOwnDisk() {
    network.follow(p, r);
    append(r, "everysec");
    p.ask("SET a 1");
    network.settle();
    r.ask("REPLICAOF NO ONE");
    r.ask("SET a 2");
    assertEquals("", r.ask("WAITAOF 1 0 0"));
    network.pass(2200);
    assertEquals("*2\r\n:1\r\n:0\r\n", r.read());
  }

  @Test
  void bothReplicasAndTheDiskAreWaitedFor() {
    network.follow(p, r);
    append(p, "always");
    assertEquals("+OK", p.ask("CONFIG SET reply-wait-replicas 1"));
    for (int i = 0; i < 50; i++) {
      assertEquals("", p.ask("SET a " + i));
      network.settle();
      assertEquals("+OK\r\n", p.read());
      assertEquals("$" + ("" + i).length() + " " + i, r.ask("GET a"));
    }
  }
}
