package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class KeyEventsTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();
  private final TestNode.Client listener = node.connect();

  /// What was published since the last time: of each message the channel's part behind `@` and the
  /// message.
  private String heard() {
    StringBuilder all = new StringBuilder();
    String[] lines = listener.read().split("\r\n");
    for (int i = 0; i + 8 < lines.length; i += 9) {
      String channel = lines[i + 6];
      all.append(all.isEmpty() ? "" : ", ")
          .append(channel.substring(channel.indexOf('@') + 1).replace("__:", " "))
          .append(' ')
          .append(lines[i + 8]);
    }
    return all.toString();
  }

  private void listen(String classes) {
    client.send("CONFIG", "SET", "notify-keyspace-events", classes);
    listener.ask("PSUBSCRIBE __key*");
  }

  @Test
  void publishesNothingUnlessAsked() {
    listen("");
    client.ask("SET a b");
    listen("$");
    client.ask("SET a b");
    listen("K");
    client.ask("SET a b");
    listener.read();
    assertEquals("", heard());
  }

  @Test
  void tellsOfNewKeysAndOfMissedOnes() {
    listen("Enm");
    client.ask("SET a b");
    client.ask("SET a c");
    client.ask("GET x");
    client.ask("EXISTS x a");
    client.ask("OBJECT ENCODING x");
    client.ask("INCR x");
    assertEquals("0 new a, 0 keymiss x, 0 keymiss x, 0 new x", heard());
    listen("A");
    client.ask("GET none");
    assertEquals("", heard());
  }

  @Test
  void tellsOfKeysThatExpire() {
    listen("KEx");
    client.ask("SELECT 3");
    client.ask("SET a b PX 10");
    client.ask("SET c d PX 10");
    node.advanceWithoutTick(20);
    client.ask("GET a");
    assertEquals("3 a expired, 3 expired a", heard());
    node.node().tick();
    node.node().work(1_000_000);
    assertEquals("3 c expired, 3 expired c", heard());
  }
}
