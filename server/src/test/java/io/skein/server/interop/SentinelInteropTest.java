package io.skein.server.interop;

import static io.skein.server.interop.Member.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.config.ConfigFileError;
import io.skein.server.RespClient;
import io.skein.server.RunningServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Quorums of our Sentinels and real ones over our servers.
@Tag("interop")
class SentinelInteropTest {
  private static final String NAME = "mymaster";

  @TempDir Path directory;
  private final List<RunningServer> servers = new ArrayList<>();
  private final List<Integer> sentinels = new ArrayList<>();
  private final List<AutoCloseable> toClose = new ArrayList<>();

  @AfterEach
  void endAll() throws Exception {
    for (AutoCloseable each : toClose) {
      each.close();
    }
  }

  private void serve() throws Exception {
    for (int i = 0; i < 3; i++) {
      Path home = Files.createDirectory(directory.resolve("server" + i));
      RunningServer server = RunningServer.start(home, "--repl-diskless-sync-delay", "0");
      servers.add(server);
      toClose.add(server::close);
      if (i > 0) {
        call(server.port(), "REPLICAOF", "127.0.0.1", "" + servers.getFirst().port());
      }
    }
  }

  private void watch(boolean... real) throws Exception {
    for (boolean isReal : real) {
      int port = freePort();
      Path file = directory.resolve("sentinel-" + port + ".conf");
      Files.writeString(
          file,
          ("port " + port + "\nbind 127.0.0.1\ndir \"" + directory + "\"\n")
              + ("logfile \"" + file + ".log\"\n# kept\nsentinel monitor " + NAME + " 127.0.0.1 ")
              + (servers.getFirst().port() + " 2\n")
              + ("sentinel down-after-milliseconds " + NAME + " 1000\n")
              + ("sentinel failover-timeout " + NAME + " 10000\n"));
      if (isReal) {
        startReal(file);
      } else {
        startOurs(file);
      }
      sentinels.add(port);
    }
    for (int port : sentinels) {
      await(
          "Sentinel " + port + " knows everybody",
          () -> call(port, "INFO", "sentinel").contains("slaves=2,sentinels=3"));
    }
  }

  private void startReal(Path file) throws IOException {
    Process process =
        new ProcessBuilder(
                System.getProperty("interop.redis", "redis-server"), file.toString(), "--sentinel")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    toClose.add(() -> process.destroyForcibly().waitFor());
  }

  private void startOurs(Path file) throws IOException, ConfigFileError {
    RunningServer ours = RunningServer.sentinel(file);
    toClose.add(ours::close);
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  /// The reply, or the empty string while nobody answers.
  private static String call(int port, String... words) throws Exception {
    try (RespClient client = new RespClient("127.0.0.1", port)) {
      return client.call(words);
    } catch (IOException notThere) {
      return "";
    }
  }

  private int primary(int sentinel) throws Exception {
    String reply = call(sentinel, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME);
    for (RunningServer server : servers) {
      if (reply.contains("" + server.port())) {
        return server.port();
      }
    }
    return 0;
  }

  private void awaitPrimaryOtherThan(int before) throws Exception {
    for (int sentinel : sentinels) {
      await(
          "Sentinel " + sentinel + " tells of a new primary",
          () -> primary(sentinel) != 0 && primary(sentinel) != before);
    }
    int now = primary(sentinels.getFirst());
    for (int sentinel : sentinels) {
      assertEquals(now, primary(sentinel));
    }
    await("it is one", () -> call(now, "ROLE").contains("master"));
    for (RunningServer server : servers) {
      if (server.port() != now && server.port() != before) {
        await(
            "the other replica follows it",
            () -> call(server.port(), "INFO", "replication").contains("master_port:" + now));
      }
    }
  }

  private void survivesADeathAndAnOrder(int ordered) throws Exception {
    int first = servers.getFirst().port();
    await(
        "the failover is begun",
        () ->
            call(sentinels.get(ordered), "SENTINEL", "FAILOVER", NAME).contains("OK")
                || primary(sentinels.get(ordered)) != first);
    awaitPrimaryOtherThan(first);
    int second = primary(sentinels.getFirst());
    for (int sentinel : sentinels) {
      await(
          "all is well",
          () -> {
            String state = call(sentinel, "SENTINEL", "MASTER", NAME);
            return !state.contains("_down") && !state.contains("failover_in_progress");
          });
      // A failover that was tried or voted for lately delays the next.
      await(
          "all replicas are in sync",
          () -> call(sentinel, "INFO", "sentinel").contains("slaves=2,sentinels=3"));
    }
    for (RunningServer server : servers) {
      if (server.port() == second) {
        server.kill();
      }
    }
    awaitPrimaryOtherThan(second);
  }

  @Test
  void oursFormsAQuorumWithTwoRealOnes() throws Exception {
    serve();
    watch(true, true, false);
    survivesADeathAndAnOrder(2);
  }

  @Test
  void twoOfOursFormAQuorumWithARealOne() throws Exception {
    serve();
    watch(false, false, true);
    survivesADeathAndAnOrder(2);
  }

  @Test
  void comesBackWithWhatItsFileSays() throws Exception {
    serve();
    watch(false, false, false);
    Path file = directory.resolve("sentinel-" + sentinels.getFirst() + ".conf");
    String saved = Files.readString(file);
    assertTrue(saved.contains("# kept\nsentinel monitor " + NAME + " 127.0.0.1 "), saved);
    assertEquals(2, saved.split("sentinel known-replica", -1).length - 1, saved);
    assertEquals(2, saved.split("sentinel known-sentinel", -1).length - 1, saved);
    // A real one reads it too.
    int port = freePort();
    Path copy = directory.resolve("copy.conf");
    Files.writeString(
        copy,
        saved
            .replaceFirst("(?m)^port .*$", "port " + port)
            .replaceFirst("(?m)^sentinel myid .*$", ""));
    startReal(copy);
    await(
        "a real Sentinel serves from our file",
        () -> call(port, "INFO", "sentinel").contains("slaves=2,sentinels="));
  }
}
