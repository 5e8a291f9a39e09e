package io.skein.engine.node;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.ReplicaOf;
import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.log.LogReader;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AofLoadTest {
  private static final String DIR = "appendonlydir/";
  private static final String MANIFEST = DIR + "appendonly.aof.manifest";
  private static final String BASE = DIR + "appendonly.aof.1.base.rdb";
  private static final String INCR = DIR + "appendonly.aof.1.incr.aof";
  private static final String ID = "0123456789abcdef0123456789abcdef01234567";
  private static final String OTHER = "fedcba9876543210fedcba9876543210fedcba98";

  private final MemoryDisk disk = new MemoryDisk();

  private void file(String name, String... latin1) {
    disk.files().put(name, String.join("", latin1).getBytes(ISO_8859_1));
  }

  private void manifest(String... lines) {
    file(MANIFEST, String.join("\n", lines) + "\n");
  }

  private void oneIncremental(String... latin1) {
    manifest("file appendonly.aof.1.incr.aof seq 1 type i");
    file(INCR, latin1);
  }

  private static String command(String line) {
    StringBuilder text = new StringBuilder();
    String[] words = line.split(" ");
    text.append('*').append(words.length).append("\r\n");
    for (String word : words) {
      text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    return text.toString();
  }

  private static String history(String id, long offset, int db) {
    return "#HISTORY:" + id + ":" + offset + ":" + db + "\r\n";
  }

  private TestNode begun() {
    TestNode node = new TestNode(null, disk);
    node.settings().put(PersistenceSettings.APPENDONLY, true);
    return node;
  }

  private static void load(TestNode node) {
    node.node().start();
    while (node.node().work(100_000)) {
      assertNull(node.exitCode());
    }
    assertFalse(node.node().isLoading());
  }

  private TestNode loaded() {
    TestNode node = begun();
    load(node);
    assertNull(node.exitCode(), () -> node.logged().toString());
    return node;
  }

  private TestNode refused() {
    TestNode node = begun();
    node.node().start();
    while (node.exitCode() == null && node.node().isLoading()) {
      node.node().work(100_000);
    }
    assertEquals(1, node.exitCode());
    return node;
  }

  private static boolean said(TestNode node, String text) {
    return node.logged().stream().anyMatch(line -> line.contains(text));
  }

  private void saved(String... lines) {
    MemoryDisk other = new MemoryDisk();
    TestNode writer = new TestNode(null, other);
    TestNode.Client client = writer.connect();
    for (String line : lines) {
      client.ask(line);
    }
    writer.node().persistence().saveNow();
    disk.files().put("saved", other.files().get("dump.rdb"));
  }

  @Test
  void loadsASnapshotAndWhatWasAppendedSince() {
    saved("SET a 1", "RPUSH l x y", "SET gone soon PX 1");
    disk.files().put(BASE, disk.files().get("saved"));
    manifest(
        "file appendonly.aof.1.base.rdb seq 1 type b",
        "file appendonly.aof.1.incr.aof seq 1 type i",
        "file appendonly.aof.2.incr.aof seq 2 type i");
    file(INCR, command("INCR a"), "#TS:1700000000\r\n", command("PERSIST gone"));
    file(
        DIR + "appendonly.aof.2.incr.aof",
        command("SELECT 3"),
        command("MULTI"),
        command("SET b 2"),
        command("INCRBY b 5"),
        command("EXEC"));
    TestNode node = begun();
    node.advance(5000);
    load(node);
    TestNode.Client client = node.connect();
    assertEquals("$1 2", client.ask("GET a"));
    assertEquals("*2 $1 x $1 y", client.ask("LRANGE l 0 -1"));
    assertEquals("$4 soon", client.ask("GET gone"));
    client.ask("SELECT 3");
    assertEquals("$1 7", client.ask("GET b"));
    assertTrue(said(node, "DB loaded from base file appendonly.aof.1.base.rdb"));
    assertTrue(said(node, "DB loaded from incr file appendonly.aof.2.incr.aof"));
    assertTrue(said(node, "DB loaded from append only file"));
  }

  @Test
  void withoutFilesTheDataSetIsEmptyAlthoughThereIsASnapshot() {
    saved("SET a 1");
    disk.files().put("dump.rdb", disk.files().get("saved"));
    assertEquals(":0", loaded().connect().ask("DBSIZE"));
  }

  @Test
  void refusesCommandsWhileItLoads() {
    String[] commands = new String[5000];
    Arrays.fill(commands, command("INCR n"));
    oneIncremental(commands);
    TestNode node = begun();
    node.node().start();
    TestNode.Client client = node.connect();
    node.node().work(1);
    assertTrue(node.node().isLoading());
    assertEquals("-LOADING Redis is loading the dataset in memory", client.ask("GET n"));
    String info = client.ask("INFO persistence");
    assertTrue(info.contains("loading:1 "), info);
    assertTrue(info.contains("loading_total_bytes:" + disk.files().get(INCR).length), info);
    while (node.node().work(1_000_000)) {
      // It goes on.
    }
    assertEquals("$4 5000", client.ask("GET n"));
    assertFalse(client.ask("INFO persistence").contains("loading_total_bytes"));
  }

  @Test
  void aTornEndIsCutOffAtTheLastWholeUnit() {
    String whole = command("SET a 1") + command("MULTI") + command("SET a 2") + command("EXEC");
    String torn = command("MULTI") + command("SET a 3") + "*3\r\n$3\r\nSE";
    for (int length = 1; length <= torn.length(); length++) {
      oneIncremental(whole, torn.substring(0, length));
      TestNode node = loaded();
      assertEquals("$1 2", node.connect().ask("GET a"), "with " + length);
      assertArrayEquals(whole.getBytes(ISO_8859_1), disk.files().get(INCR), "with " + length);
      assertTrue(said(node, "!!! Truncating the AOF appendonly.aof.1.incr.aof at offset "));
      assertTrue(said(node, "loaded anyway because aof-load-truncated is enabled"));
    }
  }

  @Test
  void aTornEndIsRefusedWhenTheSettingsSaySo() {
    String whole = command("SET a 1");
    oneIncremental(whole, command("MULTI"), command("SET a 2"));
    byte[] before = disk.files().get(INCR).clone();
    TestNode node = begun();
    node.settings().put(PersistenceSettings.AOF_LOAD_TRUNCATED, false);
    node.node().start();
    node.node().work(1_000_000);
    assertEquals(1, node.exitCode());
    assertArrayEquals(before, disk.files().get(INCR));
    assertTrue(said(node, "Revert incomplete MULTI/EXEC transaction in AOF file"));
    assertTrue(
        node.logged()
            .getLast()
            .startsWith(
                "Unexpected end of file reading the append only file appendonly.aof.1.incr.aof: it"
                    + " is whole up to offset "
                    + whole.length()));
  }

  @Test
  void onlyTheLastFileMayBeTorn() {
    manifest(
        "file appendonly.aof.1.incr.aof seq 1 type i",
        "file appendonly.aof.2.incr.aof seq 2 type i");
    file(INCR, command("SET a 1"), "*3\r\n");
    file(DIR + "appendonly.aof.2.incr.aof", command("SET b 1"));
    byte[] before = disk.files().get(INCR).clone();
    assertEquals(
        "Fatal error: the truncated file is not the last file", refused().logged().getLast());
    assertArrayEquals(before, disk.files().get(INCR));
    file(DIR + "appendonly.aof.2.incr.aof");
    assertEquals("$1 1", loaded().connect().ask("GET a"));
    assertEquals(command("SET a 1").length(), disk.files().get(INCR).length);
  }

  @Test
  void refusesWhatIsNotSoundAndSaysWhere() {
    String whole = command("SET a 1");
    oneIncremental(whole, "!!!", whole);
    assertTrue(
        refused()
            .logged()
            .getLast()
            .startsWith(
                "Bad file format reading the append only file appendonly.aof.1.incr.aof at offset "
                    + whole.length()
                    + " (Expected prefix '*', got: '!')"));
    oneIncremental(whole, command("WHATEVER a"));
    assertEquals(
        "Unknown command 'WHATEVER' reading the append only file appendonly.aof.1.incr.aof",
        refused().logged().getLast());
    oneIncremental(whole, command("OBJECT whatever a"));
    assertTrue(refused().logged().getLast().startsWith("Unknown command 'OBJECT'"));
    disk.files().remove(INCR);
    assertEquals(
        "Unable to obtain the AOF file appendonly.aof.1.incr.aof length. stat: No such file or"
            + " directory",
        refused().logged().getLast());
    manifest("file a seq 1 type x");
    assertEquals("Unknown AOF file type\n", refused().logged().getLast());
  }

  @Test
  void aCommandThatFailsIsReportedAndPassedOver() {
    oneIncremental(
        command("SET a x"), command("INCR a"), command("GET"), command("REPLCONF GETACK *"));
    TestNode node = loaded();
    assertEquals("$1 x", node.connect().ask("GET a"));
    assertTrue(
        said(
            node,
            "== CRITICAL == This server is sending an error to its AOF-loading-client: '-ERR value"
                + " is not an integer or out of range' after processing the command 'incr'"));
  }

  @Test
  void nothingExpiresBeforeAllIsLoaded() {
    oneIncremental(
        command("SET a 1 PXAT 1000"), command("PEXPIREAT a 9999999999999"), command("INCR a"));
    assertEquals("$1 2", loaded().connect().ask("GET a"));
  }

  @Test
  void takesInTheFileOfAnOlderServer() {
    saved("SET a 1");
    byte[] snapshot = disk.files().get("saved");
    byte[] tail = (command("INCR a") + command("SET b 1")).getBytes(ISO_8859_1);
    byte[] both = Arrays.copyOf(snapshot, snapshot.length + tail.length);
    System.arraycopy(tail, 0, both, snapshot.length, tail.length);
    disk.files().put("appendonly.aof", both);
    TestNode node = loaded();
    assertEquals("$1 2", node.connect().ask("GET a"));
    assertTrue(said(node, "Successfully migrated an old-style AOF file (appendonly.aof)"));
    assertTrue(said(node, "Reading RDB preamble from AOF file..."));
    assertNull(disk.files().get("appendonly.aof"));
    assertArrayEquals(both, disk.files().get(DIR + "appendonly.aof"));
    assertEquals(
        "file appendonly.aof seq 1 type b\nfile appendonly.aof.1.incr.aof seq 1 type i\n",
        new String(disk.files().get(MANIFEST), ISO_8859_1));
    assertEquals("$1 2", loaded().connect().ask("GET a"));
  }

  @Test
  void anUpgradeThatWasInterruptedGoesOn() {
    file("appendonly.aof", command("SET a 1"));
    manifest("file appendonly.aof seq 1 type b");
    assertEquals("$1 1", loaded().connect().ask("GET a"));
    assertNotNull(disk.files().get(DIR + "appendonly.aof"));
  }

  @Test
  void theLogStandsWhereTheFilesSayAndItsBytesAreAtHand() {
    String one = command("SELECT 2") + command("SET a 1");
    String two = command("MULTI") + command("INCR a") + command("INCR b") + command("EXEC");
    manifest(
        "file appendonly.aof.1.incr.aof seq 1 type i",
        "file appendonly.aof.2.incr.aof seq 2 type i");
    file(INCR, history(ID, 1000, -1), one, "#TS:1\r\n", two);
    long there = 1000L + one.length() + two.length();
    file(
        DIR + "appendonly.aof.2.incr.aof",
        command("SELECT 2"),
        history(ID, there, 2),
        command("INCR a"),
        command("SELECT 2"),
        "*1\r\n$4");
    TestNode node = loaded();
    long end = there + command("INCR a").length();
    assertEquals(end, node.commandLog().offset());
    assertEquals(ID, node.commandLog().replid2());
    assertNotEquals(ID, node.commandLog().replid());
    assertEquals(end + 1, node.commandLog().secondOffset());
    assertNull(node.commandLog().refusal(ID, 1001));
    LogReader reader = node.commandLog().openReader(1000);
    assertNotNull(reader);
    byte[] bytes = new byte[(int) reader.remaining()];
    reader.read(bytes, 0, bytes.length);
    assertEquals(one + two + command("INCR a"), new String(bytes, ISO_8859_1));
  }

  @Test
  void aReplicaKeepsItsHistoryAndTheDatabase() {
    oneIncremental(history(ID, 7, 5), command("SET a 1"), command("SELECT 6"), command("SET a 1"));
    TestNode node = begun();
    node.settings().put(ReplicationSettings.REPLICAOF, new ReplicaOf("127.0.0.1", 1));
    load(node);
    assertEquals(ID, node.commandLog().replid());
    assertEquals(
        7 + disk.files().get(INCR).length - history(ID, 7, 5).length(), node.commandLog().offset());
    assertEquals(6, node.commandLog().selectedDb());
  }

  @Test
  void aHistoryThatGoesOnUnderAnotherNameKeepsItsBytes() {
    String one = command("SET a 1");
    oneIncremental(history(ID, 0, -1), one, history(OTHER, one.length(), -1), one);
    TestNode node = loaded();
    assertEquals(2L * one.length(), node.commandLog().offset());
    assertEquals(OTHER, node.commandLog().replid2());
    assertNull(node.commandLog().refusal(OTHER, 1));
  }

  @Test
  void theLogGoesOnInTheFileThatIsNamedAtTheEnd() {
    manifest(
        "file appendonly.aof.1.incr.aof seq 1 type i",
        "file appendonly.aof.2.incr.aof seq 2 type i");
    String one = command("SET a 1");
    String two = command("SELECT 0") + command("SET b 1");
    String second = DIR + "appendonly.aof.2.incr.aof";
    file(second, two);
    file(INCR, history(ID, 0, -1), one, "#NEXT:2\r\n");
    TestNode node = loaded();
    assertEquals(one.length() + two.length(), node.commandLog().offset());
    assertEquals(ID, node.commandLog().replid2());
    assertNull(node.commandLog().refusal(ID, 1));
    for (String end : new String[] {"#NEXT:3\r\n", "#NEXT:2\r\n" + one, "#NEXT:2\r\n#TS:1\r\n"}) {
      file(INCR, history(ID, 0, -1), one, end);
      assertNotEquals(ID, loaded().commandLog().replid2(), end);
      file(second, two);
    }
  }

  @Test
  void whatRedisAppendedIsNoHistoryOfOurs() {
    manifest(
        "file appendonly.aof.1.incr.aof seq 1 type i",
        "file appendonly.aof.2.incr.aof seq 2 type i");
    file(INCR, history(ID, 0, -1), command("SET a 1"));
    file(DIR + "appendonly.aof.2.incr.aof", command("SELECT 0"), command("SET b 1"));
    TestNode node = loaded();
    assertEquals(":2", node.connect().ask("DBSIZE"));
    assertNotNull(node.commandLog().refusal(ID, 1));
    assertNotEquals(ID, node.commandLog().replid2());
  }

  @Test
  void writesThatAreMissingBetweenTwoFilesAreReported() {
    manifest(
        "file appendonly.aof.1.incr.aof seq 1 type i",
        "file appendonly.aof.2.incr.aof seq 2 type i");
    String one = command("SET a 1");
    file(INCR, history(ID, 0, -1), one);
    file(DIR + "appendonly.aof.2.incr.aof", history(ID, one.length() + 40, -1), one);
    assertTrue(said(loaded(), "The append only files lack 40 bytes of the log before offset"));
  }

  @Test
  void loadsAgainOnDemandWithoutTouchingTheLog() {
    oneIncremental(history(ID, 0, -1), command("SET a 1"));
    TestNode node = loaded();
    node.settings()
        .put(
            io.skein.engine.config.SecuritySettings.ENABLE_DEBUG_COMMAND,
            io.skein.engine.config.ProtectedAction.YES);
    TestNode.Client client = node.connect();
    client.ask("SET b 1");
    long offset = node.commandLog().offset();
    assertEquals("+OK", client.ask("DEBUG LOADAOF"));
    assertEquals(offset, node.commandLog().offset());
    assertEquals("$1 1", client.ask("GET a"));
    assertEquals("$1 1", client.ask("GET b"));
    disk.files().clear();
    assertEquals(
        "-ERR Error trying to load the AOF files, check server logs.", client.ask("DEBUG LOADAOF"));
  }

  @Test
  void anyBytesAreLoadedOrRefused() {
    long seed = 99;
    Random random = new Random(seed);
    String sound =
        history(ID, 0, -1)
            + command("SET a 1")
            + command("MULTI")
            + command("RPUSH l a b c")
            + command("EXEC")
            + command("SELECT 1")
            + history(ID, 100, 1)
            + command("HSET h f v");
    for (int round = 0; round < 2000; round++) {
      byte[] bad = sound.getBytes(ISO_8859_1);
      for (int n = random.nextInt(3); n >= 0; n--) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(128);
      }
      manifest("file appendonly.aof.1.incr.aof seq 1 type i");
      disk.files().put(INCR, Arrays.copyOf(bad, random.nextInt(bad.length + 1)));
      TestNode node = begun();
      node.node().start();
      while (node.exitCode() == null && node.node().isLoading()) {
        node.node().work(1_000_000);
      }
      assertFalse(node.node().isLoading(), "seed " + seed + " round " + round);
      node.node().close();
      disk.complete();
    }
  }
}
