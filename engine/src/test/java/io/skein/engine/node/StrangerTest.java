package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/// What a client may do before it has authenticated.
class StrangerTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client admin = node.connect();

  private TestNode.Client stranger() {
    assertEquals("+OK", admin.ask("CONFIG SET requirepass secret"));
    return node.connect();
  }

  @Test
  void sendsShortRequestsOnly() {
    TestNode.Client many = stranger();
    assertEquals(
        "-ERR Protocol error: unauthenticated multibulk length",
        many.sendRaw("*11\r\n").read().trim());
    assertTrue(many.isClosed());
    TestNode.Client large = stranger();
    assertEquals(
        "-ERR Protocol error: unauthenticated bulk length",
        large.sendRaw("*1\r\n$16385\r\n").read().trim());
    assertTrue(large.isClosed());
    TestNode.Client known = stranger();
    assertEquals("+OK", known.ask("AUTH secret"));
    assertEquals("", known.sendRaw("*11\r\n$16385\r\n").read());
    assertFalse(known.isClosed());
  }

  @Test
  void isBoundAgainAfterReset() {
    TestNode.Client client = stranger();
    assertEquals("+OK", client.ask("AUTH secret"));
    assertEquals("+RESET", client.ask("RESET"));
    assertEquals(
        "-ERR Protocol error: unauthenticated multibulk length",
        client.sendRaw("*11\r\n").read().trim());
  }

  @Test
  void isClosedWhenItDoesNotReadWhatItIsTold() {
    TestNode.Client client = stranger().stuck();
    for (int i = 0; i < 400 && !client.isClosed(); i++) {
      client.sendRaw("NOSUCHCOMMAND\r\nGET a\r\n".repeat(200));
      admin.read();
    }
    assertTrue(client.isClosed());
  }

  @Test
  void mayOnlyLogInOrLeave() {
    String no = "NOAUTH Authentication required.";
    for (String line :
        new String[] {
          "GET a",
          "INFO",
          "ACL WHOAMI",
          "CONFIG GET port",
          "SUBSCRIBE c",
          "MULTI",
          "DEBUG SLEEP 0",
          "CLIENT LIST",
          "COMMAND",
          "EXEC",
          "REPLICAOF NO ONE",
          "CLUSTER NODES"
        }) {
      String answer = stranger().ask(line);
      assertTrue(answer.endsWith(no) || answer.startsWith("-ERR unknown command"), line + answer);
    }
    assertEquals("+OK", stranger().ask("QUIT"));
    assertEquals("+RESET", stranger().ask("RESET"));
  }
}
