package io.skein.testkit.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.testkit.Formation;
import io.skein.testkit.RespConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Six processes, each ended by SIGTERM and started again while a client writes: whoever serves
/// slots has a replica take its place before it ends.
@Tag("interop")
class RollingRestartTest {
  private static final Pattern DELAYED_ELECTION =
      Pattern.compile("Start of election delayed for [1-9]");
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  @TempDir private Path directory;

  private final List<ServerProcess> nodes = new ArrayList<>();

  @BeforeEach
  void form() throws IOException {
    List<String> options = new ArrayList<>(ServerProcess.CLUSTER);
    // Nobody is found to have failed by its silence: what happens is by agreement.
    options.addAll(List.of("--cluster-node-timeout", "15000", "--enable-debug-command", "yes"));
    for (int i = 0; i < 6; i++) {
      nodes.add(ServerProcess.skein(directory, options.toArray(String[]::new)));
    }
    nodes.forEach(ServerProcess::awaitAnswer);
    Formation.form(nodes, 3);
  }

  @AfterEach
  void end() {
    nodes.forEach(ServerProcess::close);
  }

  @Test
  void losesNoWriteAndNeverElectsForADeadPrimary() throws Exception {
    String key = "key:1";
    try (Counter counter = new Counter(nodes, key)) {
      for (ServerProcess node : List.copyOf(nodes)) {
        counter.awaitMore(50);
        boolean wasPrimary = node.isPrimary();
        node.terminate();
        if (wasPrimary) {
          assertTrue(node.log().contains("A replica has taken over"), node::log);
        } else {
          assertFalse(node.log().contains("is to take over"), node::log);
        }
        node.startAgain();
        node.awaitAnswer();
        Formation.await(nodes, node + " is a replica", () -> !node.isPrimary());
        Formation.awaitHealthy(nodes);
        Formation.await(
            nodes,
            "it is in sync",
            () -> node.text("INFO", "replication").contains("link_status:up"));
      }
      counter.awaitMore(50);
      counter.finish();
      ServerProcess owner = Formation.primaryOf(nodes, key);
      assertEquals(counter.acknowledged(), Long.parseLong(owner.text("GET", key)), owner::log);
    }
    for (ServerProcess node : nodes) {
      // Those of failovers by agreement have no delay.
      assertFalse(DELAYED_ELECTION.matcher(node.log()).find(), node::log);
    }
  }

  @Test
  void goesWithoutWhereThatIsNotWanted() throws Exception {
    ServerProcess node = nodes.get(0);
    node.call("CONFIG", "SET", "cluster-handover-on-shutdown", "no");
    node.terminate();
    assertFalse(node.log().contains("is to take over"), node::log);
    ServerProcess now = nodes.get(1);
    try {
      now.call("SHUTDOWN", "NOSAVE", "NOW");
    } catch (UncheckedIOException ended) {
      // It answers by going.
    }
    Formation.await(nodes, "it ends", () -> !now.isRunning());
    assertFalse(now.log().contains("is to take over"), now::log);
  }

  /// A client that counts one key up, one command at a time, and goes where it is sent.
  private static final class Counter implements AutoCloseable {
    private final List<ServerProcess> nodes;
    private final String key;
    private final AtomicBoolean ending = new AtomicBoolean();
    private final AtomicLong acknowledged = new AtomicLong();
    private final Thread thread = new Thread(this::count, "counter");

    Counter(List<ServerProcess> nodes, String key) {
      this.nodes = nodes;
      this.key = key;
      thread.start();
    }

    private void count() {
      int at = 0;
      long next = 1;
      while (!ending.get()) {
        ServerProcess node = nodes.get(at++ % nodes.size());
        if (!node.isRunning()) {
          continue;
        }
        try (RespConnection connection = new RespConnection("127.0.0.1", node.port(), PATIENCE)) {
          while (!ending.get()) {
            // Not INCR: what is asked twice for want of an answer is to count once.
            connection.call("SET", key, "" + next);
            acknowledged.set(next++);
          }
        } catch (IOException | RuntimeException elsewhere) {
          // Another node knows.
        }
      }
    }

    void awaitMore(long count) {
      long target = acknowledged.get() + count;
      Formation.await(nodes, "the client writes", () -> acknowledged.get() >= target);
    }

    long acknowledged() {
      return acknowledged.get();
    }

    @Override
    public void close() {
      finish();
    }

    void finish() {
      ending.set(true);
      try {
        thread.join();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
