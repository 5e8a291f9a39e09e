package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.log.LogReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Keys on their way from one node to another, over a network on which nothing moves until it is
/// told to.
class MigrateTest {
  private static final String NOT_CONNECTED = "-IOERR error or timeout connecting to the client";

  private final TestNetwork network = new TestNetwork();
  private final TestNode here = new TestNode(null, new MemoryDisk(), 1).in(network, 1000);
  private final TestNode there = new TestNode(null, new MemoryDisk(), 2).in(network, 2000);
  private final TestNode.Client mover = here.connect();
  private final TestNode.Client client = here.connect();
  private final TestNode.Client other = there.connect();

  @AfterEach
  void close() {
    here.node().close();
    there.node().close();
  }

  /// The reply to what `mover` asks, once everything has happened.
  private String migrate(String line) {
    assertEquals("", mover.ask("MIGRATE h 2000 " + line));
    network.settle();
    return read(mover);
  }

  private String migrateKeys(String... keys) {
    List<String> words = new ArrayList<>(List.of("MIGRATE", "h", "2000", "", "0", "1000", "KEYS"));
    words.addAll(List.of(keys));
    String now = mover.send(words.toArray(String[]::new));
    network.settle();
    return now.isEmpty() ? read(mover) : now.strip();
  }

  private static String read(TestNode.Client from) {
    return from.read().replace("\r\n", " ").trim();
  }

  @Test
  void movesAKey() {
    client.ask("SET k v");
    client.ask("PEXPIRE k 5000");
    assertEquals("+OK", migrate("k 9 1000"));
    assertEquals(":0", client.ask("EXISTS k"));
    other.ask("SELECT 9");
    assertEquals("$1 v", other.ask("GET k"));
    assertEquals(":5000", other.ask("PTTL k"));
  }

  @Test
  void movesManyKeysAndLeavesOutThoseThatAreNotThere() {
    client.ask("MSET a 1 b 2 c 3");
    client.ask("RPUSH list x y z");
    assertEquals("+NOKEY", migrateKeys("x", "y"));
    assertEquals("+OK", migrateKeys("a", "x", "b", "a", "list"));
    assertEquals(":1", client.ask("DBSIZE"));
    assertEquals(":3", other.ask("DBSIZE"));
    assertEquals("*3 $1 x $1 y $1 z", other.ask("LRANGE list 0 -1"));
  }

  @Test
  void leavesTheKeyWithCopyAndOverwritesWithReplace() {
    client.ask("SET k v");
    other.ask("SET k old");
    assertEquals(
        "-ERR Target instance replied with error: BUSYKEY Target key name already exists.",
        migrate("k 0 1000 COPY"));
    assertEquals("$3 old", other.ask("GET k"));
    assertEquals("+OK", migrate("k 0 1000 copy replace"));
    assertEquals("$1 v", other.ask("GET k"));
    assertEquals("$1 v", client.ask("GET k"));
    assertEquals("+OK", migrate("k 0 1000 REPLACE"));
    assertEquals(":0", client.ask("EXISTS k"));
  }

  @Test
  void deletesAndLogsOnlyWhatTheTargetHasConfirmed() {
    client.ask("MSET a 1 b 2 c 3");
    other.ask("SET b busy");
    LogReader log =
        Objects.requireNonNull(here.commandLog().openReader(here.commandLog().offset()));
    assertTrue(
        migrateKeys("a", "b", "c").startsWith("-ERR Target instance replied with error: BUSYKEY"));
    assertEquals("*1 $1 b", client.ask("KEYS *"));
    byte[] bytes = new byte[(int) log.remaining()];
    log.read(bytes, 0, bytes.length);
    String logged = new String(bytes, StandardCharsets.ISO_8859_1);
    assertTrue(logged.endsWith("\r\n*3\r\n$3\r\nDEL\r\n$1\r\na\r\n$1\r\nc\r\n"), logged);
    log.close();
  }

  @Test
  void holdsBackWritesToAKeyOnItsWay() {
    client.ask("SET k v");
    assertEquals("", mover.ask("MIGRATE h 2000 k 0 1000"));
    assertEquals("$1 v", client.ask("GET k"));
    assertEquals("+OK", client.ask("SET free 1"));
    assertEquals("", client.ask("APPEND k w"));
    TestNode.Client transaction = here.connect();
    assertEquals("+OK", transaction.ask("MULTI"));
    assertEquals("+QUEUED", transaction.ask("APPEND k x"));
    assertEquals("", transaction.ask("EXEC"));
    network.settle();
    assertEquals("+OK", read(mover));
    // The key was gone when they were served.
    assertEquals(":1", read(client));
    assertEquals("*1 :2", read(transaction));
    assertEquals("$1 v", other.ask("GET k"));
    assertEquals("$2 wx", client.ask("GET k"));
  }

