package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Replies leave when what they show is as safe as was asked for.
class ReplyGateTest {
  private final TestNetwork network = new TestNetwork();
  private final TestNode primary = new TestNode(null, new MemoryDisk(), 1).in(network, 7000);
  private final TestNode replica = new TestNode(null, new MemoryDisk(), 2).in(network, 7001);
  private final TestNode.Client p = primary.connect();
  private final TestNode.Client other = primary.connect();
  private final TestNode.Client r = replica.connect();
  private final FakeFile file = new FakeFile();

  /// An append only file that is flushed when the test says so.
  private final class FakeFile implements Durability.File {
    private boolean on;
    private long flushed;

    @Override
    public boolean isOn() {
      return on;
    }

    @Override
    public long fsyncedOffset() {
      return flushed;
    }

    void open() {
      on = true;
      flushed = offset();
      primary.settings().put(io.skein.engine.config.PersistenceSettings.APPENDONLY, true);
      primary.node().durability().moved();
    }

    void flush() {
      flushed = offset();
      primary.node().durability().moved();
    }

    private long offset() {
      return primary.commandLog().offset();
    }
  }

  @BeforeEach
  void start() {
    primary.node().durability().file(file);
    primary.node().start();
    replica.node().start();
  }

  private void waitForOneReplica() {
    network.follow(p, r);
    assertEquals("+OK", p.ask("CONFIG SET reply-wait-replicas 1"));
  }

  private void waitForDisk() {
    file.open();
    assertEquals("+OK", p.ask("CONFIG SET appendfsync always"));
  }

  @Test
  void aWriteIsAnsweredWhenAReplicaHasConfirmedIt() {
    waitForOneReplica();
    assertEquals("", p.ask("SET a 1"));
    assertEquals("+PONG", other.ask("PING"));
    network.settle();
    assertEquals("+OK\r\n", p.read());
    assertEquals("$1 1", r.ask("GET a"));
    assertEquals("$1 1", other.ask("GET a"));
  }

  @Test
  void withoutReplicasAWriteIsAnsweredOnlyWhenOneHasCome() {
    assertEquals("+OK", p.ask("CONFIG SET reply-wait-replicas 1"));
    assertEquals("", p.ask("SET a 1"));
    network.pass(5000);
    assertEquals("", p.read());
    assertTrue(other.ask("INFO replication").contains("reply_wait_clients:1 reply_wait_bytes:5 "));
    other.ask("CONFIG SET repl-diskless-sync-delay 0");
    r.ask("REPLICAOF 127.0.0.1 7000");
    network.pass(2000);
    assertEquals("+OK\r\n", p.read());
  }

  @Test
  void twoReplicasAreAwaitedWhenTwoAreAskedFor() {
    network.follow(p, r);
    assertEquals("+OK", p.ask("CONFIG SET reply-wait-replicas 2"));
    assertEquals("", p.ask("SET a 1"));
    network.pass(3000);
    assertEquals("", p.read());
    TestNode second = new TestNode(null, new MemoryDisk(), 3).in(network, 7002);
    second.node().start();
    second.connect().ask("REPLICAOF 127.0.0.1 7000");
    network.pass(3000);
    assertEquals("+OK\r\n", p.read());
  }

  @Test
  void whoReadsWhatIsNotSafeWaitsAndNobodyElse() {
    other.ask("SET safe 1");
    waitForDisk();
    assertEquals("", p.ask("SET a 1"));
    assertEquals("$1 1", other.ask("GET safe"));
    assertEquals("$-1", other.ask("GET nothing"));
    assertEquals("", other.ask("GET a"));
    assertEquals("", other.ask("PING"));
    TestNode.Client third = primary.connect();
    assertEquals("", third.ask("DBSIZE"));
    file.flush();
    assertEquals("+OK\r\n", p.read());
    assertEquals("$1\r\n1\r\n+PONG\r\n", other.read());
    assertEquals(":2\r\n", third.read());
    assertEquals("$1 1", other.ask("GET a"));
  }

  @Test
  void theEndOfAKeyAndOfAllKeysIsAWriteToo() {
    p.ask("MSET a 1 b 2 c 3");
    waitForDisk();
    assertEquals("", p.ask("DEL a"));
    assertEquals("", primary.connect().ask("EXISTS a"));
    assertEquals("$1 2", primary.connect().ask("GET b"));
    assertEquals("", primary.connect().ask("KEYS *"));
    file.flush();
    assertEquals(":1\r\n", p.read());
    assertEquals("", p.ask("FLUSHALL"));
    assertEquals("", primary.connect().ask("GET b"));
    file.flush();
    assertEquals("$-1", primary.connect().ask("GET b"));
  }

