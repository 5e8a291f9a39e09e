package io.skein.engine.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.config.ProtectedAction;
import io.skein.engine.config.SecuritySettings;
import io.skein.engine.log.LogReader;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DebugCommandTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();

  @BeforeEach
  void allowDebugging() {
    node.settings().put(SecuritySettings.ENABLE_DEBUG_COMMAND, ProtectedAction.LOCAL);
  }

  @Test
  void isRefusedUnlessAllowed() {
    node.settings().put(SecuritySettings.ENABLE_DEBUG_COMMAND, ProtectedAction.NO);
    assertTrue(client.ask("DEBUG DIGEST").startsWith("-ERR DEBUG command not allowed. If the"));
  }

  /// The digests are those of redis-server 7.0.15 for the same data.
  @Test
  void digestsAreThoseOfRedis() {
    assertEquals("+0000000000000000000000000000000000000000", client.ask("DEBUG DIGEST"));
    client.ask("SET a 1");
    client.ask("SET b hello");
    client.ask("SELECT 3");
    client.ask("SET c x EX 1000");
    assertEquals("+1e441dd2746832fba0cdb01622bdf83bc434c48c", client.ask("DEBUG DIGEST"));
    assertEquals(
        "*2 +0745672cb1bf060476eedeb8a28f5ffe1ff5a2be +0000000000000000000000000000000000000000",
        client.ask("DEBUG DIGEST-VALUE c none"));
  }

  /// The digest is that of redis-server 7.0.15 for the same stream.
  @Test
  void digestsOfStreamsAreThoseOfRedis() {
    client.ask("XADD s 1-1 a 1 b hello");
    client.ask("XADD s 2-18446744073709551615 a -70000 b hello");
    client.ask("XADD s 18446744073709551615-3 c x");
    client.ask("XDEL s 1-1");
    assertEquals(
        "*1 +0da2a73f2905fd60db706afbc1d840a956c570ae", client.ask("DEBUG DIGEST-VALUE s"));
    assertEquals("+36eac3694fc9ccc50dab1733a701bcdc5c67ce85", client.ask("DEBUG DIGEST"));
  }

  @Test
  void tellsFollowersOfWhatItDoesNotExecute() {
    LogReader reader = Objects.requireNonNull(node.commandLog().openReader(0));
    assertEquals("+OK", client.ask("DEBUG REPLICATE SET a 1"));
    byte[] told = new byte[(int) reader.remaining()];
    reader.read(told, 0, told.length);
    assertTrue(new String(told, US_ASCII).endsWith("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1\r\n1\r\n"));
    assertEquals("$-1", client.ask("GET a"));
  }

  @Test
  void populatesWithoutOverwriting() {
    client.ask("SET key:1 mine");
    assertEquals("+OK", client.ask("DEBUG POPULATE 3"));
    assertEquals(":3", client.ask("DBSIZE"));
    assertEquals("$4 mine", client.ask("GET key:1"));
    assertEquals("$7 value:2", client.ask("GET key:2"));
    assertEquals("+OK", client.ask("DEBUG POPULATE 1 x 10"));
    assertEquals("$10\r\nvalue:0\0\0\0\r\n", client.send("GET", "x:0"));
  }

  @Test
  void repliesWithEveryType() {
    assertEquals("$5 3.141", client.ask("DEBUG PROTOCOL double"));
    assertEquals("*6 :0 :0 :1 :1 :2 :0", client.ask("DEBUG PROTOCOL map"));
    assertEquals("-ERR RESP2 is not supported by this command", client.ask("DEBUG PROTOCOL push"));
    client.ask("HELLO 3");
    assertEquals(",3.141", client.ask("DEBUG PROTOCOL double"));
    assertEquals("%3 :0 #f :1 #t :2 #f", client.ask("DEBUG PROTOCOL map"));
    assertEquals("~3 :0 :1 :2", client.ask("DEBUG PROTOCOL set"));
    assertEquals("_", client.ask("DEBUG PROTOCOL null"));
    assertEquals("(1234567999999999999999999999999999999", client.ask("DEBUG PROTOCOL bignum"));
    assertEquals(
        "=29\r\ntxt:This is a verbatim\nstring\r\n", client.send("DEBUG", "PROTOCOL", "verbatim"));
    assertEquals("-MYERR text\r\n", client.send("DEBUG", "ERROR", "MYERR text"));
  }

  @Test
  void reloadsWhatItSaved() {
    client.ask("SET a 1");
    client.ask("SET b hello EX 100");
    String digest = client.ask("DEBUG DIGEST");
    assertEquals("+OK", client.ask("DEBUG RELOAD"));
    assertEquals(digest, client.ask("DEBUG DIGEST"));
  }

  @Test
  void reloadsIntoWhatIsThere() {
    client.ask("SET a 1");
    client.ask("SET b 2");
    assertEquals("+OK", client.ask("DEBUG RELOAD NOFLUSH MERGE"));
    client.ask("SET a 3");
    client.ask("DEL b");
    client.ask("SET c 4");
    assertEquals("+OK", client.ask("DEBUG RELOAD NOSAVE NOFLUSH MERGE"));
    assertEquals("*3 $1 1 $1 2 $1 4", client.ask("MGET a b c"));
    client.ask("DEL a");
    String failed = "-ERR Error trying to load the RDB dump, check server logs.";
    assertEquals(failed, client.ask("DEBUG RELOAD NOSAVE NOFLUSH"));
    String why = node.logged().getLast();
    assertTrue(why.contains("a key that was there before"), why);
    assertEquals("+OK", client.ask("DEBUG RELOAD NOSAVE"));
    assertEquals("*3 $1 1 $1 2 $-1", client.ask("MGET a b c"));
    assertTrue(client.ask("DEBUG RELOAD SOON").startsWith("-ERR DEBUG RELOAD only supports the"));
  }

  @Test
  void describesObjects() {
    client.ask("SET a 1234");
    assertTrue(client.ask("DEBUG OBJECT a").contains("encoding:int serializedlength:3 lru:"));
    assertEquals("-ERR no such key", client.ask("DEBUG OBJECT b"));
    assertEquals("+OK", client.ask("DEBUG LOG hello"));
    assertTrue(node.logged().contains("DEBUG LOG: hello"));
    assertTrue(client.ask("DEBUG nonsense").startsWith("-ERR unknown subcommand or wrong number"));
    assertThrows(IllegalStateException.class, () -> client.ask("DEBUG PANIC"));
  }

  @Test
  void memoryTellsWhatKeysTake() {
    client.send("SET", "a", "x".repeat(1000));
    String usage = client.ask("MEMORY USAGE a SAMPLES 0");
    int bytes = Integer.parseInt(usage.substring(1));
    assertTrue(bytes > 1000 && bytes < 1400, usage);
    assertEquals("$-1", client.ask("MEMORY USAGE b"));
    client.send("SET", "foo", "bar");
    assertTrue(Integer.parseInt(client.ask("MEMORY USAGE foo").substring(1)) > 20, "as in Jedis");
    assertEquals("-ERR syntax error", client.ask("MEMORY USAGE a SAMPLES -1"));
    assertTrue(client.ask("MEMORY STATS").startsWith("*56 $14 peak.allocated :"));
    assertTrue(client.ask("MEMORY DOCTOR").startsWith("$"));
    assertTrue(client.send("INFO", "memory").contains("mem_allocator:slab\r\n"));
  }
}
