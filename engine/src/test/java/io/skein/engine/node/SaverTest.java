package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SaverTest {
  private final MemoryDisk disk = new MemoryDisk();
  private final TestNode node = new TestNode(null, disk);
  private final TestNode.Client client = node.connect();

  private TestNode restarted() {
    TestNode next = new TestNode(null, disk);
    next.node().start();
    while (next.node().work(1_000_000)) {
      assertTrue(next.node().isLoading());
    }
    assertFalse(next.node().isLoading());
    return next;
  }

  @Test
  void restoresWhatWasSaved() {
    client.ask("SET plain value");
    client.ask("SET number 12345");
    client.ask("SET expiring soon PX 5000");
    client.send("SET", "binary", "\0\r\n\u00ff");
    client.send("SET", "long", "x".repeat(100_000));
    node.node().persistence().saveNow();
    TestNode.Client other = restarted().connect();
    assertEquals("$5 value", other.ask("GET plain"));
    assertEquals("$5 12345", other.ask("GET number"));
    assertEquals("$4 soon", other.ask("GET expiring"));
    assertEquals("$4\r\n\0\r\n\u00ff\r\n", other.send("GET", "binary"));
    assertEquals("$100000 " + "x".repeat(100_000), other.ask("GET long"));
    assertEquals("$-1", other.ask("GET none"));
  }

  @Test
  void nothingIsLeftToSaveAfterAFlushWithSavePoints() {
    client.ask("SET a 1");
    client.ask("FLUSHALL");
    assertTrue(client.send("INFO", "persistence").contains("rdb_changes_since_last_save:0\r\n"));
    client.send("CONFIG", "SET", "save", "");
    client.ask("SET a 1");
    client.ask("FLUSHALL");
    assertTrue(client.send("INFO", "persistence").contains("rdb_changes_since_last_save:2\r\n"));
  }

  @Test
  void countsWhatRedisWouldForkFor() {
    client.ask("CONFIG RESETSTAT");
    client.ask("SAVE");
    assertTrue(client.send("INFO", "stats").contains("total_forks:0\r\n"));
    client.ask("BGSAVE");
    assertTrue(client.send("INFO", "stats").contains("total_forks:1\r\n"));
  }

  @Test
  void aBackgroundSaveHoldsTheDataAsTheyWereWhenItBegan() {
    SplittableRandom random = new SplittableRandom(3);
    Map<String, String> model = new LinkedHashMap<>();
    for (int i = 0; i < 20_000; i++) {
      String key = "k" + random.nextInt(30_000);
      String value = "v".repeat(random.nextInt(60)) + i;
      client.send("SET", key, value);
      model.put(key, value);
    }
    node.node().persistence().saveInBackground(false);
    int step = 0;
    boolean more = true;
    while (more) {
      more = node.node().work(1000);
      for (int i = 0; i < 50; i++) {
        String key = "k" + random.nextInt(60_000);
        client.send("SET", key, "later" + step++);
      }
    }
    assertTrue(step > 1000, "there were writes in the midst of it");
    disk.complete();
    TestNode.Client other = restarted().connect();
    for (int i = 0; i < 60_000; i++) {
      String value = model.get("k" + i);
      String expected = value == null ? "$-1\r\n" : "$" + value.length() + "\r\n" + value + "\r\n";
      assertEquals(expected, other.send("GET", "k" + i));
    }
  }

  @Test
  void savesAndLoadsNoFasterThanItIsTold() {
    SplittableRandom random = new SplittableRandom(4);
    for (int i = 0; i < 20; i++) {
      client.send(
          "SET",
          "k" + i,
          "" + random.nextLong() + random.nextLong() + random.nextLong() + random.nextLong());
    }
    client.ask("CONFIG SET rdb-key-save-delay 100000");
    client.ask("BGSAVE");
    for (int tenths = 0; tenths < 19; tenths++) {
      node.node().work(1_000_000);
      assertTrue(client.ask("INFO persistence").contains("rdb_bgsave_in_progress:1"));
      node.advance(100);
    }
    node.advance(300);
    node.node().work(1_000_000);
    disk.complete();
    assertTrue(client.ask("INFO persistence").contains("rdb_bgsave_in_progress:0"));

    TestNode next = new TestNode(null, disk);
    TestNode.Client other = next.connect();
    other.ask("CONFIG SET key-load-delay 100000");
    next.node().start();
    for (int tenths = 0; tenths < 19; tenths++) {
      next.node().work(1_000_000);
      assertTrue(next.node().isLoading());
      next.advance(100);
    }
    other.ask("CONFIG SET key-load-delay 0");
    while (next.node().work(1_000_000)) {
      assertTrue(next.node().isLoading());
    }
    assertEquals(":20", other.ask("DBSIZE"));
  }

  @Test
  void onlyASaveInTheBackgroundThatFailsStopsWrites() {
    client.ask("SET a 1");
    disk.failWith("no room");
    assertEquals("-ERR", client.ask("SAVE"));
    assertEquals("+OK", client.ask("SET a 2"));
    client.ask("BGSAVE");
    while (node.node().work(1_000_000)) {
      assertTrue(client.ask("PING").startsWith("+"));
    }
    disk.complete();
    assertTrue(client.ask("SET a 3").startsWith("-MISCONF "));
  }

  @Test
  void aCancelledSaveIsNoReasonToRefuseTheNext() {
    for (int i = 0; i < 5000; i++) {
      client.ask("SET k" + i + " v");
    }
    client.ask("CONFIG SET rdb-key-save-delay 1000");
    client.ask("BGSAVE");
    client.ask("FLUSHALL");
    assertTrue(client.ask("INFO persistence").contains("rdb_bgsave_in_progress:0"));
    client.ask("CONFIG SET rdb-key-save-delay 0");
    assertEquals("+Background saving started", client.ask("BGSAVE"));
  }

  @Test
  void waitsForASlowDisk() {
    for (int i = 0; i < 10_000; i++) {
      client.ask("SET k" + i + " v");
    }
    disk.unwritten(1L << 30);
    node.node().persistence().saveInBackground(false);
    assertFalse(node.node().work(1_000_000_000), "the walk waits");
    disk.unwritten(0);
    while (node.node().work(1000)) {
      assertTrue(node.node().persistence().isSaving());
    }
    disk.complete();
    assertFalse(node.node().persistence().isSaving());
    assertEquals("$1 v", restarted().connect().ask("GET k9999"));
  }

  @Test
  void aCancelledSaveLeavesNoTrace() {
    for (int i = 0; i < 5000; i++) {
      client.ask("SET k" + i + " v");
    }
    node.node().persistence().saveInBackground(false);
    node.node().work(1000);
    for (int i = 0; i < 5000; i += 3) {
      client.ask("SET k" + i + " changed");
    }
    node.node().persistence().cancelBackgroundSave();
    assertTrue(disk.files().isEmpty());
    node.node().persistence().saveNow();
    TestNode.Client other = restarted().connect();
    for (int i = 0; i < 5000; i++) {
      assertEquals(i % 3 == 0 ? "$7 changed" : "$1 v", other.ask("GET k" + i));
    }
  }

  @Test
  void refusesATornFileWithItsOffset() {
    client.ask("SET a b");
    client.ask("SET c d");
    node.node().persistence().saveNow();
    byte[] file = disk.files().get("dump.rdb");
    disk.files().put("dump.rdb", java.util.Arrays.copyOf(file, file.length - 9));
    TestNode torn = new TestNode(null, disk);
    torn.node().start();
    torn.node().work(1_000_000);
    assertEquals(1, torn.exitCode());
    String where = "byte " + (file.length - 9);
    assertTrue(
        torn.logged().stream().anyMatch(line -> line.contains(where)),
        () -> torn.logged().toString());
  }

  @Test
  void refusesWritesAfterAFailedSaveUntilOneSucceeds() {
    client.ask("SET a b");
    disk.failWith("No space left on device");
    node.node().persistence().saveInBackground(false);
    while (node.node().work(1000)) {
      assertTrue(node.node().persistence().isSaving());
    }
    disk.complete();
    assertTrue(client.ask("SET a c").startsWith("-MISCONF"));
    assertEquals("$1 b", client.ask("GET a"));
    disk.failWith(null);
    node.node().persistence().saveNow();
    assertEquals("+OK", client.ask("SET a c"));
  }
}
