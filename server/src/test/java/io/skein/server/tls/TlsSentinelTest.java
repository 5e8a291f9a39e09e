package io.skein.server.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.server.RespClient;
import io.skein.server.RunningServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sentinels of ours and a real one, over servers that have no port without TLS, and none
/// themselves.
@Tag("interop")
class TlsSentinelTest {
  private static final int PATIENCE = 1200;
  private static final long PAUSE_NANOS = 50_000_000;

  @TempDir Path directory;
  private TestCertificates certificates;
  private final List<RunningServer> servers = new ArrayList<>();
  private final List<Integer> serverPorts = new ArrayList<>();
  private final List<Integer> sentinels = new ArrayList<>();
  private final List<AutoCloseable> toClose = new ArrayList<>();

  @BeforeEach
  void makeCertificates() throws Exception {
    certificates = TestCertificates.in(directory.resolve("certificates"), "one", "two");
  }

  @AfterEach
  void endAll() throws Exception {
    for (AutoCloseable each : toClose) {
      each.close();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  private List<String> settings(int port, String certificate) {
    return List.of(
        "port 0",
        "tls-port " + port,
        "tls-replication yes",
        "tls-cert-file " + certificates.path(certificate + ".crt"),
        "tls-key-file " + certificates.path(certificate + ".key"),
        "tls-ca-cert-file " + certificates.path("ca.crt"));
  }

  private void serve() throws Exception {
    for (int i = 0; i < 3; i++) {
      int port = freePort();
      List<String> options = new ArrayList<>();
      for (String line : settings(port, "one")) {
        options.add("--" + line.split(" ")[0]);
        options.add(line.split(" ")[1]);
      }
      options.addAll(List.of("--repl-diskless-sync-delay", "0"));
      if (i > 0) {
        options.addAll(List.of("--replicaof", "127.0.0.1 " + serverPorts.getFirst()));
      }
      Path home = Files.createDirectory(directory.resolve("server" + i));
      RunningServer server = RunningServer.start(home, options.toArray(String[]::new));
      servers.add(server);
      toClose.add(server::close);
      serverPorts.add(port);
    }
  }

  private void watch(boolean isReal) throws Exception {
    int port = freePort();
    Path file = directory.resolve("sentinel-" + port + ".conf");
    List<String> lines = new ArrayList<>(settings(port, "two"));
    lines.addAll(
        List.of(
            "bind 127.0.0.1",
            "dir \"" + directory + "\"",
            "logfile \"" + file + ".log\"",
            "sentinel monitor mymaster 127.0.0.1 " + serverPorts.getFirst() + " 2",
            "sentinel down-after-milliseconds mymaster 1000"));
    Files.write(file, lines);
    if (isReal) {
      Process process =
          new ProcessBuilder("redis-server", file.toString(), "--sentinel")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      toClose.add(() -> process.destroyForcibly().waitFor());
    } else {
      toClose.add(RunningServer.sentinel(file)::close);
    }
    sentinels.add(port);
  }

  /// The reply, or the empty string while nobody answers.
  private String call(int port, String... words) throws Exception {
    try (RespClient client =
        new RespClient(
            certificates.client(true).getSocketFactory().createSocket(), "127.0.0.1", port)) {
      return client.call(words);
    } catch (IOException notThere) {
      return "";
    }
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(String what, Condition condition) throws Exception {
    for (int i = 0; i < PATIENCE && !condition.holds(); i++) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    assertTrue(condition.holds(), what);
  }

  private String primaryOf(int sentinel) throws Exception {
    return call(sentinel, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mymaster");
  }

  @Test
  void replacesAPrimaryWhereEverythingIsEncrypted() throws Exception {
    serve();
    watch(false);
    watch(false);
    watch(true);
    for (int sentinel : sentinels) {
      await(
          "all know each other",
          () -> call(sentinel, "INFO", "sentinel").contains("slaves=2,sentinels=3"));
    }
    for (int replica : serverPorts.subList(1, 3)) {
      await(
          "a replica is in sync",
          () -> call(replica, "INFO", "replication").contains("master_link_status:up"));
    }
    int first = serverPorts.getFirst();
    assertEquals("+OK", call(first, "SET", "goose", "grey"));
    assertEquals("+OK", call(sentinels.get(0), "SENTINEL", "FAILOVER", "mymaster"));
    for (int sentinel : sentinels) {
      await(
          "the primary has handed over",
          () -> !primaryOf(sentinel).isEmpty() && !primaryOf(sentinel).contains("" + first));
    }
    String second = primaryOf(sentinels.getFirst());
    int at = serverPorts.stream().filter(port -> second.contains("" + port)).findFirst().get();
    await("the first one follows", () -> call(first, "INFO").contains("master_link_status:up"));
    for (int sentinel : sentinels) {
      await(
          "all is well",
          () -> {
            String state = call(sentinel, "SENTINEL", "MASTER", "mymaster");
            return state.contains("" + at)
                && !state.contains("_down")
                && !state.contains("failover_in_progress")
                && call(sentinel, "INFO", "sentinel").contains("slaves=2,sentinels=3");
          });
    }
    servers.get(serverPorts.indexOf(at)).kill();
    for (int sentinel : sentinels) {
      await(
          "a dead primary is replaced",
          () -> !primaryOf(sentinel).isEmpty() && !primaryOf(sentinel).equals(second));
    }
    String third = primaryOf(sentinels.getFirst());
    int last = serverPorts.stream().filter(port -> third.contains("" + port)).findFirst().get();
    assertEquals("grey", call(last, "GET", "goose"));
  }
}
