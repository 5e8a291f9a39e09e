package io.skein.testkit.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.testkit.ClusterNode;
import io.skein.testkit.Formation;
import io.skein.testkit.ReplyError;
import io.skein.testkit.RespConnection;
import io.skein.testkit.SkeinNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A live cluster of real Redis nodes is moved to ours, and back, while a client reads and writes:
/// it is told nothing worse than MOVED, and loses nothing.
@Tag("interop")
class MigrationInteropTest {
  private static final int KEYS = 60;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path directory;

  private final List<ServerProcess> theirs = new ArrayList<>();
  private final List<SkeinNode> ours = new ArrayList<>();

  @AfterEach
  void end() {
    ours.forEach(SkeinNode::close);
    theirs.forEach(ServerProcess::close);
  }

  @Test
  void aLiveClusterOfRedisBecomesOneOfOurs() throws Exception {
    String[] options = ServerProcess.CLUSTER.toArray(String[]::new);
    for (int i = 0; i < 6; i++) {
      theirs.add(ServerProcess.redis(directory, options));
    }
    theirs.forEach(ServerProcess::awaitAnswer);
    Formation.form(theirs, 3);
    for (int i = 0; i < 3; i++) {
      ours.add(SkeinNode.start(options));
    }
    try (Load load = new Load(theirs.getFirst().port())) {
      load.awaitRounds(2);
      migrate("join");
      load.awaitRounds(2);
      migrate("switch");
      for (SkeinNode node : ours) {
        assertTrue(node.isPrimary(), node::log);
      }
      load.awaitRounds(2);
      migrate("back");
      for (SkeinNode node : ours) {
        assertTrue(!node.isPrimary(), node::log);
      }
      load.awaitRounds(2);
      migrate("switch");
      load.awaitRounds(2);
      migrate("leave");
      load.awaitRounds(2);
      load.finish();
      assertEquals(List.of(), List.copyOf(load.errors), this::logs);
      for (int i = 0; i < KEYS; i++) {
        ClusterNode owner = Formation.primaryOf(ours, "key:" + i);
        assertEquals(Long.toString(load.acknowledged.get(i)), owner.call("GET", "key:" + i));
      }
    }
    for (SkeinNode node : ours) {
      assertEquals(3, node.text("CLUSTER", "NODES").strip().split("\n").length);
    }
  }

  private String logs() {
    StringBuilder logs = new StringBuilder();
    theirs.forEach(node -> logs.append("\nRedis ").append(node).append('\n').append(node.log()));
    ours.forEach(node -> logs.append("\nours ").append(node).append('\n').append(node.log()));
    return logs.toString();
  }

  private void migrate(String step) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("python3", script().toString(), step));
    command.addAll(List.of("--from", "127.0.0.1:" + theirs.getFirst().port(), "--to"));
    ours.forEach(node -> command.add("127.0.0.1:" + node.port()));
    Path out = Files.createTempFile(directory, "migrate", ".log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile()).start();
    int status = process.waitFor();
    assertEquals(0, status, Files.readString(out));
  }

  private static Path script() {
    Path at = Path.of("").toAbsolutePath();
    while (!Files.exists(at.resolve("tools/migrate-cluster.py"))) {
      at = Objects.requireNonNull(at.getParent(), "not within the repository");
    }
    return at.resolve("tools/migrate-cluster.py");
  }

  /// A client of a cluster that does what it is told by MOVED, and remembers any other error.
  private static final class Load implements AutoCloseable {
    final Queue<String> errors = new ConcurrentLinkedQueue<>();
    final AtomicLongArray acknowledged = new AtomicLongArray(KEYS);
    private final Map<Integer, RespConnection> connections = new HashMap<>();
    private final int[] homes = new int[KEYS];
    private final AtomicBoolean ending = new AtomicBoolean();
    private final Thread thread = new Thread(this::work, "load");
    private volatile long rounds;

    Load(int seed) {
      Arrays.fill(homes, seed);
      thread.start();
    }

    private void work() {
      while (!ending.get()) {
        long value = rounds + 1;
        for (int i = 0; i < KEYS; i++) {
          try {
            ask(i, "SET", "key:" + i, Long.toString(value));
            acknowledged.set(i, value);
            Object read = ask(i, "GET", "key:" + i);
            if (!Long.toString(value).equals(read)) {
              errors.add("key:" + i + " is " + read + " where " + value + " was written");
            }
          } catch (IOException | ReplyError failed) {
            errors.add(homes[i] + ": " + failed.getMessage());
          }
        }
        rounds = value;
      }
    }

    private Object ask(int key, String... words) throws IOException {
      for (int hops = 0; ; hops++) {
        RespConnection connection = connections.get(homes[key]);
        if (connection == null) {
          connection = new RespConnection("127.0.0.1", homes[key], PATIENCE);
          connections.put(homes[key], connection);
        }
        try {
          return String.valueOf(connection.call(words));
        } catch (ReplyError error) {
          if (!error.code().equals("MOVED") || hops > 20) {
            throw error;
          }
          String text = String.valueOf(error.getMessage());
          homes[key] = Integer.parseInt(text.substring(text.lastIndexOf(':') + 1));
        }
      }
    }

    void awaitRounds(int more) {
      long target = rounds + more;
      Formation.await(List.of(), "the client goes round", () -> rounds >= target);
    }

    void finish() {
      ending.set(true);
      try {
        thread.join();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
      connections.values().forEach(RespConnection::close);
      connections.clear();
    }

    @Override
    public void close() {
      finish();
    }
  }
}
