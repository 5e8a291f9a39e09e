package io.skein.engine.command.zset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.node.TestNode;
import org.junit.jupiter.api.Test;

class SortedSetCommandsTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();

  private void expect(String command, String reply) {
    assertEquals(reply, client.ask(command), command);
  }

  @Test
  void addsWithConditions() {
    expect("ZADD z 1 a 2 b", ":2");
    expect("ZADD z NX 5 a 3 c", ":1");
    expect("ZADD z XX CH 5 a 3 d", ":1");
    expect("ZADD z GT CH 4 a 9 b", ":1");
    expect("ZADD z LT INCR -2 a", "$1 3");
    expect("ZADD z NX INCR 1 a", "$-1");
    expect("ZADD none XX 1 a", ":0");
    expect("EXISTS none", ":0");
    expect("ZADD z NX XX 1 a", "-ERR XX and NX options at the same time are not compatible");
    expect(
        "ZADD z GT LT 1 a", "-ERR GT, LT, and/or NX options at the same time are not compatible");
    expect("ZADD z INCR 1 a 2 b", "-ERR INCR option supports a single increment-element pair");
    expect("ZADD z 1 a x b", "-ERR value is not a valid float");
    expect("ZADD z 1 a 2", "-ERR syntax error");
    expect("ZRANGE z 0 -1 WITHSCORES", "*6 $1 a $1 3 $1 c $1 3 $1 b $1 9");
    client.ask("ZADD z inf a");
    expect("ZINCRBY z -inf a", "-ERR resulting score is not a number (NaN)");
  }

  @Test
  void repliesScoresAsPairsToNewClients() {
    client.ask("ZADD z 1 a 2.5 b");
    client.ask("HELLO 3");
    expect("ZRANGE z 0 -1 WITHSCORES", "*2 *2 $1 a ,1 *2 $1 b ,2.5");
    expect("ZPOPMIN z", "*2 $1 a ,1");
    expect("ZPOPMIN z 5", "*1 *2 $1 b ,2.5");
    expect("ZSCORE z a", "_");
    expect("ZRANK z a WITHSCORE", "_");
  }

  @Test
  void rangesByRankScoreAndMember() {
    client.ask("ZADD z 1 a 2 b 3 c 4 d 5 e");
    expect("ZRANGE z 1 -2", "*3 $1 b $1 c $1 d");
    expect("ZRANGE z 0 1 REV", "*2 $1 e $1 d");
    expect("ZRANGE z (1 3 BYSCORE", "*2 $1 b $1 c");
    expect("ZRANGE z +inf (3 BYSCORE REV LIMIT 1 5", "*1 $1 d");
    expect("ZREVRANGEBYSCORE z 4 2 LIMIT 0 2", "*2 $1 d $1 c");
    expect("ZRANGEBYLEX z [b (d", "*2 $1 b $1 c");
    expect("ZREVRANGEBYLEX z + [d", "*2 $1 e $1 d");
    expect("ZLEXCOUNT z - +", ":5");
    expect("ZCOUNT z 2 (5", ":3");
    expect(
        "ZRANGE z 0 1 LIMIT 0 1",
        "-ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
    expect("ZRANGE z x 1 BYSCORE", "-ERR min or max is not a float");
    expect("ZRANGE z x + BYLEX", "-ERR min or max not valid string range item");
    expect("ZRANGESTORE to z 1 2", ":2");
    expect("ZRANGE to 0 -1 WITHSCORES", "*4 $1 b $1 2 $1 c $1 3");
    expect("ZRANGESTORE to z 9 9", ":0");
    expect("EXISTS to", ":0");
  }

  @Test
  void removesRangesAndTheKeyWithTheLast() {
    client.ask("ZADD z 1 a 2 b 3 c 4 d 5 e 6 f");
    expect("ZREMRANGEBYRANK z 0 1", ":2");
    expect("ZREMRANGEBYSCORE z (5 +inf", ":1");
    expect("ZREMRANGEBYLEX z [c [d", ":2");
    expect("ZREM z e nothing", ":1");
    expect("EXISTS z", ":0");
  }

  @Test
  void combines() {
    client.ask("ZADD x 1 a 2 b 3 c");
    client.ask("ZADD y 10 b 20 c 30 d");
    expect("ZUNION 2 x y WITHSCORES", "*8 $1 a $1 1 $1 b $2 12 $1 c $2 23 $1 d $2 30");
    expect("ZINTER 2 x y WEIGHTS 2 1 AGGREGATE MAX WITHSCORES", "*4 $1 b $2 10 $1 c $2 20");
    expect("ZDIFF 2 x y", "*1 $1 a");
    expect("ZINTERCARD 2 x y LIMIT 1", ":1");
    expect("ZUNIONSTORE x 2 x y AGGREGATE MIN", ":4");
    expect("ZRANGE x 0 -1 WITHSCORES", "*8 $1 a $1 1 $1 b $1 2 $1 c $1 3 $1 d $2 30");
    expect("ZINTERSTORE x 2 x none", ":0");
    expect("EXISTS x", ":0");
    expect("ZUNION 0 x", "-ERR at least 1 input key is needed for 'zunion' command");
    client.ask("SET s text");
    expect("ZUNION 2 y s", "-WRONGTYPE Operation against a key holding the wrong kind of value");
  }

  @Test
  void serves() {
    TestNode.Client waiting = node.connect();
    assertEquals("", waiting.ask("BZPOPMIN none z 0"));
    client.ask("ZADD z 2 b 1 a");
    assertEquals("*3 $1 z $1 a $1 1", waiting.read().replace("\r\n", " ").trim());
    assertEquals("", waiting.ask("BZMPOP 0 1 other MAX COUNT 5"));
    client.ask("RENAME z other");
    assertEquals("*2 $5 other *1 *2 $1 b $1 2", waiting.read().replace("\r\n", " ").trim());
    expect("EXISTS other", ":0");
    assertEquals("", waiting.ask("BZPOPMAX z 0.5"));
    node.advance(500);
    assertEquals("*-1", waiting.read().replace("\r\n", " ").trim());
  }

  @Test
  void dumpsAndRestoresInEachEncoding() {
    for (String members : new String[] {"1 a 2.5 b -inf c", "1 " + "x".repeat(100) + " 2 b"}) {
      client.send(("ZADD z " + members).split(" "));
      String before = client.ask("ZRANGE z 0 -1 WITHSCORES");
      String dump = client.send("DUMP", "z");
      String payload = dump.substring(dump.indexOf('\n') + 1, dump.length() - 2);
      assertEquals("+OK\r\n", client.send("RESTORE", "copy", "0", payload, "REPLACE"));
      assertEquals(before, client.ask("ZRANGE copy 0 -1 WITHSCORES"));
      assertEquals(client.ask("OBJECT ENCODING z"), client.ask("OBJECT ENCODING copy"));
      client.ask("DEL z");
    }
  }

  @Test
  void scansAllMembersOfALargeSortedSet() {
    StringBuilder add = new StringBuilder("ZADD z");
    for (int i = 0; i < 1000; i++) {
      add.append(" 1.5 m").append(i);
    }
    client.ask(add.toString());
    java.util.Set<String> seen = new java.util.HashSet<>();
    String cursor = "0";
    do {
      String[] reply = client.send("ZSCAN", "z", cursor, "COUNT", "50").split("\r\n");
      cursor = reply[2];
      for (int i = 5; i < reply.length; i += 4) {
        seen.add(reply[i]);
      }
    } while (!cursor.equals("0"));
    assertEquals(1000, seen.size());
    assertTrue(client.ask("ZSCAN z 0 MATCH m99? COUNT 5000").startsWith("*2 $1 0 *20 "));
  }
}
