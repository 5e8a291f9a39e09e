package io.skein.engine.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ServerCommandsTest {
  private final TestNode node = new TestNode();
  private final TestNode.Client client = node.connect();

  @Test
  void infoShowsTheSectionsAskedFor() {
    String usual = client.send("INFO");
    assertTrue(usual.contains("# Server\r\nredis_version:7.2.6\r\n"), usual);
    assertTrue(usual.contains("\r\n\r\n# Clients\r\nconnected_clients:1\r\n"), usual);
    assertTrue(usual.contains("\r\n# Keyspace\r\n"), usual);
    assertFalse(usual.contains("# Commandstats"), usual);
    assertTrue(client.send("INFO", "everything").contains("cmdstat_info:calls=1,"));
    String two = client.send("INFO", "cpu", "KEYSPACE");
    assertTrue(two.contains("# CPU\r\nused_cpu_sys:0.000000\r\n"), two);
    assertFalse(two.contains("# Server"), two);
    assertEquals("$0", client.ask("INFO nonsense"));
  }

  @Test
  void infoCountsWhatHappened() {
    client.ask("SET a 1");
    client.ask("GET a");
    client.ask("GET b");
    client.ask("NONSENSE");
    String info = client.send("INFO", "all");
    assertTrue(info.contains("keyspace_hits:1\r\nkeyspace_misses:1\r\n"), info);
    assertTrue(info.contains("errorstat_ERR:count=1\r\n"), info);
    assertTrue(info.contains("db0:keys=1,expires=0,avg_ttl=0\r\n"), info);
    assertTrue(info.contains("total_commands_processed:4\r\n"), info);
    assertTrue(info.contains("latency_percentiles_usec_get:p50="), info);
    assertEquals("+OK", client.ask("CONFIG RESETSTAT"));
    info = client.send("INFO", "all");
    assertTrue(info.contains("keyspace_hits:0\r\nkeyspace_misses:0\r\n"), info);
    assertFalse(info.contains("cmdstat_get"), info);
    assertTrue(info.contains("total_error_replies:0\r\n"), info);
  }

  @Test
  void configGetsAndSets() {
    assertEquals("*2 $9 maxmemory $1 0", client.ask("CONFIG GET maxmemory"));
    assertEquals("+OK", client.ask("CONFIG SET maxmemory 100mb hz 50"));
    assertEquals("*4 $9 maxmemory $9 104857600 $2 hz $2 50", client.ask("CONFIG GET maxmemory hz"));
    assertEquals(
        "-ERR Unknown option or number of arguments for CONFIG SET - 'foo'",
        client.ask("CONFIG SET foo bar"));
    assertTrue(client.ask("CONFIG SET hz 10 maxmemory x").startsWith("-ERR CONFIG SET failed"));
    assertEquals("*2 $2 hz $2 50", client.ask("CONFIG GET hz"));
    assertEquals("-ERR The server is running without a config file", client.ask("CONFIG REWRITE"));
    client.ask("HELLO 3");
    assertEquals("%1 $2 hz $2 50", client.ask("CONFIG GET hz"));
  }

  @Test
  void flushesOneDatabaseOrAll() {
    client.ask("SET a 1");
    client.ask("SELECT 1");
    client.ask("SET b 1");
    client.ask("SET c 1");
    assertEquals(":2", client.ask("DBSIZE"));
    assertEquals("+OK", client.ask("FLUSHDB ASYNC"));
    assertEquals(":0", client.ask("DBSIZE"));
    client.ask("SELECT 0");
    assertEquals(":1", client.ask("DBSIZE"));
    assertEquals("-ERR syntax error", client.ask("FLUSHALL NOW"));
    assertEquals("+OK", client.ask("FLUSHALL SYNC"));
    assertEquals(":0", client.ask("DBSIZE"));
  }

  @Test
  void commandTellsOfCommands() {
    assertEquals(
        "*1 *10 $3 get :2 *2 +readonly +fast :1 :1 :1 *3 +@read +@string +@fast *0 *1 *6 $5 flags"
            + " *2 +RO +access $12 begin_search *4 $4 type $5 index $4 spec *2 $5 index :1 $9"
            + " find_keys *4 $4 type $5 range $4 spec *6 $7 lastkey :0 $7 keystep :1 $5 limit :0"
            + " *0",
        client.ask("COMMAND INFO get"));
    assertEquals("*1 $-1", client.ask("COMMAND INFO nonsense"));
    assertEquals("*1 $1 k", client.ask("COMMAND GETKEYS set k v"));
    assertEquals("*1 *2 $1 k *2 +OW +update", client.ask("COMMAND GETKEYSANDFLAGS set k v ex 10"));
    assertEquals(
        "*1 *2 $1 k *3 +RW +access +update", client.ask("COMMAND GETKEYSANDFLAGS set k v get"));
    assertEquals(
        "*1 *2 $1 k *2 +RO +access",
        client.ask("COMMAND GETKEYSANDFLAGS bitfield k overflow wrap get u8 0"));
    assertEquals(
        "*1 *2 $1 k *3 +RW +access +update",
        client.ask("COMMAND GETKEYSANDFLAGS bitfield k get u8 0 set u8 0 1"));
    assertTrue(client.ask("COMMAND LIST").contains(" $11 client|list "));
    assertEquals("-ERR Invalid command specified", client.ask("COMMAND GETKEYS nonsense"));
    assertEquals("-ERR The command has no key arguments", client.ask("COMMAND GETKEYS ping"));
    assertEquals(
        "-ERR Invalid number of arguments specified for command",
        client.ask("COMMAND GETKEYS get a b"));
    assertTrue(client.ask("COMMAND LIST FILTERBY PATTERN config|s*").endsWith("config|set"));
    assertEquals("*0", client.ask("COMMAND LIST FILTERBY MODULE x"));
    assertTrue(client.ask("COMMAND LIST FILTERBY ACLCAT connection").contains("client|id"));
    assertTrue(client.ask("COMMAND DOCS set").contains("$7 summary"));
    assertTrue(client.ask("COMMAND DOCS").contains("slotsrange"));
    assertEquals("-ERR unknown subcommand 'foo'. Try COMMAND HELP.", client.ask("COMMAND foo"));
    assertTrue(client.ask("COMMAND").startsWith(client.ask("COMMAND COUNT").replace(':', '*')));
  }

  @Test
  void countsNoOffsetBeforeThereIsABacklog() {
    client.ask("SET a b");
    assertEquals("*3 $6 master :0 *0", client.ask("ROLE"));
    assertTrue(client.ask("INFO replication").contains("master_repl_offset:0 "));
    node.commandLog().activateBacklog();
    client.ask("SET a c");
    assertFalse(client.ask("INFO replication").contains("master_repl_offset:0 "));
    assertFalse(client.ask("ROLE").contains(":0"));
  }

  @Test
  void countsNoCallOfASubcommandThatThereIsNot() {
    client.ask("CONFIG nonsense");
    client.ask("CONFIG");
    client.ask("CONFIG GET");
    String stats = client.ask("INFO commandstats");
    assertTrue(stats.contains("cmdstat_config:calls=0"), stats);
    assertTrue(stats.contains("cmdstat_config|get:calls=0"), stats);
    assertTrue(stats.contains("rejected_calls=1,"), stats);
    assertFalse(stats.contains("rejected_calls=2,"), stats);
  }

  @Test
  void countsACallThatWaitsOnce() {
    client.ask("BZPOPMIN nothing 0.01");
    node.advance(1000);
    client.read();
    String stats = client.ask("INFO commandstats");
    assertTrue(stats.contains("cmdstat_bzpopmin:calls=1,"), stats);
  }

  @Test
  void countsErrorsWithoutACodeAsErr() {
    client.ask("DEBUG ERROR nocode");
    client.ask("DEBUG ERROR");
    String stats = client.ask("INFO errorstats");
    assertTrue(stats.contains("errorstat_ERR:count="), stats);
    assertFalse(stats.contains("nocode"), stats);
  }
}
