package io.skein.testkit.interop;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.skein.testkit.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// One primary, two replicas and three Sentinels, each a process. A server is reached by the others
/// and by clients through its relay alone.
final class SentinelGroup implements AutoCloseable {
  static final String NAME = "mymaster";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  final List<ServerProcess> servers = new ArrayList<>();
  final List<ServerProcess> sentinels = new ArrayList<>();
  private final Map<Integer, Relay> relays = new LinkedHashMap<>();

  /// @param realServers whether the servers are redis-servers
  /// @param realSentinels the same for each Sentinel
  SentinelGroup(Path directory, boolean realServers, boolean... realSentinels) throws IOException {
    for (int i = 0; i < 3; i++) {
      Relay relay = new Relay();
      ServerProcess server =
          ServerProcess.withFile(
              realServers,
              directory,
              "--repl-diskless-sync-delay",
              "0",
              "--replica-announce-ip",
              "127.0.0.1",
              "--replica-announce-port",
              "" + relay.port());
      relay.leadTo(server.port());
      relays.put(relay.port(), relay);
      servers.add(server);
    }
    servers.forEach(ServerProcess::awaitAnswer);
    int primary = relays.keySet().iterator().next();
    for (ServerProcess server : servers.subList(1, servers.size())) {
      server.call("REPLICAOF", "127.0.0.1", "" + primary);
    }
    for (boolean isReal : realSentinels) {
      sentinels.add(
          ServerProcess.sentinel(
              isReal,
              directory,
              ("# kept\nsentinel monitor " + NAME + " 127.0.0.1 " + primary + " 2\n")
                  + ("sentinel down-after-milliseconds " + NAME + " 1000\n")
                  + ("sentinel failover-timeout " + NAME + " 10000\n")
                  + ("sentinel parallel-syncs " + NAME + " 2\n")));
    }
    sentinels.forEach(ServerProcess::awaitAnswer);
    awaitSettled();
  }

  /// The port at which `sentinel` says that the primary is.
  static int primaryOf(ServerProcess sentinel) {
    Object address = sentinel.call("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME);
    return Integer.parseInt((String) assertInstanceOf(List.class, address).get(1));
  }

  /// The port of the primary, as the first Sentinel that runs has it.
  int primary() {
    return primaryOf(running().getFirst());
  }

  private List<ServerProcess> running() {
    return sentinels.stream().filter(ServerProcess::isRunning).toList();
  }

  /// The server behind a port that Sentinels tell.
  ServerProcess serverAt(int port) {
    return servers.get(new ArrayList<>(relays.keySet()).indexOf(port));
  }

  Relay relayAt(int port) {
    return Objects.requireNonNull(relays.get(port), "a port of this group");
  }

  /// Waits until these Sentinels tell another place than `before`.
  void awaitOtherThan(int before, List<ServerProcess> telling) {
    for (ServerProcess sentinel : telling) {
      await(sentinel + " tells of a new primary", () -> primaryOf(sentinel) != before);
    }
  }

  /// Waits until all Sentinels agree, and all servers serve and are in sync.
  void awaitSettled() {
    await(
        "all agree and are in sync",
        () -> {
          int at = primary();
          for (ServerProcess sentinel : sentinels) {
            Map<String, String> fields = fields(sentinel.call("SENTINEL", "MASTER", NAME));
            check(fields, "port", "" + at);
            check(fields, "flags", "master");
            check(fields, "num-other-sentinels", "2");
            check(fields, "num-slaves", "2");
            Object replicas = sentinel.call("SENTINEL", "REPLICAS", NAME);
            for (Object replica : assertInstanceOf(List.class, replicas)) {
              check(fields(replica), "flags", "slave");
              check(fields(replica), "master-link-status", "ok");
              check(fields(replica), "master-port", "" + at);
            }
          }
          String info = String.valueOf(serverAt(at).call("INFO", "replication"));
          return info.split("state=online", -1).length - 1 == 2;
        });
  }

  private static void check(Map<String, String> fields, String name, String wanted) {
    if (!wanted.equals(fields.get(name))) {
      throw new IllegalStateException(name + " is not " + wanted + " in " + fields);
    }
  }

  static Map<String, String> fields(Object reply) {
    List<?> words = assertInstanceOf(List.class, reply);
    Map<String, String> fields = new LinkedHashMap<>();
    for (int i = 0; i < words.size(); i += 2) {
      fields.put(String.valueOf(words.get(i)), String.valueOf(words.get(i + 1)));
    }
    return fields;
  }

  /// Waits; when it is in vain, says what the Sentinels have logged.
  void await(String what, Await.Condition condition) {
    try {
      Await.until(what, PATIENCE, condition);
    } catch (AssertionError vain) {
      StringBuilder text = new StringBuilder(String.valueOf(vain.getMessage()));
      text.append(" (").append(vain.getCause()).append(")");
      for (ServerProcess sentinel : sentinels) {
        String log = sentinel.log();
        text.append("\n\n").append(sentinel).append(":\n");
        text.append(log.substring(Math.max(0, log.length() - 3000)));
      }
      throw new AssertionError(text.toString(), vain);
    }
  }

  @Override
  public void close() {
    sentinels.forEach(ServerProcess::close);
    servers.forEach(ServerProcess::close);
    relays.values().forEach(Relay::close);
  }
}
