package io.skein.server.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.skein.engine.config.ConfigError;
import io.skein.engine.config.ConfigFileError;
import io.skein.engine.config.ConfigText;
import io.skein.engine.config.Settings;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Ours beside a real redis-server of version 7.0: same names, defaults, replies, files and faults.
@Tag("interop")
class ConfigInteropTest {
  /// What no Redis has.
  private static final Set<String> OURS_ALONE =
      Set.of(
          "transport",
          "cluster-handover-on-shutdown",
          "cluster-slot-migration-log-max-len",
          "slot-migration-max-failover-repl-bytes",
          "repl-backlog-disk-size",
          "replica-read-max-lag-bytes",
          "replica-read-max-lag-ms",
          "reply-wait-fsync",
          "cluster-bus-secret",
          "reply-wait-replicas",
          "reply-wait-timeout-ms");

  /// What Redis 7.2 has and 7.0 has not.
  private static final Set<String> NEW_IN_7_2 =
      Set.of(
          "cluster-announce-human-nodename",
          "locale-collate",
          "set-max-listpack-entries",
          "set-max-listpack-value");

  /// Shown by 7.0, hidden since 7.2.
  private static final Set<String> HIDDEN_IN_7_2 = Set.of("aof-disable-auto-gc");

  /// Given on the command line of the test's server.
  private static final Set<String> PER_SERVER = Set.of("port", "bind", "dir");

  @TempDir Path directory;

  private Settings ours() throws ConfigFileError {
    return load().settings();
  }

  private LoadedConfig load(String... arguments) throws ConfigFileError {
    CommandDirectives none =
        new CommandDirectives() {
          @Override
          public void renameCommand(String name, String newName) throws ConfigError {
            throw new ConfigError("No such command in rename-command");
          }

          @Override
          public void user(List<String> nameAndRules) throws ConfigError {
            throw new ConfigError("no users");
          }
        };
    return new ConfigLoader(directory, InputStream.nullInputStream(), none)
        .load(CommandLine.parse(List.of(arguments)));
  }

  private static Map<String, String> paired(List<String> flat) {
    Map<String, String> pairs = new TreeMap<>();
    for (int i = 0; i < flat.size(); i += 2) {
      pairs.put(flat.get(i), flat.get(i + 1));
    }
    return pairs;
  }

  @Test
  void hasTheNamesAndDefaultsOfRedis() throws Exception {
    try (RealRedis redis = RealRedis.start(directory, List.of())) {
      Map<String, String> theirs = paired(redis.call("CONFIG", "GET", "*"));
      Map<String, String> ours = paired(ours().matching(List.of("*")));
      theirs.keySet().removeAll(HIDDEN_IN_7_2);
      theirs.keySet().removeAll(PER_SERVER);
      ours.keySet().removeAll(NEW_IN_7_2);
      ours.keySet().removeAll(OURS_ALONE);
      ours.keySet().removeAll(PER_SERVER);
      assertEquals(lines(theirs), lines(ours));
    }
  }

  private static String lines(Map<String, String> pairs) {
    StringBuilder text = new StringBuilder();
    pairs.forEach((name, value) -> text.append(name).append(' ').append(value).append('\n'));
    return text.toString();
  }

  @Test
  void answersConfigGetAsRedisDoes() throws Exception {
    List<List<String>> questions =
        List.of(
            List.of("SAVE"),
            List.of("Slave-Read-Only", "slave-read-only"),
            List.of("*slave*", "repl-t*", "nope"),
            List.of("[hH]z", "h?", "key-load-dela?", "key-load-delay"),
            List.of("no*pe"),
            List.of("\\*"),
            List.of("*max-ziplist*"));
    try (RealRedis redis = RealRedis.start(directory, List.of())) {
      Settings ours = ours();
      for (List<String> question : questions) {
        List<String> command = new ArrayList<>(List.of("CONFIG", "GET"));
        command.addAll(question);
        assertEquals(
            paired(redis.call(command.toArray(new String[0]))),
            paired(ours.matching(question)),
            question.toString());
      }
    }
  }

