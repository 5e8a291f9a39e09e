package io.skein.engine.command.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.node.TestNode;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StreamCommandsTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();

  private void expect(String command, String reply) {
    assertEquals(reply, client.ask(command), command);
  }

  @Test
  void choosesIdsThatAscend() {
    expect("XADD s * f v", "$15 1700000000000-0");
    expect("XADD s * f v", "$15 1700000000000-1");
    expect("XADD s 1700000000000-* f v", "$15 1700000000000-2");
    expect("XADD s 1700000000005-* f v", "$15 1700000000005-0");
    expect("XADD s * f v", "$15 1700000000005-1");
    expect(
        "XADD s 1-1 f v",
        "-ERR The ID specified in XADD is equal or smaller than the target stream top item");
    expect("XADD t 0-0 f v", "-ERR The ID specified in XADD must be greater than 0-0");
    expect("XADD t 0-* f v", "$3 0-1");
    expect(
        "XADD t 18446744073709551615-18446744073709551615 f v",
        "$41 18446744073709551615-18446744073709551615");
    expect(
        "XADD t * f v",
        "-ERR The stream has exhausted the last possible ID, unable to add more items");
    expect("XADD none NOMKSTREAM * f v", "$-1");
    expect("XADD s * f", "-ERR wrong number of arguments for 'xadd' command");
    expect("XADD s x f v", "-ERR Invalid stream ID specified as stream command argument");
  }

  @Test
  void returnsRangesInBothDirections() {
    client.ask("XADD s 1-1 a 1 b 2");
    client.ask("XADD s 1-2 a 3 b 4");
    client.ask("XADD s 2-0 c 5");
    expect("XRANGE s - + COUNT 1", "*1 *2 $3 1-1 *4 $1 a $1 1 $1 b $1 2");
    expect("XRANGE s (1-1 1", "*1 *2 $3 1-2 *4 $1 a $1 3 $1 b $1 4");
    expect("XREVRANGE s + - COUNT 1", "*1 *2 $3 2-0 *2 $1 c $1 5");
    expect("XREVRANGE s (2-0 (1-1", "*1 *2 $3 1-2 *4 $1 a $1 3 $1 b $1 4");
    expect("XRANGE s - + COUNT 0", "*-1");
    expect("XRANGE none - +", "*0");
    expect(
        "XRANGE s (18446744073709551615-18446744073709551615 +",
        "-ERR invalid start ID for the interval");
    expect(
        "XREAD COUNT 2 STREAMS s none 1-1 0",
        "*1 *2 $1 s *2 *2 $3 1-2 *4 $1 a $1 3 $1 b $1 4" + " *2 $3 2-0 *2 $1 c $1 5");
    expect("XREAD STREAMS s +", "*1 *2 $1 s *1 *2 $3 2-0 *2 $1 c $1 5");
    expect("XREAD STREAMS s $", "*-1");
  }

  @Test
  void groupsAreNoneOfTheBusinessOfThoseWhoWatch() {
    TestNode.Client other = node.connect();
    client.ask("XADD s 1-1 a 1");
    client.ask("WATCH s");
    other.ask("XGROUP CREATE s g 0");
    other.ask("XREADGROUP GROUP g c STREAMS s >");
    other.ask("XCLAIM s g d 0 1-1");
    other.ask("XACK s g 1-1");
    other.ask("XGROUP DESTROY s g");
    client.ask("MULTI");
    client.ask("XLEN s");
    expect("EXEC", "*1 :1");
    client.ask("WATCH s");
    other.ask("XADD s 1-2 a 1");
    client.ask("MULTI");
    client.ask("XLEN s");
    expect("EXEC", "*-1");
  }

  /// Adds, deletes and trims, with nodes of few entries, as a sorted map would.
  @Test
  void holdsWhatASortedMapWouldHold() {
    SplittableRandom random = new SplittableRandom(5);
    client.ask("CONFIG SET stream-node-max-entries 5");
    TreeMap<Integer, String> model = new TreeMap<>();
    int last = 0;
    for (int round = 0; round < 3000; round++) {
      int what = random.nextInt(20);
      if (what < 12) {
        last += 1 + random.nextInt(3);
        String field = random.nextBoolean() ? "f" : "g" + random.nextInt(2);
        expect(
            "XADD s " + last + "-0 " + field + " " + last,
            "$" + (last + "-0").length() + " " + last + "-0");
        model.put(last, field);
      } else if (what < 17 && last > 0) {
        int id = 1 + random.nextInt(last);
        expect("XDEL s " + id + "-0", ":" + (model.remove(id) == null ? 0 : 1));
      } else if (what == 17 && random.nextInt(8) == 0) {
        int length = random.nextInt(40);
        int before = model.size();
        while (model.size() > length) {
          model.pollFirstEntry();
        }
        expect("XTRIM s MAXLEN " + length, ":" + (before - model.size()));
      } else if (what == 18 && random.nextInt(8) == 0 && last > 0) {
        int id = 1 + random.nextInt(last);
        int before = model.size();
        model.headMap(id).clear();
        expect("XTRIM s MINID " + id, ":" + (before - model.size()));
      }
      if (round % 20 == 0) {
        checkAgainst(model, random, last);
      }
    }
  }

  private void checkAgainst(TreeMap<Integer, String> model, SplittableRandom random, int last) {
    expect("XLEN s", ":" + model.size());
    int from = random.nextInt(last + 2);
    int to = from + random.nextInt(30);
    List<String> entries = new ArrayList<>();
    model
        .subMap(from, true, to, true)
        .forEach((id, field) ->
            entries.add(
                "*2 $%d %d-0 *2 $%d %s $%d %d"
                    .formatted(
                        (id + "-0").length(), id, field.length(), field, ("" + id).length(), id)));
    expect(
        "XRANGE s " + from + " " + to,
        ("*" + entries.size() + " " + String.join(" ", entries)).trim());
    List<String> reversed = entries.reversed();
    expect(
        "XREVRANGE s " + to + " " + from,
        ("*" + entries.size() + " " + String.join(" ", reversed)).trim());
  }

  @Test
  void deliversToEachConsumerOnceAndKeepsWhatIsPending() {
    expect("XGROUP CREATE s g $ MKSTREAM", "+OK");
    expect("XGROUP CREATE s g 0", "-BUSYGROUP Consumer Group name already exists");
    client.ask("XADD s 1-0 f a");
    client.ask("XADD s 2-0 f b");
    client.ask("XADD s 3-0 f c");
    expect("XREADGROUP GROUP g alice COUNT 1 STREAMS s >", "*1 *2 $1 s *1 *2 $3 1-0 *2 $1 f $1 a");
    expect("XREADGROUP GROUP g bob COUNT 1 STREAMS s >", "*1 *2 $1 s *1 *2 $3 2-0 *2 $1 f $1 b");
    expect("XREADGROUP GROUP g bob STREAMS s 0", "*1 *2 $1 s *1 *2 $3 2-0 *2 $1 f $1 b");
    expect("XPENDING s g", "*4 :2 $3 1-0 $3 2-0 *2 *2 $5 alice $1 1 *2 $3 bob $1 1");
    node.advance(50);
    expect("XPENDING s g - + 10", "*2 *4 $3 1-0 $5 alice :50 :1 *4 $3 2-0 $3 bob :50 :2");
    expect("XACK s g 1-0 9-9", ":1");
    expect("XCLAIM s g alice 100 2-0", "*0");
    expect("XCLAIM s g alice 10 2-0", "*1 *2 $3 2-0 *2 $1 f $1 b");
    expect("XDEL s 2-0", ":1");
    expect("XREADGROUP GROUP g alice STREAMS s 0", "*1 *2 $1 s *1 *2 $3 2-0 *-1");
    expect("XAUTOCLAIM s g bob 0 0", "*3 $3 0-0 *0 *1 $3 2-0");
    expect("XPENDING s g", "*4 :0 $-1 $-1 *-1");
    expect("XGROUP DELCONSUMER s g alice", ":0");
    expect("XREADGROUP GROUP g bob NOACK STREAMS s >", "*1 *2 $1 s *1 *2 $3 3-0 *2 $1 f $1 c");
    expect("XPENDING s g", "*4 :0 $-1 $-1 *-1");
    expect(
        "XINFO GROUPS s",
        "*1 *12 $4 name $1 g $9 consumers :1 $7 pending :0 $17"
            + " last-delivered-id $3 3-0 $12 entries-read :3 $3 lag :0");
    expect("XGROUP DESTROY s g", ":1");
    expect(
        "XREADGROUP GROUP g bob STREAMS s >",
        "-NOGROUP No such key 's' or consumer group 'g' in XREADGROUP with GROUP option");
  }

  @Test
  void servesWhoWaitsForAnEntry() {
    TestNode.Client waiting = node.connect();
    assertEquals("", waiting.ask("XREAD BLOCK 0 STREAMS s t $ $"));
    client.ask("XADD t 5-0 f v");
    assertEquals(
        "*1 *2 $1 t *1 *2 $3 5-0 *2 $1 f $1 v", waiting.read().replace("\r\n", " ").trim());
    client.ask("XGROUP CREATE t g $");
    assertEquals("", waiting.ask("XREADGROUP GROUP g c BLOCK 0 STREAMS t >"));
    client.ask("XADD t 6-0 f w");
    assertEquals(
        "*1 *2 $1 t *1 *2 $3 6-0 *2 $1 f $1 w", waiting.read().replace("\r\n", " ").trim());
    assertEquals("", waiting.ask("XREADGROUP GROUP g c BLOCK 0 STREAMS t >"));
    client.ask("XGROUP DESTROY t g");
    assertTrue(waiting.read().startsWith("-NOGROUP"));
    assertEquals("", waiting.ask("XREAD BLOCK 10 STREAMS t $"));
    node.advance(11);
    assertEquals("*-1", waiting.read().trim());
  }

  @Test
  void givesBackWhatManyPendingEntriesTook() {
    client.ask("XGROUP CREATE s g $ MKSTREAM");
    for (int i = 1; i <= 20_000; i++) {
      client.sendRaw(
          "*5\r\n$4\r\nXADD\r\n$1\r\ns\r\n$"
              + (i + "-0").length()
              + "\r\n"
              + i
              + "-0\r\n$1\r\nf\r\n$1\r\nv\r\n");
    }
    client.read();
    expect("XLEN s", ":20000");
    client.ask("XREADGROUP GROUP g c STREAMS s >");
    expect("XPENDING s g", "*4 :20000 $3 1-0 $7 20000-0 *1 *2 $1 c $5 20000");
    client.ask("COPY s t");
    expect("XPENDING t g", "*4 :20000 $3 1-0 $7 20000-0 *1 *2 $1 c $5 20000");
    long used = node.keyspace().usedBytes();
    expect("DEL s t", ":2");
    assertTrue(node.keyspace().usedBytes() < used - 2_000_000);
  }
}
