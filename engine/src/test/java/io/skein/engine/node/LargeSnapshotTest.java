package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.config.ProtectedAction;
import io.skein.engine.config.SecuritySettings;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Snapshots of values of many elements, which are taken in steps while clients go on.
class LargeSnapshotTest {
  private static final int ELEMENTS = 5000;
  private static final String[] KEYS = {"list", "set", "hash", "zset", "stream", "times"};

  private final MemoryDisk disk = new MemoryDisk();
  private final TestNode node = new TestNode(null, disk);
  private final TestNode.Client client = node.connect();

  private void fill() {
    for (int i = 0; i < ELEMENTS; i++) {
      client.ask("RPUSH list element-" + i);
      client.ask("SADD set member-" + i);
      client.ask("HSET hash field-" + i + " value-" + i);
      client.ask("ZADD zset " + i + " member-" + i);
      client.ask("XADD stream " + (i + 1) + "-1 field " + i);
      client.ask("HSET times field-" + i + " value-" + i);
    }
    client.ask("HEXPIRE times 1000 FIELDS 2 field-7 field-9");
    client.ask("XGROUP CREATE stream group 0");
    client.ask("XREADGROUP GROUP group alice COUNT 3000 STREAMS stream >");
    client.ask("XREADGROUP GROUP group bob COUNT 1000 STREAMS stream >");
    client.ask("SET small value");
  }

  private static String digest(TestNode of) {
    of.settings().put(SecuritySettings.ENABLE_DEBUG_COMMAND, ProtectedAction.LOCAL);
    String digest = of.connect().ask("DEBUG DIGEST");
    assertTrue(digest.startsWith("+"), digest);
    return digest;
  }

  private String restoredDigest() {
    TestNode next = new TestNode(null, disk);
    next.node().start();
    while (next.node().work(1_000_000)) {
      assertTrue(next.node().isLoading());
    }
    assertFalse(next.node().isLoading(), () -> String.join("\n", next.logged()));
    return digest(next);
  }

  private void finish() {
    while (node.node().work(1_000_000)) {
      // Until all is handed out.
    }
    disk.complete();
  }

  @Test
  void restoresEveryTypeThatWasTakenInSteps() {
    fill();
    String digest = digest(node);
    client.ask("BGSAVE");
    finish();
    assertEquals(digest, restoredDigest());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void holdsLargeValuesAsTheyWereWhateverHappensToThem(long seed) {
    fill();
    SplittableRandom random = new SplittableRandom(seed);
    String digest = digest(node);
    client.ask("BGSAVE");
    int changes = 0;
    boolean more = true;
    while (more) {
      node.slowness(5000);
      more = node.node().work(1);
      node.slowness(0);
      List<TestNode.Client> others = new ArrayList<>();
      for (int i = random.nextInt(3); i > 0; i--) {
        TestNode.Client other = node.connect();
        other.sendRaw(change(random) + "\r\n").read();
        others.add(other);
        changes++;
      }
      if (random.nextInt(4) == 0) {
        node.advance(10);
      }
    }
    disk.complete();
    assertTrue(changes > 20, "there were changes in the midst of it");
    assertEquals(digest, restoredDigest());
  }

  private static String change(SplittableRandom random) {
    String key = KEYS[random.nextInt(KEYS.length)];
    String other = KEYS[random.nextInt(KEYS.length)] + random.nextInt(2);
    int i = random.nextInt(ELEMENTS);
    return switch (random.nextInt(16)) {
      case 0 -> "DEL " + key;
      case 1 -> "UNLINK " + key;
      case 2 -> "RENAME " + key + " " + other;
      case 3 -> "COPY " + key + " " + other + " REPLACE";
      case 4 -> "SET " + key + " text";
      case 5 -> "PEXPIRE " + key + " 5";
      case 6 -> "LPUSH list new";
      case 7 -> "LSET list " + i + " changed";
      case 8 -> "SREM set member-" + i;
      case 9 -> "HSET hash field-" + i + " changed";
      case 10 -> "HDEL times field-" + i;
      case 11 -> "ZADD zset " + -i + " member-" + i;
      case 12 -> "XACK stream group " + (i + 1) + "-1";
      case 13 -> "XDEL stream " + (i + 1) + "-1";
      case 14 -> "MOVE " + key + " 3";
      default -> random.nextInt(8) == 0 ? "FLUSHDB" : "SET small " + i;
    };
  }

  @Test
  void whoChangesALargeValueWaitsForTheSnapshotAndOthersDoNot() {
    fill();
    client.ask("BGSAVE");
    TestNode.Client writer = node.connect();
    assertEquals("", writer.send("HSET", "hash", "field-1", "changed"));
    assertEquals("$7 value-1", client.ask("HGET hash field-1"));
    assertEquals("+OK", client.ask("SET small changed"));
    TestNode.Client transaction = node.connect();
    transaction.ask("MULTI");
    transaction.ask("ZADD zset 1 new");
    assertEquals("", transaction.send("EXEC"));
    finish();
    node.runTurn();
    assertEquals(":0\r\n", writer.read());
    assertEquals("*1\r\n:1\r\n", transaction.read());
    assertEquals("$7 changed", client.ask("HGET hash field-1"));
  }

  @Test
  void nobodyWaitsLongForASnapshotThatDoesNotGetOn() {
    fill();
    String digest = digest(node);
    client.ask("CONFIG SET rdb-key-save-delay 100000000");
    client.ask("BGSAVE");
    TestNode.Client writer = node.connect();
    assertEquals("", writer.send("SADD", "set", "new"));
    node.advance(900);
    assertEquals("", writer.read());
    node.advance(200);
    assertEquals(":1\r\n", writer.read());
    client.ask("CONFIG SET rdb-key-save-delay 0");
    finish();
    assertEquals(digest, restoredDigest());
  }

  @Test
  void aCancelledSnapshotKeepsNothing() {
    fill();
    long before = node.keyspace().usedBytes();
    client.ask("BGSAVE");
    TestNode.Client writer = node.connect();
    assertEquals("", writer.send("RPOP", "list"));
    client.ask("DEL list set hash zset stream times");
    client.ask("FLUSHALL");
    while (node.node().work(1_000_000)) {
      // Until what is left is cleared away.
    }
    node.runTurn();
    assertEquals("$-1\r\n", writer.read());
    assertTrue(node.keyspace().usedBytes() < before / 10, "it was freed");
  }
}
