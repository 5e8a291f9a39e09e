package io.skein.engine.command.hyperloglog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.node.TestNode;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class HyperLogLogCommandsTest {
  private static final String NO_SKETCH = "-WRONGTYPE Key is not a valid HyperLogLog string value.";
  private static final String CORRUPT = "-INVALIDOBJ Corrupted HLL object detected";

  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();

  private void expect(String command, String reply) {
    assertEquals(reply, client.ask(command), command);
  }

  private void add(String key, int from, int to) {
    for (int i = from; i < to; i++) {
      client.send("PFADD", key, "element:" + i);
    }
  }

  /// What a real server holds after the same calls.
  @Test
  void holdsTheBytesOfRedis() {
    expect("PFADD k", ":1");
    assertEquals("$18\r\nHYLL\1\0\0\0\0\0\0\0\0\0\0\u0080\177\377\r\n", client.send("GET", "k"));
    expect("PFADD k", ":0");
    expect("PFADD k a b c d e f g", ":1");
    expect("PFADD k a b", ":0");
    expect("PFCOUNT k", ":7");
    expect(
        "PFDEBUG DECODE k",
        "$93 Z:1646 v:1,1 Z:5645 v:1,1 Z:1085 v:2,1 z:57 v:1,1 Z:4274 v:2,1 Z:2445 v:1,1 Z:622"
            + " v:1,1 Z:603");
  }

  @Test
  void becomesDenseAtTheConfiguredSizeAndCountsTheSame() {
    expect("CONFIG SET hll-sparse-max-bytes 300", "+OK");
    add("k", 0, 30);
    expect("PFDEBUG ENCODING k", "+sparse");
    add("k", 30, 1000);
    expect("PFDEBUG ENCODING k", "+dense");
    expect("STRLEN k", ":12304");
    expect("CONFIG SET hll-sparse-max-bytes 30000", "+OK");
    add("s", 0, 1000);
    expect("PFDEBUG ENCODING s", "+sparse");
    assertEquals(client.ask("PFCOUNT k"), client.ask("PFCOUNT s"));
    assertEquals(client.ask("PFDEBUG GETREG k"), client.ask("PFDEBUG GETREG s"));
    expect("PFDEBUG ENCODING s", "+dense");
    assertEquals(client.send("GET", "k").substring(30), client.send("GET", "s").substring(30));
  }

  @Test
  void mergesIntoWhatHasCountedEverything() {
    add("a", 0, 600);
    add("b", 400, 1000);
    add("all", 0, 1000);
    String count = client.ask("PFCOUNT all");
    assertEquals(count, client.ask("PFCOUNT a b none"));
    expect("PFMERGE m a b none", "+OK");
    assertEquals(count, client.ask("PFCOUNT m"));
    expect("PFMERGE new", "+OK");
    expect("PFCOUNT new", ":0");
    int estimate = Integer.parseInt(count.substring(1));
    assertTrue(Math.abs(estimate - 1000) < 50, count);
  }

  @Test
  void refusesWhatIsNoHyperLogLog() {
    expect("SET n 12", "+OK");
    expect("SET s HYLLtooshort", "+OK");
    for (String key : new String[] {"n", "s"}) {
      expect("PFADD " + key + " a", NO_SKETCH);
      expect("PFCOUNT " + key, NO_SKETCH);
      expect("PFCOUNT none " + key, NO_SKETCH);
      expect("PFMERGE t " + key, NO_SKETCH);
    }
    expect("EXISTS t", ":0");
    expect("PFADD k a b c", ":1");
    expect("APPEND k hello", ":32");
    expect("PFCOUNT k", CORRUPT);
    expect("PFADD k d", CORRUPT);
    expect("PFMERGE t k", CORRUPT);
    expect("PFDEBUG GETREG k", CORRUPT);
    expect("PFDEBUG NOPE k", "-ERR Unknown PFDEBUG subcommand 'NOPE'");
    expect("PFDEBUG DECODE none", "-ERR The specified key does not exist");
  }

  @Test
  void survivesAnyBytesBehindTheHeader() {
    SplittableRandom random = new SplittableRandom(3);
    for (int round = 0; round < 300; round++) {
      client.send("DEL", "k");
      add("k", 0, random.nextInt(20));
      client.send("PFADD", "k", "x");
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        String length = client.ask("STRLEN k").substring(1);
        int offset = random.nextInt(Integer.parseInt(length));
        client.send("SETRANGE", "k", "" + offset, "" + (char) random.nextInt(256));
      }
      for (String command :
          new String[] {"PFADD k y", "PFCOUNT k", "PFMERGE t k", "PFDEBUG TODENSE k"}) {
        String reply = client.ask(command);
        assertTrue(
            reply.startsWith(":")
                || reply.equals("+OK")
                || reply.equals(NO_SKETCH)
                || reply.equals(CORRUPT),
            reply);
      }
    }
  }

  @Test
  void passesItsOwnTest() {
    assertEquals("", SelfTest.run(1, 3000));
  }
}