  @Test
  void theAnswerWaitsUntilTheDeletionIsSafe() {
    here.node().start();
    client.ask("SET k v");
    assertEquals("+OK", client.ask("CONFIG SET reply-wait-replicas 1"));
    assertEquals("", mover.ask("MIGRATE h 2000 k 0 1000"));
    network.settle();
    assertEquals("$1 v", other.ask("GET k"));
    assertEquals("", read(mover));
    assertEquals("+OK", client.ask("CONFIG SET reply-wait-replicas 0"));
    assertEquals("+OK", read(mover));
  }

  @Test
  void holdsBackASecondMoveOfTheSameKey() {
    client.ask("SET k v");
    assertEquals("", mover.ask("MIGRATE h 2000 k 0 1000"));
    assertEquals("", client.ask("MIGRATE h 2000 k 0 1000"));
    network.settle();
    assertEquals("+OK", read(mover));
    assertEquals("+NOKEY", read(client));
  }

  @Test
  void keepsAKeyThatWasReplacedBySomethingElseThanACommandOnIt() {
    client.ask("SET k v");
    client.ask("SELECT 1");
    client.ask("SET k another");
    assertEquals("", mover.ask("MIGRATE h 2000 k 0 1000"));
    assertEquals("+OK", client.ask("SWAPDB 0 1"));
    network.settle();
    assertTrue(read(mover).startsWith("-ERR A key was replaced while it was being moved"));
    client.ask("SELECT 0");
    assertEquals("$7 another", client.ask("GET k"));
    client.ask("SELECT 1");
    assertEquals("$1 v", client.ask("GET k"));
  }

  @Test
  void whatIsFlushedMeanwhileIsNotSent() {
    client.ask("SET k v");
    assertEquals("", mover.ask("MIGRATE h 2000 k 0 1000"));
    assertEquals("+OK", client.ask("FLUSHALL"));
    network.settle();
    assertEquals("+OK", read(mover));
    assertEquals("$-1", other.ask("GET k"));
  }

  @Test
  void deletesNothingWhileWritesArePaused() {
    client.ask("SET k v");
    assertEquals("", mover.ask("MIGRATE h 2000 k 0 1000"));
    assertEquals("+OK", client.ask("CLIENT PAUSE 60000 WRITE"));
    network.settle();
    assertEquals("", mover.read());
    assertEquals("$1 v", client.ask("GET k"));
    assertEquals("+OK", client.ask("CLIENT UNPAUSE"));
    here.advance(100);
    assertEquals("+OK", read(mover));
    assertEquals("$-1", client.ask("GET k"));
  }

  @Test
  void goesOnWhenTheClientIsGone() {
    client.ask("SET k v");
    assertEquals("", mover.ask("MIGRATE h 2000 k 0 1000"));
    assertEquals(":0", client.ask("CLIENT UNBLOCK " + mover.session().id()));
    mover.disconnect();
    network.settle();
    assertEquals(":0", client.ask("EXISTS k"));
    assertEquals("$1 v", other.ask("GET k"));
  }

  @Test
  void endsWhenThereIsNoProgress() {
    client.ask("SET k v");
    assertEquals("", mover.ask("MIGRATE h 2000 k 0 500"));
    here.advance(500);
    assertEquals("", mover.read());
    here.advance(100);
    assertEquals(NOT_CONNECTED, read(mover));
    assertEquals("+OK", client.ask("SET k w"));
    network.settle();
    assertEquals("$-1", other.ask("GET k"));
    assertTrue(client.ask("INFO errorstats").contains("errorstat_IOERR:count=1"));
  }

  @Test
  void tellsWhyThereIsNoConnection() {
    client.ask("SET k v");
    assertEquals("", mover.ask("MIGRATE h 3000 k 0 500"));
    network.settle();
    assertEquals(NOT_CONNECTED, read(mover));
    assertEquals(NOT_CONNECTED, mover.ask("MIGRATE h 70000 k 0 500"));
    assertEquals(NOT_CONNECTED, mover.ask("MIGRATE h port k 0 500"));
    assertEquals("$1 v", client.ask("GET k"));
  }