  /// Settings and values, one SET per line; all are left where they lead.
  private static final String[][] SETS = {
    {"timeout", "5"},
    {"timeout", "-1"},
    {"timeout", "05"},
    {"timeout", "2147483648"},
    {"TimeOut", "x"},
    {"nope", "1"},
    {"timeout", "1", "nope", "1"},
    {"timeout", "1", "timeout", "2"},
    {"timeout", "9", "maxmemory", "x"},
    {"databases", "1"},
    {"Databases", "1"},
    {"dir", "/"},
    {"dbfilename", "x.rdb"},
    {"maxmemory", "100MB"},
    {"maxmemory", "7k"},
    {"maxmemory", "-1"},
    {"maxmemory", "1tb"},
    {"maxmemory", "18446744073709551615"},
    {"maxmemory", "0"},
    {"maxmemory-clients", "50%"},
    {"maxmemory-clients", "101%"},
    {"maxmemory-clients", "x"},
    {"maxmemory-clients", "1gb"},
    {"maxmemory-clients", "0"},
    {"maxmemory-policy", "ALLKEYS-LRU"},
    {"maxmemory-policy", "lru"},
    {"repl-backlog-size", "0"},
    {"repl-backlog-size", "2mb"},
    {"proto-max-bulk-len", "1"},
    {"hash-max-ziplist-value", "70"},
    {"hash-max-listpack-entries", "-1"},
    {"list-max-ziplist-size", "-5"},
    {"maxclients", "-1"},
    {"maxclients", "0"},
    {"slowlog-max-len", "-1"},
    {"latency-monitor-threshold", "9223372036854775808"},
    {"hz", "1000"},
    {"hz", "0"},
    {"lua-time-limit", "100"},
    {"rdbcompression", "No"},
    {"rdbcompression", "1"},
    {"save", "10 20 30 40"},
    {"save", "10 20 30"},
    {"save", "0 1"},
    {"save", "1  2"},
    {"save", "1 -1"},
    {"save", ""},
    {"client-output-buffer-limit", "Replica 10mb 5k 7 normal 1 2 3"},
    {"client-output-buffer-limit", "normal 1 2"},
    {"client-output-buffer-limit", "master 1 2 3"},
    {"client-output-buffer-limit", "normal x 2 3"},
    {"client-output-buffer-limit", "normal 1 2 -3"},
    {"client-output-buffer-limit", ""},
    {"notify-keyspace-events", "KEA"},
    {"notify-keyspace-events", "zxgmK"},
    {"notify-keyspace-events", "?"},
    {"notify-keyspace-events", ""},
    {"oom-score-adj-values", "1 2"},
    {"oom-score-adj-values", "1 2 3000"},
    {"oom-score-adj-values", "0 1 2"},
    {"shutdown-on-sigterm", "force now"},
    {"shutdown-on-sigterm", "save nosave"},
    {"shutdown-on-sigterm", "sav"},
    {"shutdown-on-sigterm", ""},
    {"shutdown-on-sigterm", "default"},
    {"latency-tracking-info-percentiles", "0 12.5 99.999 100"},
    {"latency-tracking-info-percentiles", "0.0000001 33.3333333"},
    {"latency-tracking-info-percentiles", "101"},
    {"latency-tracking-info-percentiles", "x"},
    {"appendfsync", "never"},
    {"loglevel", "warning"},
    {"cluster-announce-hostname", "a_b"},
    {"cluster-announce-hostname", "a-b.c"},
    {"proc-title-template", "{nope}"},
    {"proc-title-template", "{title}"},
    {"replica-announce-ip", "some thing"},
    {"masterauth", "s3cret"},
    {"requirepass", ""},
    {"slave-priority", "7", "min-slaves-to-write", "0"},
    {"unixsocketperm", "700"},
    {"replicaof", "a 1"},
    {"watchdog-period", "x"},
    {"timeout"},
  };

  @Test
  void answersConfigSetAsRedisDoes() throws Exception {
    try (RealRedis redis = RealRedis.start(directory, List.of())) {
      Settings ours = ours();
      for (String[] pairs : SETS) {
        List<String> command = new ArrayList<>(List.of("CONFIG", "SET"));
        command.addAll(List.of(pairs));
        String theirs = redis.call(command.toArray(new String[0])).getFirst();
        String what = String.join(" ", pairs);
        if (pairs.length > 1) {
          assertEquals(theirs, reply(ours, pairs), what);
        }
        for (int i = 0; i + 1 < pairs.length; i += 2) {
          if (!PER_SERVER.contains(pairs[i])) {
            assertEquals(
                redis.call("CONFIG", "GET", pairs[i]), ours.matching(List.of(pairs[i])), what);
          }
        }
      }
    }
  }

  private static String reply(Settings settings, String... pairs) {
    try {
      settings.set(List.of(pairs), true, false);
      return "+OK";
    } catch (ConfigError refused) {
      return "-" + refused.reason();
    }
  }