  @Test
  void aKeyInAnotherPlaceIsFollowed() {
    p.ask("RPUSH l 3 1 2");
    waitForDisk();
    assertEquals("", p.ask("SORT l STORE sorted"));
    assertEquals("", primary.connect().ask("LRANGE sorted 0 -1"));
    assertEquals("$1 2", primary.connect().ask("LINDEX l 2"));
    file.flush();
    assertEquals("", other.ask("RENAME sorted renamed"));
    assertEquals("", primary.connect().ask("TYPE sorted"));
    assertEquals("", primary.connect().ask("LLEN renamed"));
  }

  @Test
  void aTransactionWaitsAsAWhole() {
    waitForDisk();
    assertEquals("+OK", p.ask("MULTI"));
    p.ask("SET a 1");
    p.ask("GET a");
    assertEquals("", p.ask("EXEC"));
    assertEquals("", other.ask("GET a"));
    file.flush();
    assertEquals("*2\r\n+OK\r\n$1\r\n1\r\n", p.read());
    assertEquals("$1\r\n1\r\n", other.read());
  }

  @Test
  void aTransactionThatFailsForAWatchedKeyShowsTheWriteThatBrokeIt() {
    waitForDisk();
    other.ask("WATCH a");
    other.ask("MULTI");
    other.ask("PING");
    assertEquals("", p.ask("SET a 1"));
    assertEquals("", other.ask("EXEC"));
    file.flush();
    assertEquals("*-1\r\n", other.read());
  }

  @Test
  void whoIsServedWaitsAsWhoServes() {
    waitForDisk();
    assertEquals("", other.ask("BLPOP l 0"));
    assertEquals("", p.ask("RPUSH l x"));
    assertEquals("", other.read());
    file.flush();
    assertEquals("*2\r\n$1\r\nl\r\n$1\r\nx\r\n", other.read());
    assertEquals(":1\r\n", p.read());
  }

  @Test
  void messagesQueueBehindWhatIsHeld() {
    waitForDisk();
    p.ask("HELLO 3");
    p.ask("SUBSCRIBE news");
    assertEquals("", p.ask("SET a 1"));
    assertEquals(":1", other.ask("PUBLISH news x"));
    assertEquals("", p.read());
    file.flush();
    String got = p.read();
    assertTrue(got.startsWith("+OK\r\n>3\r\n$7\r\nmessage\r\n"), got);
  }

  @Test
  void whoWantsNoRepliesGetsNone() {
    waitForDisk();
    p.ask("CLIENT REPLY OFF");
    assertEquals("", p.ask("SET a 1"));
    file.flush();
    assertEquals("", p.read());
    assertEquals("", p.ask("SET a 2"));
    assertEquals("", p.ask("CLIENT REPLY ON"));
    file.flush();
    assertEquals("+OK\r\n", p.read());
  }

  @Test
  void aReplyIsSentBeforeItsConnectionIsClosed() {
    waitForDisk();
    assertEquals("", p.ask("SET a 1"));
    assertEquals("", p.ask("QUIT"));
    assertFalse(p.isClosed());
    file.flush();
    assertTrue(p.isClosed());
    assertEquals("+OK\r\n+OK\r\n", p.read());
  }

  @Test
  void whatIsHeldIsLostWithTheRoleOfAPrimary() {
    waitForOneReplica();
    network.cut();
    assertEquals("", p.ask("SET a 1"));
    assertEquals("", primary.connect().ask("GET a"));
    other.ask("REPLICAOF 127.0.0.1 7001");
    assertTrue(p.isClosed());
    assertFalse(other.isClosed());
    assertTrue(
        primary.logged().stream().anyMatch(l -> l.startsWith("2 clients wait for their writes")));
    file.flush();
    network.settle();
    assertEquals("", p.read());
  }

  @Test
  void aPromotedReplicaShowsWhatItHasWhenAReplicaOfItsOwnHasIt() {
    network.follow(p, r);
    p.ask("SET a 1");
    network.settle();
    r.ask("CONFIG SET reply-wait-replicas 1 repl-diskless-sync-delay 0");
    assertEquals("$1 1", r.ask("GET a"));
    r.ask("REPLICAOF NO ONE");
    TestNode.Client reader = replica.connect();
    assertEquals("", reader.ask("GET a"));
    assertEquals("+OK", p.ask("REPLICAOF 127.0.0.1 7001"));
    network.pass(3000);
    assertEquals("$1\r\n1\r\n", reader.read());
  }

