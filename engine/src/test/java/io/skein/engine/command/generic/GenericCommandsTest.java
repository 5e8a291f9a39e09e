package io.skein.engine.command.generic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.config.ConfigError;
import io.skein.engine.node.TestNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class GenericCommandsTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();

  private void expect(String command, String reply) {
    assertEquals(reply, client.ask(command), command);
  }

  @Test
  void deletesAndCounts() {
    expect("MSET a 1 b x c 3", "+OK");
    expect("EXISTS a a nope b", ":3");
    expect("TOUCH a nope", ":1");
    expect("DEL a nope a", ":1");
    expect("UNLINK b c", ":2");
    expect("EXISTS a b c", ":0");
  }

  @Test
  void namesTypesAndEncodings() {
    expect("TYPE nope", "+none");
    expect("SET k 12", "+OK");
    expect("TYPE k", "+string");
    expect("OBJECT ENCODING k", "$3 int");
    client.send("SET", "k", "x".repeat(44));
    expect("OBJECT ENCODING k", "$6 embstr");
    client.send("SET", "k", "x".repeat(45));
    expect("OBJECT ENCODING k", "$3 raw");
    expect("OBJECT ENCODING nope", "$-1");
    expect("OBJECT REFCOUNT k", ":1");
    expect("OBJECT FOO k", "-ERR unknown subcommand 'FOO'. Try OBJECT HELP.");
    expect("OBJECT ENCODING", "-ERR wrong number of arguments for 'object|encoding' command");
    assertTrue(client.ask("OBJECT HELP").startsWith("*12 +OBJECT <subcommand>"));
  }

  @Test
  void knowsHowLongAKeyWasIdle() {
    expect("SET k v", "+OK");
    node.advance(5000);
    expect("OBJECT IDLETIME k", ":5");
    expect("EXISTS k", ":1");
    expect("OBJECT IDLETIME k", ":5");
    expect("GET k", "$1 v");
    expect("OBJECT IDLETIME k", ":0");
    assertTrue(client.ask("OBJECT FREQ k").startsWith("-ERR An LFU maxmemory policy is not"));
  }

  @Test
  void expiresUnderConditions() {
    expect("EXPIRE nope 10", ":0");
    expect("SET k v", "+OK");
    expect("EXPIRE k 10 XX", ":0");
    expect("EXPIRE k 10 GT", ":0");
    expect("EXPIRE k 10 NX", ":1");
    expect("EXPIRE k 20 NX", ":0");
    expect("EXPIRE k 5 GT", ":0");
    expect("EXPIRE k 20 GT", ":1");
    expect("EXPIRE k 30 LT", ":0");
    expect("PEXPIRE k 15000 XX LT", ":1");
    expect("TTL k", ":15");
    expect("PERSIST k", ":1");
    expect("PERSIST k", ":0");
    expect("EXPIRE k 9 LT", ":1");
    expect(
        "EXPIRE k 1 NX XX", "-ERR NX and XX, GT or LT options at the same time are not compatible");
    expect("EXPIRE k 1 GT LT", "-ERR GT and LT options at the same time are not compatible");
    expect("EXPIRE k 1 FOO", "-ERR Unsupported option FOO");
    expect("EXPIRE k x FOO", "-ERR Unsupported option FOO");
    expect("EXPIRE k x", "-ERR value is not an integer or out of range");
    expect("EXPIRE k 9223372036854775807", "-ERR invalid expire time in 'expire' command");
    expect("PEXPIRE k 9223372036854775807", "-ERR invalid expire time in 'pexpire' command");
  }

  @Test
  void tellsWhenAKeyExpires() {
    expect("TTL nope", ":-2");
    expect("SET k v", "+OK");
    expect("PEXPIRETIME k", ":-1");
    expect("PEXPIREAT k 1700000100500", ":1");
    expect("PEXPIRETIME k", ":1700000100500");
    expect("EXPIRETIME k", ":1700000101");
    expect("PTTL k", ":100500");
    expect("TTL k", ":101");
    expect("EXPIREAT k 1700000060", ":1");
    expect("TTL k", ":60");
    expect("EXPIRE k -1", ":1");
    expect("EXISTS k", ":0");
  }

  @Test
  void renamesWithTheExpiry() {
    expect("RENAME nope a", "-ERR no such key");
    expect("SET a 1 EX 100", "+OK");
    expect("SET b other", "+OK");
    expect("RENAMENX a b", ":0");
    expect("RENAME a b", "+OK");
    expect("GET b", "$1 1");
    expect("TTL b", ":100");
    expect("EXISTS a", ":0");
    expect("RENAME b b", "+OK");
    expect("RENAMENX b b", ":0");
    expect("RENAMENX b c", ":1");
    expect("MGET b c", "*2 $-1 $1 1");
    expect("SET d x", "+OK");
    expect("SET c y", "+OK");
    expect("RENAME c d", "+OK");
    expect("TTL d", ":-1");
  }

  @Test
  void copiesAndMovesAcrossDatabases() {
    TestNode.Client other = node.connect();
    other.session().db(3);
    expect("SET a 1 EX 100", "+OK");
    expect("COPY a a", "-ERR source and destination objects are the same");
    expect("COPY nope b", ":0");
    expect("COPY a b", ":1");
    expect("COPY a b", ":0");
    expect("TTL b", ":100");
    expect("COPY a a DB 3", ":1");
    assertEquals(":100", other.ask("TTL a"));
    expect("COPY a a DB 16", "-ERR DB index is out of range");
    expect("COPY a a DB x FOO", "-ERR value is not an integer or out of range");
    expect("SET a 2", "+OK");
    expect("COPY a a DB 3 REPLACE", ":1");
    assertEquals("$1 2", other.ask("GET a"));
    assertEquals(":-1", other.ask("TTL a"));
    expect("MOVE a 3", ":0");
    expect("MOVE b 3", ":1");
    expect("MOVE b 3", ":0");
    assertEquals(":100", other.ask("TTL b"));
    expect("MOVE b 0", "-ERR source and destination objects are the same");
    expect("MOVE b 99", "-ERR DB index is out of range");
    expect(
        "MOVE b 9999999999",
        "-ERR value is out of range, value must between -2147483648 and 2147483647");
  }

  @Test
  void countsUsesUnderAnLfuPolicy() throws ConfigError {
    node.settings().set(List.of("maxmemory-policy", "allkeys-lfu"), true, false);
    expect("SET k v", "+OK");
    expect("OBJECT FREQ k", ":5");
    assertTrue(
        client.ask("OBJECT IDLETIME k").startsWith("-ERR An LFU maxmemory policy is select"));
    String reply = client.send("DUMP", "k");
    String payload = reply.substring(reply.indexOf("\r\n") + 2, reply.length() - 2);
    assertEquals("+OK\r\n", client.send("RESTORE", "r", "0", payload, "FREQ", "200"));
    expect("OBJECT FREQ r", ":200");
    node.advance(120_000);
    expect("OBJECT FREQ r", ":198");
    expect("RENAME r s", "+OK");
    expect("OBJECT FREQ s", ":5");
  }

  @Test
  void sharesSmallIntegersAsRedisDoes() {
    expect("SET k 9999", "+OK");
    expect("OBJECT REFCOUNT k", ":2147483647");
    expect("INCR k", ":10000");
    expect("OBJECT REFCOUNT k", ":1");
    expect("SET k text", "+OK");
    expect("OBJECT REFCOUNT k", ":1");
  }

  private Set<String> scanAll(String options) {
    Set<String> seen = new TreeSet<>();
    String cursor = "0";
    int calls = 0;
    do {
      String[] lines = client.send(("SCAN " + cursor + options).split(" ")).split("\r\n");
      cursor = lines[2];
      for (int i = 5; i < lines.length; i += 2) {
        seen.add(lines[i]);
      }
      assertTrue(++calls < 20_000, "the walk ends");
    } while (!cursor.equals("0"));
    return seen;
  }

  @Test
  void walksOverAllKeys() {
    Set<String> all = new TreeSet<>();
    for (int i = 0; i < 3000; i++) {
      client.ask("SET key:" + i + " v");
      all.add("key:" + i);
    }
    assertEquals(all, scanAll(""));
    assertEquals(all, scanAll(" COUNT 1"));
    assertEquals(all, scanAll(" COUNT 100000 TYPE string"));
    assertEquals(Set.of(), scanAll(" TYPE list"));
    assertEquals(Set.of("key:17"), scanAll(" MATCH key:17"));
    assertEquals(100, scanAll(" MATCH key:2?7? TYPE STRING COUNT 50").size());
    assertEquals("*1 $7 key:123", client.ask("KEYS key:123"));
    assertTrue(client.send("KEYS", "*").startsWith("*3000\r\n"));
  }

  @Test
  void checksTheArgumentsOfScan() {
    expect("SCAN x", "-ERR invalid cursor");
    expect("SCAN 0 COUNT 0", "-ERR syntax error");
    expect("SCAN 0 COUNT x", "-ERR value is not an integer or out of range");
    expect("SCAN 0 FOO 1", "-ERR syntax error");
    expect("SCAN 0 MATCH", "-ERR syntax error");
    expect("SCAN 18446744073709551615", "*2 $1 0 *0");
  }

  @Test
  void showsNoKeyWhoseTimeHasCome() {
    for (int i = 0; i < 100; i++) {
      client.ask("SET gone:" + i + " v PX 10");
    }
    expect("SET stays v", "+OK");
    client.read();
    node.advanceWithoutTick(11);
    assertEquals(Set.of("stays"), scanAll(""));
    for (int i = 0; i < 100; i++) {
      client.ask("SET gone:" + i + " v PX 10");
    }
    node.advanceWithoutTick(11);
    expect("RANDOMKEY", "$5 stays");
    expect("KEYS *", "*1 $5 stays");
    expect("DEL stays", ":1");
    expect("RANDOMKEY", "$-1");
  }

  @Test
  void choosesEveryKeyAtRandom() {
    expect("MSET a 1 b 2 c 3", "+OK");
    Set<String> seen = new TreeSet<>();
    for (int i = 0; i < 200; i++) {
      seen.add(client.ask("RANDOMKEY"));
    }
    assertEquals(Set.of("$1 a", "$1 b", "$1 c"), seen);
  }

  @Test
  void restoresWhatWasDumped() {
    for (String value :
        new String[] {"12", "-70000", "text", "y".repeat(200), "9223372036854775807", ""}) {
      client.send("SET", "k", value);
      String reply = client.send("DUMP", "k");
      String payload = reply.substring(reply.indexOf("\r\n") + 2, reply.length() - 2);
      assertEquals(
          "-BUSYKEY Target key name already exists.\r\n",
          client.send("RESTORE", "k", "0", payload));
      assertEquals("+OK\r\n", client.send("RESTORE", "copy", "0", payload, "REPLACE"));
      assertEquals(client.send("GET", "k"), client.send("GET", "copy"));
      assertEquals("+OK\r\n", client.send("RESTORE", "timed", "5000", payload, "REPLACE"));
      expect("PTTL timed", ":5000");
      assertEquals("+OK\r\n", client.send("RESTORE", "timed", "1", payload, "REPLACE", "ABSTTL"));
      expect("EXISTS timed", ":0");
      assertEquals(
          "+OK\r\n", client.send("RESTORE", "idle", "0", payload, "REPLACE", "IDLETIME", "77"));
      expect("OBJECT IDLETIME idle", ":77");
    }
    expect("DUMP nope", "$-1");
  }

  @Test
  void refusesToRestoreNonsense() {
    String wrong = "-ERR DUMP payload version or checksum are wrong";
    expect("RESTORE k 0 xyz", wrong);
    expect("RESTORE k 0 0123456789abcdef", wrong);
    expect("RESTORE k -1 xyz", "-ERR Invalid TTL value, must be >= 0");
    expect("RESTORE k x xyz", "-ERR value is not an integer or out of range");
    expect("RESTORE k 0 xyz FOO", "-ERR syntax error");
    expect("RESTORE k 0 xyz IDLETIME -1", "-ERR Invalid IDLETIME value, must be >= 0");
    expect("RESTORE k 0 xyz FREQ 256", "-ERR Invalid FREQ value, must be >= 0 and <= 255");
    expect("RESTORE k 0 xyz FREQ 1 IDLETIME 1", "-ERR syntax error");
    expect("EXISTS k", ":0");
  }
}
