package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.aof.Manifest;
import io.skein.engine.config.AppendFsync;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.ProtectedAction;
import io.skein.engine.config.SecuritySettings;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AppendOnlyFileTest {
  private static final String DIR = "appendonlydir/";
  private static final String MANIFEST = DIR + "appendonly.aof.manifest";
  private static final String FIRST = DIR + "appendonly.aof.1.incr.aof";

  private final MemoryDisk disk = new MemoryDisk();
  private final TestNode node = new TestNode(null, disk);
  private final TestNode.Client client = node.connect();

  private void start(AppendFsync policy) {
    node.settings().put(PersistenceSettings.SAVE, List.of());
    node.settings().put(PersistenceSettings.APPENDONLY, true);
    node.settings().put(PersistenceSettings.APPENDFSYNC, policy);
    node.node().start();
    disk.complete();
  }

  private static String text(MemoryDisk disk, String file) {
    return new String(Objects.requireNonNull(disk.files().get(file)), StandardCharsets.ISO_8859_1);
  }

  private static String info(TestNode node, String field) {
    for (String line : node.connect().send("INFO", "persistence").split("\r\n")) {
      if (line.startsWith(field + ":")) {
        return line.substring(field.length() + 1);
      }
    }
    return "absent";
  }

  private static String digest(TestNode node) {
    node.settings().put(SecuritySettings.ENABLE_DEBUG_COMMAND, ProtectedAction.YES);
    String digest = node.connect().ask("DEBUG DIGEST");
    assertTrue(digest.startsWith("+"), digest);
    return digest;
  }

  /// What a server finds that starts with these files.
  private static TestNode loaded(MemoryDisk files) {
    TestNode next = new TestNode(null, files.afterCrash(false), 7);
    next.settings().put(PersistenceSettings.SAVE, List.of());
    next.settings().put(PersistenceSettings.APPENDONLY, true);
    next.node().start();
    while (next.node().isLoading()) {
      next.node().work(1_000_000);
      assertNull(next.exitCode(), () -> next.logged().toString());
    }
    next.disk().complete();
    return next;
  }

  @Test
  void tellsWhatWaitsForTheDisk() {
    start(AppendFsync.EVERYSEC);
    assertTrue(client.send("INFO", "memory").contains("mem_aof_buffer:0\r\n"));
    node.slowness(10_000);
    disk.failWith("no space left");
    client.send("SET", "a", "x".repeat(10_000));
    disk.complete();
    String memory = client.send("INFO", "memory");
    assertTrue(memory.matches("(?s).*mem_aof_buffer:1\\d{4}\r\n.*"), memory);
    String statistics = client.ask("MEMORY STATS");
    assertTrue(statistics.matches(".* aof\\.buffer :1\\d{4} .*"), statistics);
    String times = client.send("INFO", "debug");
    assertFalse(times.contains("eventloop_duration_aof_sum:0\r\n"), times);
    disk.failWith(null);
    node.advance(1000);
    disk.complete();
    assertTrue(client.send("INFO", "memory").contains("mem_aof_buffer:0\r\n"));
  }

  @Test
  void beginsItsFilesAndAppendsTheLogAsItIs() {
    start(AppendFsync.EVERYSEC);
    assertEquals(
        """
        file appendonly.aof.1.base.rdb seq 1 type b
        file appendonly.aof.1.incr.aof seq 1 type i
        """,
        text(disk, MANIFEST));
    assertEquals("", text(disk, FIRST));
    client.ask("SET a 1");
    client.ask("SELECT 3");
    client.ask("INCR b");
    disk.complete();
    String expected =
        "*2\r\n$6\r\nSELECT\r\n$1\r\n0\r\n*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n"
            + "*2\r\n$6\r\nSELECT\r\n$1\r\n3\r\n*2\r\n$4\r\nINCR\r\n$1\r\nb\r\n";
    assertEquals(expected, text(disk, FIRST));
    assertEquals("1", info(node, "aof_enabled"));
    assertEquals(digest(node), digest(loaded(disk)));
  }

  @Test
  void saysWhenTheHistoryGetsAnotherName() {
    start(AppendFsync.NO);
    client.ask("SET a 1");
    digest(node);
    assertEquals("+OK", client.ask("DEBUG CHANGE-REPL-ID"));
    long at = node.commandLog().offset();
    client.ask("SET b 1");
    disk.complete();
    String line = "#HISTORY:" + node.commandLog().replid() + ":" + at + ":0\r\n";
    assertTrue(text(disk, FIRST).contains("$1\r\n1\r\n" + line + "*3\r\n"), text(disk, FIRST));
  }

  @Test
  void flushesAboutOncePerSecond() {
    start(AppendFsync.EVERYSEC);
    node.advance(1000);
    client.ask("SET a 1");
    disk.complete();
    client.ask("SET b 1");
    disk.complete();
    assertEquals("1", text(disk.afterCrash(true), FIRST).contains("a") ? "1" : "0");
    assertFalse(text(disk.afterCrash(true), FIRST).contains("$1\r\nb"), "flushed too early");
    assertTrue(text(disk.afterCrash(false), FIRST).contains("$1\r\nb"), "written at once");
    node.advance(1000);
    disk.complete();
    assertTrue(text(disk.afterCrash(true), FIRST).contains("$1\r\nb"), "flushed by now");
  }

  @Test
  void repliesWaitForTheDiskWithAlways() {
    start(AppendFsync.ALWAYS);
    assertEquals("", client.ask("SET a 1"));
    disk.complete();
    assertTrue(text(disk.afterCrash(true), FIRST).contains("$1\r\na"));
    assertEquals("+OK\r\n", client.read());
  }

  @Test
  void notesTheTimeWhereItIsAskedTo() {
    start(AppendFsync.NO);
    client.ask("CONFIG SET aof-timestamp-enabled yes");
    client.ask("SET a 1");
    client.ask("SET b 1");
    node.advance(1000);
    client.ask("SET c 1");
    disk.complete();
    String file = text(disk, FIRST);
    long seconds = node.unixMs() / 1000;
    assertTrue(file.startsWith("#TS:" + (seconds - 1) + "\r\n*2\r\n$6\r\nSELECT"), file);
    assertTrue(file.contains("#TS:" + seconds + "\r\n*3\r\n$3\r\nSET\r\n$1\r\nc"), file);
    assertEquals(2, file.split("#", -1).length - 1);
  }

  @Test
  void aRewriteUnderWritesLosesNothing() {
    for (boolean rdb : new boolean[] {true, false}) {
      AppendOnlyFileTest fresh = new AppendOnlyFileTest();
      fresh.start(AppendFsync.EVERYSEC);
      fresh.node.settings().put(PersistenceSettings.AOF_USE_RDB_PREAMBLE, rdb);
      fresh.rewriteUnderWrites(rdb);
    }
  }

  private void rewriteUnderWrites(boolean rdb) {
    SplittableRandom random = new SplittableRandom(5);
    for (int i = 0; i < 5000; i++) {
      write(random);
    }
    assertEquals("+Background append only file rewriting started", client.ask("BGREWRITEAOF"));
    assertEquals(
        "-ERR Background append only file rewriting already in progress",
        client.ask("BGREWRITEAOF"));
    int steps = 0;
    while (info(node, "aof_rewrite_in_progress").equals("1")) {
      node.node().work(1000);
      for (int i = 0; i < 20; i++) {
        write(random);
      }
      disk.completeOne();
      if (steps++ % 64 == 0) {
        TestNode next = loaded(disk.afterCrash(false));
        assertEquals(41, digest(next).length());
        goesOnWhereItWas(next);
      }
    }
    assertTrue(steps > 50, "there were writes in the midst of it");
    disk.complete();
    assertEquals(
        """
        file appendonly.aof.2.base.%s seq 2 type b
        file appendonly.aof.2.incr.aof seq 2 type i
        """
            .formatted(rdb ? "rdb" : "aof"),
        text(disk, MANIFEST));
    assertEquals(3, disk.list("appendonlydir").size(), "the old files are gone");
    assertEquals("ok", info(node, "aof_last_bgrewrite_status"));
    assertEquals("1", info(node, "aof_rewrites"));
    TestNode next = loaded(disk);
    assertEquals(digest(node), digest(next));
    goesOnWhereItWas(next);
  }

  /// `next` has loaded all that was written, and knows its place in the history.
  private void goesOnWhereItWas(TestNode next) {
    assertEquals(node.commandLog().replid(), next.commandLog().replid2());
    assertNull(next.commandLog().refusal(node.commandLog().replid(), next.commandLog().offset()));
    assertTrue(next.commandLog().offset() <= node.commandLog().offset());
  }

  private void write(SplittableRandom random) {
    String key = Integer.toString(random.nextInt(2000));
    String value = "v".repeat(random.nextInt(40)) + random.nextInt(100);
    switch (random.nextInt(10)) {
      case 0 -> client.send("RPUSH", "list" + key, value, value + "x");
      case 1 -> client.send("SADD", "set" + key, value, "1" + random.nextInt(90));
      case 2 -> client.send("HSET", "hash" + key, value, value + "x");
      case 3 -> client.send("ZADD", "zset" + key, random.nextInt(100) + ".25", value);
      case 4 -> client.send("XADD", "stream" + random.nextInt(20), "*", "field", value);
      case 5 -> client.send("SELECT", Integer.toString(random.nextInt(3)));
      case 6 -> client.send("INCR", "counter" + random.nextInt(5));
      case 7 -> client.send("DEL", "list" + key, "set" + key, "string" + key);
      case 8 -> client.send("PEXPIREAT", "string" + key, "9700000000000");
      default -> client.send("SET", "string" + key, value);
    }
  }

  @Test
  void writesEveryTypeAsCommands() {
    start(AppendFsync.NO);
    node.settings().put(PersistenceSettings.AOF_USE_RDB_PREAMBLE, false);
    for (int i = 0; i < 200; i++) {
      client.send("RPUSH", "list", "e" + i);
      client.send("SADD", "ints", "" + i);
      client.send("SADD", "set", "m" + i);
      client.send("ZADD", "zset", i + ".1", "m" + i);
      client.send("HSET", "hash", "f" + i, "" + i);
      client.send("XADD", "stream", (i + 1) + "-1", "f" + i % 2, "v");
    }
    client.ask("ZADD edges -inf low inf high 0.1 some");
    client.ask("HPEXPIREAT hash 9700000000000 FIELDS 2 f1 f2");
    client.ask("SET number 17");
    client.ask("SET soon x PXAT 9700000000000");
    client.ask("XDEL stream 200-1 5-1");
    client.ask("XGROUP CREATE stream g 3-1");
    client.ask("XREADGROUP GROUP g one COUNT 3 STREAMS stream >");
    client.ask("XGROUP CREATECONSUMER stream g idle");
    client.ask("XADD emptied 5-5 a b");
    client.ask("XDEL emptied 5-5");
    client.ask("BGREWRITEAOF");
    while (info(node, "aof_rewrite_in_progress").equals("1")) {
      node.node().work(1_000_000);
      disk.complete();
    }
    TestNode next = loaded(disk);
    assertEquals(digest(node), digest(next));
    for (String question :
        List.of(
            "XINFO STREAM stream",
            "XPENDING stream g - + 10 one",
            "XINFO GROUPS stream",
            "XINFO STREAM emptied",
            "HPEXPIRETIME hash FIELDS 3 f0 f1 f2",
            "PEXPIRETIME soon",
            "ZRANGE edges 0 -1 WITHSCORES")) {
      assertEquals(
          client.ask(question).replaceAll("radix-tree-nodes :\\d+", ""),
          next.connect().ask(question).replaceAll("radix-tree-nodes :\\d+", ""),
          question);
    }
  }

  @Test
  void refusesWritesWhileTheDiskIsFullAndRecovers() {
    start(AppendFsync.EVERYSEC);
    client.ask("SET a 1");
    disk.complete();
    disk.failWith("No space left on device");
    assertEquals("+OK", client.ask("SET b 1"));
    disk.complete();
    String refusal = "-MISCONF Errors writing to the AOF file: No space left on device";
    assertEquals(refusal, client.ask("SET c 1"));
    assertEquals(refusal, client.ask("PING"));
    assertEquals("$1 1", client.ask("GET b"));
    assertEquals("err", info(node, "aof_last_write_status"));
    node.advance(1000);
    disk.complete();
    assertEquals(refusal, client.ask("SET c 1"));
    disk.failWith(null);
    node.advance(1000);
    disk.complete();
    node.advance(100);
    assertEquals("+OK", client.ask("SET c 1"));
    disk.complete();
    assertEquals("ok", info(node, "aof_last_write_status"));
    assertTrue(
        node.logged().contains("AOF write error looks solved, Redis can write again."),
        () -> node.logged().toString());
    assertEquals(digest(node), digest(loaded(disk)));
  }

  @Test
  void refusesWritesWhileNothingCanBeFlushed() {
    start(AppendFsync.EVERYSEC);
    disk.failFlushWith("Input/output error");
    node.advance(1000);
    client.ask("SET a 1");
    disk.complete();
    assertEquals(
        "-MISCONF Errors writing to the AOF file: Input/output error", client.ask("SET c 1"));
    disk.failFlushWith(null);
    node.advance(1000);
    disk.complete();
    assertEquals("+OK", client.ask("SET c 1"));
  }

  @Test
  void endsWhenItCannotWriteWithAlways() {
    start(AppendFsync.ALWAYS);
    disk.failWith("No space left on device");
    client.ask("SET b 1");
    disk.complete();
    assertEquals(1, node.exitCode());
    assertEquals("", client.read(), "what is not on disk is not confirmed");
  }

  @Test
  void beginsWithARewriteWhenSwitchedOn() {
    node.settings().put(PersistenceSettings.SAVE, List.of());
    node.node().start();
    for (int i = 0; i < 1000; i++) {
      client.ask("SET k" + i + " before");
    }
    assertEquals("+OK", client.ask("CONFIG SET appendonly yes"));
    assertEquals("1", info(node, "aof_rewrite_in_progress"));
    assertEquals(-1, node.node().durability().flushedOffset());
    client.ask("SET k1 after");
    assertFalse(disk.files().containsKey(MANIFEST));
    while (info(node, "aof_rewrite_in_progress").equals("1")) {
      client.ask("INCR n");
      node.node().work(1_000_000);
      disk.complete();
    }
    assertEquals(
        """
        file appendonly.aof.1.base.rdb seq 1 type b
        file appendonly.aof.1.incr.aof seq 1 type i
        """,
        text(disk, MANIFEST));
    client.ask("SET k2 after");
    disk.complete();
    assertEquals(digest(node), digest(loaded(disk)));
    assertEquals("+OK", client.ask("CONFIG SET appendonly no"));
    assertEquals("0", info(node, "aof_enabled"));
    client.ask("SET k2 later");
    disk.complete();
    assertEquals("$5 after", loaded(disk).connect().ask("GET k2"));
  }

  @Test
  void waitaofWaitsForTheFirstRewrite() {
    node.settings().put(PersistenceSettings.SAVE, List.of());
    node.node().start();
    client.ask("SET a 1");
    assertEquals("+OK", client.ask("CONFIG SET appendonly yes"));
    client.ask("SET b 1");
    assertEquals("", client.ask("WAITAOF 1 0 0"));
    while (info(node, "aof_rewrite_in_progress").equals("1")) {
      assertEquals("", client.read());
      node.node().work(1_000_000);
      disk.completeOne();
    }
    node.advance(1000);
    disk.complete();
    node.advance(1000);
    assertEquals("*2 :1 :0", client.read().replace("\r\n", " ").trim());
  }

  @Test
  void nothingWaitsForAFlushThatIsNotAskedFor() {
    start(AppendFsync.ALWAYS);
    client.ask("CONFIG SET no-appendfsync-on-rewrite yes");
    client.ask("SET a 1");
    disk.complete();
    client.read();
    client.ask("BGREWRITEAOF");
    disk.complete();
    node.advance(100);
    assertEquals("+OK", client.ask("SET b 1"));
  }

  @Test
  void rewritesByItselfWhenItHasGrown() {
    node.settings().put(PersistenceSettings.AUTO_AOF_REWRITE_MIN_SIZE, 10_000L);
    start(AppendFsync.EVERYSEC);
    for (int i = 0; i < 500; i++) {
      client.ask("SET same " + i);
    }
    disk.complete();
    node.advance(100);
    assertEquals("1", info(node, "aof_rewrite_in_progress"));
    while (info(node, "aof_rewrite_in_progress").equals("1")) {
      node.node().work(1_000_000);
      disk.complete();
    }
    assertTrue(Long.parseLong(info(node, "aof_current_size")) < 1000);
    assertEquals(info(node, "aof_base_size"), info(node, "aof_current_size"));
  }

  @Test
  void aFailedRewriteLeavesWhatIsThere() {
    start(AppendFsync.EVERYSEC);
    client.ask("SET a 1");
    disk.complete();
    for (int i = 0; i < 4; i++) {
      client.ask("BGREWRITEAOF");
      disk.complete();
      while (node.node().work(1_000_000)) {
        client.ask("INCR n");
      }
      disk.failWith("No space left on device");
      disk.complete();
      disk.failWith(null);
      node.advance(1000);
      disk.complete();
      node.advance(1000);
      client.ask("INCR n");
      disk.complete();
      assertEquals("0", info(node, "aof_rewrite_in_progress"));
      assertEquals("err", info(node, "aof_last_bgrewrite_status"));
      TestNode next = loaded(disk);
      assertEquals(digest(node), digest(next));
      goesOnWhereItWas(next);
      assertEquals(node.commandLog().offset(), next.commandLog().offset());
    }
    assertEquals("4", info(node, "aof_rewrites_consecutive_failures"));
    assertEquals(
        5,
        Manifest.parse(text(disk, MANIFEST).getBytes(StandardCharsets.ISO_8859_1))
            .incrementals()
            .size());
  }

  @Test
  void waitsForASnapshotInItsWay() {
    start(AppendFsync.EVERYSEC);
    client.ask("SET a 1");
    client.ask("BGSAVE");
    assertEquals("+Background append only file rewriting scheduled", client.ask("BGREWRITEAOF"));
    assertEquals("1", info(node, "aof_rewrite_scheduled"));
    while (node.node().work(1_000_000)) {
      disk.complete();
    }
    disk.complete();
    node.advance(100);
    assertEquals("1", info(node, "aof_rewrite_in_progress"));
    assertEquals("0", info(node, "rdb_bgsave_in_progress"));
    assertTrue(client.ask("BGSAVE").startsWith("-ERR Another child process is active (AOF?)"));
  }

  @Test
  void goesOnWithItsFilesAfterARestart() {
    start(AppendFsync.EVERYSEC);
    client.ask("SELECT 2");
    client.ask("SET a 1");
    disk.complete();
    String id = node.commandLog().replid();
    long offset = node.commandLog().offset();
    TestNode next = loaded(disk);
    assertEquals(offset, next.commandLog().offset());
    assertEquals(id, next.commandLog().replid2());
    next.connect().ask("SET b 1");
    next.disk().complete();
    assertTrue(
        text(next.disk(), FIRST)
            .contains("#HISTORY:" + next.commandLog().replid() + ":" + offset + ":-1\r\n"),
        text(next.disk(), FIRST));
    TestNode third = loaded(next.disk());
    assertEquals(digest(next), digest(third));
    assertEquals(next.commandLog().offset(), third.commandLog().offset());
  }

  @Test
  void aShutdownFlushesWhatWasLogged() {
    start(AppendFsync.NO);
    client.ask("SET a 1");
    client.ask("BGREWRITEAOF");
    client.ask("SET b 1");
    client.ask("SHUTDOWN");
    assertEquals(0, node.exitCode());
    TestNode next = loaded(disk.afterCrash(true));
    assertEquals("$1 1", next.connect().ask("GET a"));
    assertEquals("$1 1", next.connect().ask("GET b"));
  }
}
