package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.config.ProtectedAction;
import io.skein.engine.config.SecuritySettings;
import org.junit.jupiter.api.Test;

class ClientBudgetTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client control = node.connect();
  private final TestNode.Client client = node.connect();

  private void limit(long bytes) {
    assertEquals("+OK", control.ask("CONFIG SET maxmemory-clients " + bytes));
  }

  private String field(TestNode.Client of, String name) {
    String line = control.send("CLIENT", "LIST", "ID", "" + of.session().id());
    String value = line.substring(line.indexOf(" " + name + "=") + name.length() + 2);
    return value.substring(0, value.indexOf(' '));
  }

  private String evicted() {
    String stats = control.send("INFO", "stats");
    String value = stats.substring(stats.indexOf("evicted_clients:") + 16);
    return value.substring(0, value.indexOf('\r'));
  }

  /// A request that never ends, of which `bytes` of an argument have come.
  private static TestNode.Client unfinished(TestNode.Client who, int bytes) {
    who.sendRaw("*2\r\n$3\r\nGET\r\n$" + bytes + "\r\n" + "v".repeat(bytes)).read();
    return who;
  }

  @Test
  void evictsWhoeverSendsTooMuchAtATime() {
    limit(500_000);
    client.send("MSET", "a", "1", "b", "v".repeat(300_000));
    assertEquals("$1 1", client.ask("GET a"));
    client.send("SET", "b", "v".repeat(600_000));
    assertTrue(client.isClosed());
    assertEquals("1", evicted());
    assertEquals("$1 1", control.ask("GET a"));
    assertEquals(300_000, control.send("GET", "b").length() - 11);
  }

  @Test
  void evictsForUnfinishedRequestsQueuesWatchesAndSubscriptions() {
    limit(200_000);
    assertTrue(unfinished(client, 250_000).isClosed());
    TestNode.Client queuing = node.connect();
    queuing.ask("MULTI");
    for (int i = 0; i < 5 && !queuing.isClosed(); i++) {
      queuing.send("SET", "k", "v".repeat(50_000));
    }
    assertTrue(queuing.isClosed());
    String[] commands = {"WATCH", "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE"};
    for (String command : commands) {
      TestNode.Client greedy = node.connect();
      for (int i = 0; i < 2000 && !greedy.isClosed(); i++) {
        greedy.ask(command + " some:name:" + i);
      }
      assertTrue(greedy.isClosed(), command);
    }
    TestNode.Client tracking = node.connect();
    for (int i = 0; i < 2000 && !tracking.isClosed(); i++) {
      tracking.ask("CLIENT TRACKING ON BCAST PREFIX some:name:" + (10_000 + i));
    }
    assertTrue(tracking.isClosed());
    assertFalse(control.isClosed());
    assertEquals("7", evicted());
  }

  @Test
  void evictsWhoDoesNotRead() {
    control.send("SET", "k", "v".repeat(50_000));
    client.stuck();
    limit(200_000);
    for (int i = 0; i < 3; i++) {
      client.sendRaw("GET k\r\n");
      node.runTurn();
    }
    assertFalse(client.isClosed());
    assertTrue(Long.parseLong(field(client, "tot-mem")) > 150_000);
    client.sendRaw("GET k\r\n");
    node.runTurn();
    assertTrue(client.isClosed());
  }

  @Test
  void evictsTheLargestFirstAndNoMoreThanNeeded() {
    TestNode.Client small = unfinished(node.connect(), 100_000);
    TestNode.Client large = unfinished(node.connect(), 300_000);
    unfinished(client, 200_000);
    limit(350_000);
    assertTrue(large.isClosed());
    assertFalse(client.isClosed());
    limit(150_000);
    assertTrue(client.isClosed());
    assertFalse(small.isClosed());
    assertEquals("2", evicted());
    assertEquals("0", control.ask("CONFIG RESETSTAT").equals("+OK") ? evicted() : "");
  }

  @Test
  void sparesThoseWhoMustNotBeEvicted() {
    assertEquals("+OK", client.ask("CLIENT NO-EVICT ON"));
    assertTrue(field(client, "flags").contains("e"));
    unfinished(client, 300_000);
    TestNode.Client other = node.connect();
    control.ask("CLIENT NO-EVICT ON");
    limit(250_000);
    assertFalse(client.isClosed());
    assertTrue(other.isClosed(), "counts nevertheless");
    client.session().noEvict(false);
    control.ask("PING");
    assertTrue(client.isClosed());
  }

  @Test
  void takesAShareOfMaxmemory() {
    control.ask("CONFIG SET maxmemory 10mb");
    assertEquals("+OK", control.ask("CONFIG SET maxmemory-clients 5%"));
    unfinished(client, 400_000);
    assertFalse(client.isClosed());
    TestNode.Client large = unfinished(node.connect(), 600_000);
    assertTrue(large.isClosed());
    control.ask("CONFIG SET maxmemory 0");
    unfinished(node.connect(), 2_000_000);
    assertEquals("1", evicted());
  }

  @Test
  void buffersOfClientsCountAgainstMaxmemory() {
    control.ask("SET a 1");
    String memory = control.send("INFO", "memory");
    String used = memory.substring(memory.indexOf("used_memory:") + 12);
    long bytes = Long.parseLong(used.substring(0, used.indexOf('\r')));
    control.ask("CONFIG SET maxmemory-policy allkeys-lru maxmemory " + (bytes + 200_000));
    assertEquals(":1", control.ask("DBSIZE"));
    unfinished(client, 300_000);
    control.ask("PING");
    assertEquals(":0", control.ask("DBSIZE"));
  }

  @Test
  void listsWhatBuffersHold() {
    unfinished(client, 100_000);
    assertEquals("100000", field(client, "qbuf"));
    assertEquals("3", field(client, "argv-mem"));
    client.disconnect();
    TestNode.Client other = node.connect();
    other.ask("MULTI");
    other.ask("SET a b");
    assertTrue(Integer.parseInt(field(other, "multi-mem")) > 5);
    assertEquals("9", field(other, "rbp"));
    String own = control.ask("CLIENT LIST");
    assertTrue(own.contains(" qbuf=26 ") && own.contains(" argv-mem=10 "), own);
    node.advance(6000);
    assertEquals("0", field(other, "rbp"));
    node.settings().put(SecuritySettings.ENABLE_DEBUG_COMMAND, ProtectedAction.LOCAL);
    assertEquals("+OK", control.ask("DEBUG REPLYBUFFER RESIZING 0"));
    other.ask("PING");
    node.advance(6000);
    assertEquals("9", field(other, "rbp"));
  }
}