  @Test
  void rewritesFileAsRedisDoes() throws Exception {
    String file =
        """
        # Head
        timeout 7
        slave-priority 5
        save 100 1
        save 200 2

        # Middle
        client-output-buffer-limit replica 1mb 0 0
        MAXMEMORY 1024mb
        maxmemory 2000mb
        """;
    String[][] sets = {
      {"timeout", "9", "replica-priority", "6", "hz", "50"},
      {"save", "300 3", "masterauth", "a \"b\"\n", "maxmemory-policy", "allkeys-lfu"},
      {"notify-keyspace-events", "KEA", "repl-backlog-size", "3mb", "maxmemory-clients", "5%"},
    };
    Path theirs = Files.writeString(directory.resolve("theirs.conf"), file);
    Path mine = Files.writeString(directory.resolve("mine.conf"), file);
    try (RealRedis redis = RealRedis.start(directory, List.of("theirs.conf"))) {
      String port = redis.call("CONFIG", "GET", "port").get(1);
      Settings ours = load("mine.conf", "--port", port, "--bind", "127.0.0.1").settings();
      for (String[] pairs : sets) {
        List<String> command = new ArrayList<>(List.of("CONFIG", "SET"));
        command.addAll(List.of(pairs));
        assertEquals(List.of("+OK"), redis.call(command.toArray(new String[0])));
        assertEquals("+OK", reply(ours, pairs));
      }
      assertEquals(List.of("+OK"), redis.call("CONFIG", "REWRITE"));
      new ConfigFile(mine).rewrite(ours, userLines(theirs), false);
      assertEquals(head(theirs), head(mine));
      assertEquals(new TreeSet<>(lines(theirs)), new TreeSet<>(lines(mine)));
    }
  }

  private static List<String> lines(Path file) throws Exception {
    return Files.readAllLines(file);
  }

  private static List<String> userLines(Path file) throws Exception {
    List<String> users = new ArrayList<>(lines(file));
    users.removeIf(line -> !line.startsWith("user "));
    return users;
  }

  /// What stands above the lines that were added, whose order is that of a hash table in Redis.
  private static List<String> head(Path file) throws Exception {
    List<String> all = lines(file);
    return all.subList(0, all.indexOf("# Generated by CONFIG REWRITE") + 1);
  }

  @Test
  void reportsFaultsOfFilesAsRedisDoes() throws Exception {
    String[] files = {
      "nonsense 1",
      "port 1\n\n# x\n  timeout  abc  ",
      "port",
      "port 1 2",
      "port \"1",
      "port \"1\"x",
      "save 1",
      "bogus",
      "include",
      "sentinel monitor m 127.0.0.1 6379 2",
      "rename-command nope x",
      "maxmemory-policy lru",
      "appendfilename a/b",
      "appendonly maybe",
      "replicaof h",
      "replicaof h 70000",
      "unixsocketperm 8",
      "unixsocketperm 1000",
      "client-output-buffer-limit normal 1 2",
      "port 1\nreplicaof 127.0.0.1 1\ncluster-enabled yes",
      "logfile nope/x.log",
      "dir nope",
      "mod.x",
    };
    for (String text : files) {
      Files.writeString(directory.resolve("bad.conf"), text);
      String theirs = RealRedis.failure(directory, List.of("bad.conf"));
      String ours = assertThrows(ConfigFileError.class, () -> load("bad.conf"), text).report();
      assertEquals(theirs.replaceFirst("Redis 7[.0-9]+", "Redis 7.2.6"), ours, text);
    }
  }

  @Test
  void readsCommandLineAsRedisDoes() throws Exception {
    String[][] lines = {
      {"--timeout", "x"},
      {"--timeout 5", "--hz x"},
      {"--masterauth", "--x", "--hz", "x"},
      {"--save", "--hz", "x"},
      {"--save", "", "--hz", "x"},
      {"--hz", "--timeout", "5"},
      {"--hz"},
      {"--timeout", "1", "stray"},
      {"stray.conf"},
      {"--shutdown-on-sigterm", "force now", "--hz", "x"},
      {"--unixsocket", "a \"b\"", "--hz", "\n"},
    };
    for (String[] arguments : lines) {
      String what = String.join(" ", arguments);
      String theirs = RealRedis.failure(directory, List.of(arguments));
      String ours = assertThrows(ConfigFileError.class, () -> load(arguments), what).report();
      if (!ours.startsWith("Fatal")) { // Redis logs that one to standard output
        assertEquals(theirs.replaceFirst("Redis 7[.0-9]+", "Redis 7.2.6"), ours, what);
      }
    }
  }

  @Test
  void keepsBytesOfPasswordsLikeRedis() throws Exception {
    try (RealRedis redis = RealRedis.start(directory, List.of())) {
      redis.call("CONFIG", "SET", "masterauth", "\u00ff\u00c3\u00a9");
      Settings ours = ours();
      ours.set(List.of("masterauth", ConfigText.text("\u00ff\u00c3\u00a9")), true, false);
      String shown = ours.matching(List.of("masterauth")).get(1);
      assertEquals(redis.call("CONFIG", "GET", "masterauth").get(1), ConfigText.raw(shown));
    }
  }
}
