package io.skein.engine.config;

import static io.skein.engine.config.Config.fresh;
import static io.skein.engine.config.Config.get;
import static io.skein.engine.config.Config.loadError;
import static io.skein.engine.config.Config.loaded;
import static io.skein.engine.config.Config.set;
import static io.skein.engine.config.Config.setError;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SettingKindsTest {
  private final Settings settings = fresh();

  private void refuses(String name, String value, String reason) {
    assertEquals(
        "ERR CONFIG SET failed (possibly related to argument '" + name + "') - " + reason,
        setError(settings, name, value));
  }

  private void shows(String name, String given, String shown) {
    set(settings, name, given);
    assertEquals(shown, get(settings, name));
  }

  @Test
  void readsYesAndNoInAnyCase() {
    shows("rdbcompression", "NO", "no");
    assertFalse(settings.isOn(PersistenceSettings.RDBCOMPRESSION));
    refuses("rdbcompression", "1", "argument must be 'yes' or 'no'");
    refuses("rdbcompression", "", "argument must be 'yes' or 'no'");
  }

  @Test
  void readsCanonicalIntegersWithinBounds() {
    shows("repl-timeout", "17", "17");
    assertEquals(17, settings.number(ReplicationSettings.REPL_TIMEOUT));
    refuses("repl-timeout", "0", "argument must be between 1 and 2147483647 inclusive");
    refuses("port", "65536", "argument must be between 0 and 65535 inclusive");
    for (String bad : List.of("", "-", "+5", "05", "5 ", "5s", "99999999999999999999", "٣")) {
      refuses("repl-timeout", bad, "argument couldn't be parsed into an integer");
    }
    shows("slowlog-log-slower-than", "-1", "-1");
  }

  @Test
  void comparesUnsignedBoundsAsUnsigned() {
    refuses("maxclients", "-1", "argument must be between 1 and 4294967295 inclusive");
    refuses(
        "hash-max-listpack-entries",
        "-1",
        "argument must be between 0 and 9223372036854775807 inclusive");
  }

  @Test
  void readsLargeNumberAsNearestInt() {
    shows("maxclients", "4294967295", "4294967295");
    assertEquals(Integer.MAX_VALUE, settings.integer(NetworkSettings.MAXCLIENTS));
  }

  @Test
  void readsMemoryInEveryUnit() {
    shows("maxmemory", "7", "7");
    shows("maxmemory", "7b", "7");
    shows("maxmemory", "7k", "7000");
    shows("maxmemory", "7Kb", "7168");
    shows("maxmemory", "7m", "7000000");
    shows("maxmemory", "7mB", "7340032");
    shows("maxmemory", "7g", "7000000000");
    shows("maxmemory", "7GB", "7516192768");
    for (String bad : List.of("", "-1", "gb", "1 gb", "1tb", "18446744073709551616", "1.5gb")) {
      refuses("maxmemory", bad, "argument must be a memory value");
    }
  }

  @Test
  void refusesMemoryThatOverflows() {
    shows("maxmemory", "18446744073709551615", "18446744073709551615");
    assertEquals(Long.MAX_VALUE, settings.number(MemorySettings.MAXMEMORY));
    refuses("maxmemory", "17179869184gb", "argument must be a memory value");
  }

  @Test
  void readsPercentOfMemory() {
    shows("maxmemory-clients", "50%", "50%");
    assertEquals(-50, settings.number(NetworkSettings.MAXMEMORY_CLIENTS));
    shows("maxmemory-clients", "1mb", "1048576");
    refuses("maxmemory-clients", "101%", "percentage argument must be less or equal to 100");
    refuses("maxmemory-clients", "-5%", "argument must be a memory or percent value");
    refuses("maxmemory-clients", "%", "argument must be a memory or percent value");
  }

  @Test
  void readsPermissionsInOctal() throws ConfigFileError {
    assertEquals("755", get(loaded("unixsocketperm 0755"), "unixsocketperm"));
    assertEquals(0755, loaded("unixsocketperm 755").number(NetworkSettings.UNIXSOCKETPERM));
    assertEquals("argument must be between 0 and 777 inclusive", loadError("unixsocketperm 1000"));
    assertEquals("argument couldn't be parsed as an octal number", loadError("unixsocketperm 8"));
  }

  @Test
  void readsChoicesAndListsThemWhenUnknown() {
    shows("maxmemory-policy", "AllKeys-LRU", "allkeys-lru");
    assertEquals(MaxmemoryPolicy.ALLKEYS_LRU, settings.get(MemorySettings.MAXMEMORY_POLICY));
    refuses(
        "appendfsync", "never", "argument(s) must be one of the following: everysec, always, no");
    shows("oom-score-adj", "relative", "yes");
  }

  @Test
  void takesFrequencyOutOfRangeAsTheNearest() {
    shows("hz", "0", "1");
    shows("hz", "10000", "500");
    refuses("hz", "-1", "argument must be between 0 and 2147483647 inclusive");
  }

  @Test
  void checksFileNames() {
    refuses("dbfilename", "a/b.rdb", "can't set protected config");
    assertEquals("dbfilename can't be a path, just a filename", loadError("dbfilename a/b.rdb"));
    assertEquals(
        "appendfilename can't be a path, just a filename", loadError("appendfilename a\\\\b"));
    assertEquals("appendfilename can't be empty", loadError("appendfilename \"\""));
    assertEquals("appenddirname can't be empty", loadError("appenddirname \"\""));
  }

  @Test
  void checksAnnouncedNames() {
    refuses(
        "cluster-announce-hostname",
        "host_1",
        "Hostnames may only contain alphanumeric characters, hyphens or dots");
    refuses(
        "cluster-announce-hostname", "h".repeat(256), "Hostnames must be less than 256 characters");
    shows("cluster-announce-hostname", "host-1.example.com", "host-1.example.com");
    refuses(
        "cluster-announce-human-nodename",
        "a b!",
        "Announced human node name contained invalid character");
  }

  @Test
  void checksTitleTemplates() {
    shows("proc-title-template", "x {port} {{", "x {port} {{");
    for (String bad : List.of("{nope}", "{", "{port", "", "  ", "{title}")) {
      refuses(
          "proc-title-template", bad, "template format is invalid or contains unknown variables");
    }
  }

  @Test
  void checksLocales() {
    shows("locale-collate", "de_DE.UTF-8", "de_DE.UTF-8");
    refuses("locale-collate", "not a locale", "Invalid locale name");
  }

  @Test
  void readsBufferLimitsAndKeepsOthers() {
    shows(
        "client-output-buffer-limit",
        "replica 1mb 2k 3 PUBSUB 0 0 0",
        "normal 0 0 0 slave 1048576 2000 3 pubsub 0 0 0");
    assertEquals(
        new OutputBufferLimits.Limit(1 << 20, 2000, 3),
        settings.get(NetworkSettings.CLIENT_OUTPUT_BUFFER_LIMIT).replica());
    refuses(
        "client-output-buffer-limit",
        "normal 1 2",
        "Wrong number of arguments in buffer limit configuration.");
    refuses(
        "client-output-buffer-limit",
        "master 1 2 3",
        "Invalid client class specified in buffer limit configuration.");
    refuses(
        "client-output-buffer-limit",
        "normal 1 x 3",
        "Error in hard, soft or soft_seconds setting in buffer limit configuration.");
    refuses(
        "client-output-buffer-limit",
        "normal 1 2 -3",
        "Error in hard, soft or soft_seconds setting in buffer limit configuration.");
  }

  @Test
  void readsSavePoints() {
    shows("save", "10 20 30 40", "10 20 30 40");
    assertEquals(
        List.of(new SavePoint(10, 20), new SavePoint(30, 40)),
        settings.get(PersistenceSettings.SAVE));
    shows("save", "", "");
    for (String bad : List.of("10", "0 1", "1 -1", "1  2", "a b", "1 2 ")) {
      refuses("save", bad, "Invalid save parameters");
    }
  }

  @Test
  void readsEventClasses() {
    shows("notify-keyspace-events", "KA", "AK");
    shows("notify-keyspace-events", "g$lshzxetdE", "AE");
    shows("notify-keyspace-events", "mnxE", "xnEm");
    assertTrue(settings.get(ServerSettings.NOTIFY_KEYSPACE_EVENTS).has('m'));
    assertFalse(settings.get(ServerSettings.NOTIFY_KEYSPACE_EVENTS).has('g'));
    refuses(
        "notify-keyspace-events", "KEx?", "Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
  }

  @Test
  void readsShutdownFlags() {
    shows("shutdown-on-sigterm", "Force nosave", "nosave force");
    shows("shutdown-on-sigterm", "default", "default");
    refuses(
        "shutdown-on-sigterm",
        "save nosave",
        "shutdown options SAVE and NOSAVE can't be used simultaneously");
    refuses(
        "shutdown-on-sigterm",
        "",
        "argument(s) must be one of the following: default, save, nosave, now, force");
  }

  @Test
  void readsPercentiles() {
    shows("latency-tracking-info-percentiles", "0 50.5 99.99 100", "0 50.5 99.99 100");
    shows("latency-tracking-info-percentiles", "", "");
    refuses(
        "latency-tracking-info-percentiles",
        "101",
        "latency-tracking-info-percentiles parameters should sit between [0.0,100.0]");
    for (String bad : List.of("5d", "NaN", "x", "5  6")) {
      refuses(
          "latency-tracking-info-percentiles",
          bad,
          "Invalid latency-tracking-info-percentiles parameters");
    }
  }

  @Test
  void readsOomScores() {
    shows("oom-score-adj-values", "-5 0 2000", "-5 0 2000");
    refuses("oom-score-adj-values", "1 2", "wrong number of arguments");
    refuses(
        "oom-score-adj-values",
        "1 2 2001",
        "Invalid oom-score-adj-values, elements must be between -2000 and 2000.");
  }

  @Test
  void readsAddressesToBind() {
    shows("bind", "127.0.0.1 -::1", "127.0.0.1 -::1");
    shows("bind", "", "");
    refuses("bind", "a  b", "Failed to bind to specified addresses.");
    refuses("bind", "a\nport", "Failed to bind to specified addresses.");
    refuses("bind", "a ".repeat(16) + "a", "Too many bind addresses specified.");
  }

  @Test
  void readsPrimary() throws ConfigFileError {
    assertEquals(new ReplicaOf("h", 1), loaded("replicaof h 1").get(ReplicationSettings.REPLICAOF));
    assertEquals("h 1", get(loaded("slaveof h 1"), "replicaof"));
    assertEquals("", get(loaded("replicaof h 1", "replicaof No One"), "slaveof"));
    assertEquals("Invalid master port", loadError("replicaof h 65536"));
    assertEquals("wrong number of arguments", loadError("replicaof h"));
  }

  @Test
  void refusesNulInText() {
    refuses("masteruser", "a\0b", "argument must not contain a NUL byte");
  }

  @Test
  void refusesWhatThisVersionLacks() throws ConfigFileError {
    assertTrue(loadError("supervised systemd").contains("no supervisor is told"));
    assertEquals("auto", get(loaded("supervised auto"), "supervised"));
  }

  @Test
  void letsLaterLineWithdrawWhatThisVersionLacks() throws ConfigFileError {
    assertEquals("no", get(loaded("daemonize yes", "daemonize no"), "daemonize"));
    assertTrue(loadError("daemonize no", "daemonize yes").contains("cannot detach itself"));
  }
}