  @Test
  void usesAConnectionAgainAndMakesANewOneWhenItIsGone() {
    client.ask("MSET a 1 b 2 c 3");
    assertEquals("+OK", migrate("a 0 1000"));
    assertTrue(client.ask("INFO stats").contains("migrate_cached_sockets:1"));
    assertEquals("+OK", migrate("b 0 1000"));
    assertTrue(other.ask("INFO clients").contains("connected_clients:2"));
    // It breaks just as the next request is written to it.
    assertEquals("", mover.ask("MIGRATE h 2000 c 0 1000"));
    network.cut();
    assertEquals("+OK", read(mover));
    assertEquals(":3", other.ask("DBSIZE"));
    network.pass(11_000);
    assertTrue(client.ask("INFO stats").contains("migrate_cached_sockets:0"));
  }

  @Test
  void authenticatesAndSendsNothingWhenItIsRefused() {
    client.ask("SET k v");
    assertEquals("+OK", other.ask("CONFIG SET requirepass secret"));
    String refused = "-ERR Target instance replied with error: ";
    assertTrue(migrate("k 0 1000 AUTH wrong").startsWith(refused + "WRONGPASS"));
    assertTrue(migrate("k 0 1000").startsWith(refused + "NOAUTH"));
    assertEquals("+OK", migrate("k 0 1000 AUTH secret"));
    client.ask("SET k w");
    assertEquals("+OK", migrate("k 0 1000 REPLACE AUTH2 default secret"));
    assertEquals(":0", client.ask("EXISTS k"));
  }

  @Test
  void refusesInTheWordsOfRedis() {
    assertEquals(
        "-ERR When using MIGRATE KEYS option, the key argument must be set to the empty string",
        client.ask("MIGRATE h 1 k 0 1 KEYS a"));
    client.ask("SET k v");
    assertEquals("-ERR syntax error", client.ask("MIGRATE h 1 k 0 1 AUTH"));
    assertEquals("-ERR syntax error", client.ask("MIGRATE h 1 k 0 1 AUTH2 x"));
    assertEquals("-ERR syntax error", client.ask("MIGRATE h 1 k 0 1 MOVE"));
    assertEquals("-ERR value is not an integer or out of range", client.ask("MIGRATE h 1 k x 1"));
    assertEquals(
        "-ERR wrong number of arguments for 'migrate' command", client.ask("MIGRATE h 1 k 0"));
    client.ask("MULTI");
    assertEquals("-ERR Command not allowed inside a transaction", client.ask("MIGRATE h 1 k 0 1"));
  }

  @Test
  void movesLargeValuesInPieces() {
    client.ask("CONFIG SET rdbcompression no");
    String megabyte = "0123456789abcdef".repeat(65_536);
    String[] keys = new String[12];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = "k" + i;
      client.send("SET", keys[i], megabyte + i);
    }
    assertEquals("+OK", migrateKeys(keys));
    assertEquals(":0", client.ask("DBSIZE"));
    assertEquals(":12", other.ask("DBSIZE"));
    assertEquals("$2 f9", other.ask("GETRANGE k9 -2 -1"));
  }

  @Test
  void hidesPasswordsInTheSlowLog() {
    client.ask("CONFIG SET slowlog-log-slower-than 0");
    client.ask("SET k v");
    migrate("k 0 1000 COPY AUTH secret");
    migrate("k 0 1000 COPY REPLACE AUTH2 secret secret");
    String slow = client.ask("SLOWLOG GET 10");
    assertTrue(slow.contains("$7 MIGRATE $1 h $4 2000"), slow);
    assertTrue(slow.contains("$4 AUTH $10 (redacted)"), slow);
    assertTrue(slow.contains("$5 AUTH2 $10 (redacted) $10 (redacted)"), slow);
  }

  @Test
  void findsItsKeys() {
    assertEquals("*1 $1 k", client.ask("COMMAND GETKEYS MIGRATE h 1 k 0 1 COPY"));
    assertEquals(
        "*2\r\n$1\r\na\r\n$1\r\nb\r\n",
        client.send(
            "COMMAND", "GETKEYS", "MIGRATE", "h", "1", "", "0", "1", "AUTH2", "KEYS", "KEYS",
            "KEYS", "a", "b"));
  }
}
