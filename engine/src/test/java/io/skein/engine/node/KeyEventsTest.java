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

  private String after(String... commands) {
    for (String command : commands) {
      client.ask(command);
    }
    return heard();
  }

  @Test
  void strings() {
    listen("AE");
    assertEquals(
        "0 set a, 0 set a, 0 expire a, 0 set b, 0 set a",
        after("SET a b", "SET a b EX 10", "SET a b NX", "SETNX b c", "SETNX b d", "SET a x GET"));
    assertEquals(
        "0 set a, 0 expire a, 0 set a, 0 set b, 0 set c, 0 set d, 0 set a",
        after("SETEX a 10 x", "MSET a 1 b 2", "MSETNX c 1 d 2", "MSETNX c 1 e 2", "GETSET a 1"));
    assertEquals(
        "0 incrby a, 0 incrby a, 0 incrby a, 0 incrbyfloat a, 0 append a, 0 setrange a",
        after(
            "INCR a",
            "DECRBY a 2",
            "INCRBY a 0",
            "INCRBYFLOAT a 1.5",
            "APPEND a x",
            "SETRANGE a 1 x",
            "INCR a",
            "STRLEN a"));
    assertEquals(
        "0 expire a, 0 persist a, 0 del a, 0 del b",
        after("GETEX a EX 10", "GETEX a PERSIST", "GETEX a PXAT 1", "GETDEL b", "GETDEL none"));
  }

  @Test
  void keysOfAnyType() {
    client.ask("MSET a 1 b 2 c 3");
    listen("AEn");
    assertEquals(
        "0 expire a, 0 persist a, 0 del a, 0 del b, 0 del c",
        after("EXPIRE a 10", "PERSIST a", "PERSIST a", "EXPIRE a -1", "DEL a b", "UNLINK c"));
    client.ask("MSET a 1 b 2");
    heard();
    assertEquals(
        "0 new x, 0 rename_from a, 0 rename_to x, 0 new b, 0 rename_from x, 0 rename_to b",
        after("RENAME a x", "RENAMENX x x", "RENAME x b"));
    assertEquals(
        "1 new b, 0 move_from b, 1 move_to b, 2 new b, 2 copy_to b, 0 new b, 0 set b",
        after("MOVE b 1", "SELECT 1", "COPY b b DB 2", "SELECT 0", "SET b x"));
    String dump = client.send("DUMP", "b");
    String payload = dump.substring(dump.indexOf("\r\n") + 2, dump.length() - 2);
    client.send("RESTORE", "r", "0", payload);
    client.send("RESTORE", "r", "0", payload, "REPLACE");
    client.send("RESTORE", "r", "1", payload, "REPLACE", "ABSTTL");
    client.send("RESTORE", "r", "1", payload, "REPLACE", "ABSTTL");
    assertEquals("0 new r, 0 restore r, 0 new r, 0 restore r, 0 del r", heard());
  }

  @Test
  void sortedSets() {
    listen("AE");
    assertEquals(
        "0 zadd z, 0 zincr z, 0 zincr z, 0 zrem z, 0 zremrangebyrank z, 0 zremrangebyscore z",
        after(
            "ZADD z 1 a 2 b 3 c 4 d 5 e 6 f",
            "ZADD z 1 a",
            "ZINCRBY z 1 a",
            "ZADD z INCR 1 a",
            "ZREM z b none",
            "ZREMRANGEBYRANK z 0 0",
            "ZREMRANGEBYSCORE z 9 10",
            "ZREMRANGEBYSCORE z 4 4"));
    assertEquals(
        "0 zunionstore u, 0 zrangestore u, 0 del u, 0 zpopmin z, 0 zpopmax z, 0 del z",
        after(
            "ZUNIONSTORE u 1 z",
            "ZRANGESTORE u z 0 0",
            "ZINTERSTORE u 2 z none",
            "ZPOPMIN z",
            "ZMPOP 1 z MAX COUNT 9"));
    assertEquals(
        "0 zadd g, 0 geosearchstore to, 0 georadiusstore to, 0 del to",
        after(
            "GEOADD g 1 1 a",
            "GEOSEARCHSTORE to g FROMLONLAT 1 1 BYRADIUS 1 km",
            "GEORADIUS g 1 1 1 km STORE to",
            "GEORADIUS g 50 50 1 km STORE to"));
  }

  @Test
  void transactionsTellAsTheyGo() {
    listen("AE");
    after("MULTI", "SET a 1", "DEL a");
    assertEquals("", heard());
    assertEquals("0 set a, 0 del a", after("EXEC"));
  }

  @Test
  void evictionTells() {
    client.ask("SET a 1");
    listen("Ee");
    client.ask("CONFIG SET maxmemory-policy allkeys-random maxmemory 1");
    assertEquals("0 evicted a", after("PING", "SET b 1"));
  }

  @Test
  void aListenerOfResp3HearsItselfBehindTheReply() {
    listen("K$");
    client.ask("HELLO 3");
    client.ask("SUBSCRIBE __keyspace@0__:a");
    assertEquals("+OK >3 $7 message $16 __keyspace@0__:a $3 set", client.ask("SET a 1"));
  }
}
