package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.cluster.ClusterEffect;
import org.junit.jupiter.api.Test;

class PauseAndTouchTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();

  @Test
  void nothingExpiresWhileWritesArePaused() {
    client.ask("SET k v PX 100");
    client.ask("CLIENT PAUSE 1000 WRITE");
    node.advance(500);
    assertEquals("$-1", client.ask("GET k"));
    assertEquals(":1", client.ask("DBSIZE"));
    node.advance(600);
    assertEquals("$-1", client.ask("GET k"));
    assertEquals(":0", client.ask("DBSIZE"));
  }

  @Test
  void linesThatWaitAreReadAgainAsTheyWere() {
    String lines = "SET  \"a b\"  'c\\'d'\r\nGET   \"a\\x20b\"\r\n";
    client.ask("CLIENT PAUSE 1000 WRITE");
    client.sendRaw(lines);
    assertEquals("", client.read());
    node.advance(1500);
    assertEquals("+OK\r\n$3\r\nc'd\r\n", client.read());
    client.sendRaw("BLPOP  list  0\r\n" + lines);
    assertEquals("", client.read());
    node.connect().ask("LPUSH list x");
    assertEquals("*2\r\n$4\r\nlist\r\n$1\r\nx\r\n+OK\r\n$3\r\nc'd\r\n", client.read());
  }

  @Test
  void failoverHoldsWritesBackWhateverTheWallClockSays() {
    node.node().carryOut(new ClusterEffect.PauseWrites());
    assertTrue(node.node().clusterStatus().writesPaused());
    client.send("SET", "k", "v");
    node.jump(4 * 3_600_000);
    assertEquals("", client.read());
    node.node().carryOut(new ClusterEffect.ResumeWrites());
    node.runTurn();
    assertEquals("+OK\r\n", client.read());
    assertFalse(node.node().clusterStatus().writesPaused());
  }

  @Test
  void writesPausedByAClientAreNotPausedForAFailover() {
    client.ask("CLIENT PAUSE 1000 WRITE");
    assertFalse(node.node().clusterStatus().writesPaused());
  }

  @Test
  void aClientThatDoesNotTouchLeavesTheAccessClockAlone() {
    client.ask("SET k v");
    client.ask("CLIENT NO-TOUCH ON");
    node.advance(30_000);
    client.ask("GET k");
    assertEquals(":30", client.ask("OBJECT IDLETIME k"));
    client.ask("TOUCH k");
    assertEquals(":0", client.ask("OBJECT IDLETIME k"));
    node.advance(10_000);
    client.ask("CLIENT NO-TOUCH OFF");
    client.ask("GET k");
    assertEquals(":0", client.ask("OBJECT IDLETIME k"));
  }
}