  @Test
  void whoWaitsForTooLongIsDisconnected() {
    waitForDisk();
    p.ask("CONFIG SET reply-wait-timeout-ms 500");
    assertEquals("", p.ask("SET a 1"));
    primary.advance(400);
    assertFalse(p.isClosed());
    primary.advance(400);
    assertTrue(p.isClosed());
    file.flush();
    assertEquals("", p.read());
  }

  @Test
  void switchedOffEverythingLeaves() {
    waitForDisk();
    assertEquals("", p.ask("SET a 1"));
    assertEquals("+OK", other.ask("CONFIG SET appendfsync everysec"));
    assertEquals("+OK\r\n", p.read());
    assertEquals("+OK", p.ask("SET a 2"));
  }

  @Test
  void settingsThatContradictEachOtherAreRefused() {
    assertEquals(
        "-ERR CONFIG SET failed (possibly related to argument 'reply-wait-fsync') - "
            + "reply-wait-fsync yes needs appendonly yes",
        p.ask("CONFIG SET reply-wait-fsync yes"));
    file.open();
    assertEquals("+OK", p.ask("CONFIG SET reply-wait-fsync yes"));
    assertTrue(p.ask("CONFIG SET appendfsync no").startsWith("-ERR CONFIG SET failed"));
    assertTrue(p.ask("CONFIG GET appendfsync").contains("everysec"));
    assertEquals("", p.ask("SET a 1"));
    file.flush();
    assertEquals("+OK\r\n", p.read());
  }

  @Test
  void whoSendsWithoutReadingIsHeldBackAndNothingIsLost() {
    waitForDisk();
    String value = "v".repeat(10_000);
    p.ask("SET big " + value);
    int asked = 400;
    for (int i = 0; i < asked; i++) {
      p.sendRaw("*2\r\n$3\r\nGET\r\n$3\r\nbig\r\n");
      primary.runTurn();
    }
    assertTrue(p.session().isCongested());
    assertTrue(p.session().outlet().pendingBytes() < 2 * HeldReplies.MOST_BYTES);
    assertTrue(p.session().inputSize() > 0);
    StringBuilder got = new StringBuilder();
    for (int i = 0; i < 10; i++) {
      file.flush();
      got.append(p.read());
    }
    assertFalse(p.session().isCongested());
    assertEquals("+OK\r\n".length() + asked * (value.length() + 10L), got.length());
  }

  @Test
  void pipelinesOfManyTurnsLeaveTogetherAndInOrder() {
    waitForDisk();
    SplittableRandom random = new SplittableRandom(7);
    StringBuilder expected = new StringBuilder();
    StringBuilder got = new StringBuilder();
    for (int i = 0; i < 2000; i++) {
      got.append(p.ask("ECHO e" + i).isEmpty() ? "" : "e" + i + " ");
      String held = p.read();
      assertEquals("", held);
      expected.append("e").append(i).append(' ');
      p.ask("SET k" + random.nextInt(100) + " v");
      if (random.nextInt(10) == 0) {
        file.flush();
        for (String line : p.read().split("\r\n")) {
          if (line.startsWith("e")) {
            got.append(line).append(' ');
          }
        }
      }
    }
    file.flush();
    for (String line : p.read().split("\r\n")) {
      if (line.startsWith("e")) {
        got.append(line).append(' ');
      }
    }
    assertEquals(expected.toString(), got.toString());
  }

  @Test
  void waitAofTellsOfThisDisk() {
    assertEquals(
        "-ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.",
        p.ask("WAITAOF 1 0 0"));
    assertEquals("*2 :0 :0", p.ask("WAITAOF 0 0 0"));
    network.follow(p, r);
    file.open();
    assertEquals("+OK", p.ask("SET a 1"));
    assertEquals("", p.ask("WAITAOF 1 0 0"));
    file.flush();
    assertEquals("*2\r\n:1\r\n:0\r\n", p.read());
    p.ask("SET a 2");
    assertEquals("", p.ask("WAITAOF 1 0 300"));
    network.pass(500);
    assertEquals("*2\r\n:0\r\n:0\r\n", p.read());
  }

  @Test
  void whoWaitsIsDisconnectedWhenThePrimaryBecomesAReplica() {
    network.follow(p, r);
    network.cut();
    p.ask("SET a 1");
    assertEquals("", p.ask("WAIT 2 0"));
    other.ask("REPLICAOF 127.0.0.1 7001");
    assertTrue(p.read().startsWith("-UNBLOCKED force unblock"));
    assertTrue(p.isClosed());
  }
}
