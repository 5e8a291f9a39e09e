package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ObservationTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();

  @Test
  void monitorsSeeCommandsButNoSecrets() {
    TestNode.Client monitor = node.connect();
    assertEquals("+OK", monitor.ask("MONITOR"));
    client.ask("SELECT 2");
    client.send("SET", "a", "x\r\n\"\u00ff");
    client.ask("AUTH default secret");
    client.ask("CONFIG SET requirepass secret");
    assertEquals(
        "+1700000000.000000 [2 127.0.0.1:1] \"SELECT\" \"2\"\r\n"
            + "+1700000000.000000 [2 127.0.0.1:1] \"SET\" \"a\" \"x\\r\\n\\\"\\xff\"\r\n"
            + "+1700000000.000000 [2 127.0.0.1:1] \"AUTH\" \"(redacted)\" \"(redacted)\"\r\n",
        monitor.read());
  }

  @Test
  void tellsOfTurnsAndCron() {
    client.ask("CONFIG RESETSTAT");
    client.ask("PING");
    node.advance(100);
    String info = client.ask("INFO stats debug");
    assertTrue(info.matches(".* eventloop_cycles:[3-9] eventloop_duration_sum:.*"), info);
    assertTrue(info.contains("eventloop_cmd_per_cycle_max:1"), info);
    assertFalse(client.ask("INFO all").contains("eventloop_cmd_per_cycle_max"));
  }

  @Test
  void logsWhyClientsAreClosed() {
    TestNode.Client other = node.connect();
    client.ask("CLIENT KILL ID " + other.session().id());
    String expected =
        "Closing client " + other.session().id() + " at 127.0.0.1:1: killed by another client";
    assertTrue(node.logged().contains(expected), node.logged()::toString);
  }

  @Test
  void forgetsAClientThatReadsTooSlowlyAtTheEndOfTheTurn() {
    TestNode.Client slow = node.connect().stuck();
    slow.ask("SUBSCRIBE foo");
    client.send("CONFIG", "SET", "client-output-buffer-limit", "pubsub 1000 0 0");
    assertEquals(":1", client.ask("PUBLISH foo " + "x".repeat(900)));
    assertEquals(":1", client.ask("PUBLISH foo " + "x".repeat(900)));
    assertTrue(slow.isClosed());
    assertEquals(":0", client.ask("PUBLISH foo x"));
    assertFalse(client.ask("CLIENT LIST").contains("cmd=subscribe"));
    assertTrue(client.ask("INFO stats").contains("client_output_buffer_limit_disconnections:1 "));
  }

  @Test
  void closesAClientOverTheSoftLimitAlthoughNothingIsWritten() {
    TestNode.Client slow = node.connect().stuck();
    slow.ask("SUBSCRIBE foo");
    client.send("CONFIG", "SET", "client-output-buffer-limit", "pubsub 0 1000 2");
    client.ask("PUBLISH foo " + "x".repeat(2000));
    node.advance(1900);
    assertFalse(slow.isClosed());
    node.advance(200);
    assertTrue(slow.isClosed());
    assertEquals(":0", client.ask("PUBLISH foo x"));
  }

  @Test
  void aClientSeesItsRequestInItsQueryBuffer() {
    client.sendRaw("*2\r\n$6\r\nclient\r\n$4\r\nlist\r\n");
    assertTrue(client.read().contains(" qbuf=26 "));
  }

  @Test
  void aMonitorsOwnCommandsFollowTheirReplies() {
    client.sendRaw("MONITOR\r\nPING\r\nRESET\r\nPING\r\n");
    assertEquals(
        "+OK\r\n+PONG\r\n+1700000000.000000 [0 127.0.0.1:1] \"PING\"\r\n+RESET\r\n+PONG\r\n",
        client.read());
  }

  @Test
  void slowLogKeepsTheLatestAndCutsLongArguments() {
    assertEquals("+OK", client.ask("CONFIG SET slowlog-log-slower-than 0 slowlog-max-len 2"));
    client.ask("SLOWLOG RESET");
    client.send("SET", "k", "v".repeat(200));
    client.ask("CLIENT SETNAME me");
    String entries = client.send("SLOWLOG", "GET", "1");
    assertTrue(entries.startsWith("*1\r\n*6\r\n:"), entries);
    assertTrue(entries.endsWith("$7\r\nSETNAME\r\n$2\r\nme\r\n$11\r\n127.0.0.1:1\r\n$2\r\nme\r\n"));
    client.send("SET", "k", "v".repeat(200));
    entries = client.send("SLOWLOG", "GET", "1");
    assertTrue(entries.contains("v... (72 more bytes)\r\n"), entries);
    assertEquals(":2", client.ask("SLOWLOG LEN"));
    assertEquals("-ERR count should be greater than or equal to -1", client.ask("SLOWLOG GET -2"));
    assertEquals("+OK", client.ask("CONFIG SET slowlog-log-slower-than -1"));
    client.ask("SLOWLOG RESET");
    client.ask("GET k");
    assertEquals("*0", client.ask("SLOWLOG GET"));
  }

  @Test
  void slowLogNamesTheNumberOfArgumentsLeftOut() {
    client.ask("CONFIG SET slowlog-log-slower-than 0");
    String[] many = new String[42];
    java.util.Arrays.fill(many, "x");
    many[0] = "DEL";
    client.send(many);
    String entries = client.send("SLOWLOG", "GET", "1");
    assertTrue(entries.contains("*32\r\n$3\r\nDEL\r\n"), entries);
    assertTrue(entries.contains("... (11 more arguments)"), entries);
  }

  @Test
  void latencyRemembersWhatTookLong() {
    assertEquals("*0", client.ask("LATENCY LATEST"));
    assertTrue(client.ask("LATENCY DOCTOR").contains("latency monitor is off"));
    client.ask("CONFIG SET latency-monitor-threshold 1");
    node.slowness(5_000_000);
    client.ask("DBSIZE");
    node.slowness(0);
    assertEquals("*1 *4 $12 fast-command :1700000000 :5 :5", client.ask("LATENCY LATEST"));
    assertEquals("*1 *2 :1700000000 :5", client.ask("LATENCY HISTORY fast-command"));
    assertEquals("*0", client.ask("LATENCY HISTORY nonsense"));
    assertTrue(client.ask("LATENCY GRAPH fast-command").contains("high 5 ms, low 5 ms"));
    assertEquals("-ERR No samples available for event 'x'", client.ask("LATENCY GRAPH x"));
    assertTrue(client.ask("LATENCY DOCTOR").contains("longest 5 ms"));
    assertEquals(":1", client.ask("LATENCY RESET fast-command"));
    assertEquals(":0", client.ask("LATENCY RESET"));
    node.slowness(5_000_000);
    assertEquals(":0", client.ask("LATENCY RESET"));
    node.slowness(0);
    assertEquals("*0", client.ask("LATENCY LATEST"));
  }

  @Test
  void latencyHistogramCountsCalls() {
    client.ask("CONFIG RESETSTAT");
    client.ask("DBSIZE");
    client.ask("DBSIZE");
    String histogram = client.ask("LATENCY HISTOGRAM dbsize nonsense");
    assertTrue(
        histogram.startsWith("*2 $6 dbsize *4 $5 calls :2 $14 histogram_usec *2 :1 :2"), histogram);
    client.ask("CONFIG SET latency-tracking no");
    client.ask("CONFIG RESETSTAT");
    client.ask("DBSIZE");
    assertEquals("*0", client.ask("LATENCY HISTOGRAM"));
    assertFalse(client.send("INFO", "latencystats").contains("dbsize"));
  }

  @Test
  void tellsTheTimeAndDraws() {
    assertEquals("*2 $10 1700000000 $1 0", client.ask("TIME"));
    assertTrue(client.ask("LOLWUT VERSION 9").contains("Redis ver. 7.2.6"));
    assertEquals("*0", client.ask("MODULE LIST"));
    assertTrue(client.ask("MODULE LOAD x").startsWith("-ERR MODULE command not allowed. If"));
  }

  @Test
  void savesAndTellsWhen() {
    assertEquals("+OK", client.ask("SAVE"));
    assertEquals(":1700000000", client.ask("LASTSAVE"));
    assertEquals("-ERR syntax error", client.ask("BGSAVE NOW"));
    assertEquals("+Background saving started", client.ask("BGSAVE"));
    assertEquals("-ERR Background save already in progress", client.ask("BGSAVE"));
    assertTrue(client.send("INFO", "persistence").contains("rdb_bgsave_in_progress:1\r\n"));
  }

  @Test
  void shutsDown() {
    assertEquals("-ERR syntax error", client.ask("SHUTDOWN SAVE NOSAVE"));
    assertEquals("-ERR syntax error", client.ask("SHUTDOWN ABORT NOW"));
    assertEquals("-ERR No shutdown in progress.", client.ask("SHUTDOWN ABORT"));
    assertEquals("", client.ask("SHUTDOWN NOSAVE"));
    assertEquals(0, node.exitCode());
  }
}
