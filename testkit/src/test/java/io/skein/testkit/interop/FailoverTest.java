package io.skein.testkit.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.testkit.ClusterNode;
import io.skein.testkit.Formation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.exceptions.JedisException;

/// Six processes, some of which are killed with SIGKILL while a client writes.
@Tag("interop")
class FailoverTest {
  private static final int KEYS = 200;

  @TempDir private Path directory;

  private final List<ServerProcess> nodes = new ArrayList<>();

  @BeforeEach
  void form() throws IOException {
    for (int i = 0; i < 6; i++) {
      nodes.add(ServerProcess.skein(directory, ServerProcess.CLUSTER.toArray(String[]::new)));
    }
    nodes.forEach(ServerProcess::awaitAnswer);
    Formation.form(nodes, 3);
  }

  @AfterEach
  void end() {
    nodes.forEach(ServerProcess::close);
  }

  @Test
  void aKilledPrimaryIsReplacedWhileAClientWrites() throws Exception {
    killWhileWriting(List.of(nodes.get(0)));
  }

  @Test
  void twoNodesOfDifferentShardsAreKilledTogether() throws Exception {
    // The primary of one shard, and the replica of another.
    killWhileWriting(List.of(nodes.get(1), nodes.get(5)));
  }

  private void killWhileWriting(List<ServerProcess> victims) throws Exception {
    try (Writer writer = new Writer(nodes)) {
      writer.awaitRounds(2);
      for (ServerProcess victim : victims) {
        victim.kill();
      }
      Formation.awaitHealthy(nodes);
      writer.awaitRounds(2);
      assertViewsAgree();
      for (ServerProcess victim : victims) {
        victim.startAgain();
        victim.awaitAnswer();
      }
      for (ServerProcess victim : victims) {
        Formation.await(nodes, victim + " is a replica", () -> !victim.isPrimary());
      }
      Formation.awaitHealthy(nodes);
      writer.awaitRounds(1);
    }
    assertViewsAgree();
    for (ServerProcess primary : primaries()) {
      assertEquals(1L, primary.call("WAIT", "1", "10000"), primary::log);
      List<ServerProcess> replicas = Formation.replicasOf(nodes, primary);
      assertEquals(1, replicas.size());
      assertEquals(primary.text("DBSIZE"), replicas.getFirst().text("DBSIZE"));
    }
  }

  private List<ServerProcess> primaries() {
    return Formation.running(nodes).stream().filter(ClusterNode::isPrimary).toList();
  }

  /// NODES is compared by awaitHealthy; SLOTS and SHARDS tell the same story in another form.
  private void assertViewsAgree() {
    List<ServerProcess> running = Formation.running(nodes);
    for (String view : List.of("SLOTS", "SHARDS")) {
      Formation.await(
          nodes,
          "all nodes agree on CLUSTER " + view,
          () -> {
            Set<String> views = new HashSet<>();
            for (ServerProcess node : running) {
              views.add(canonical(node.call("CLUSTER", view)));
            }
            if (views.size() != 1) {
              throw new IllegalStateException(String.join("\n", views));
            }
            return true;
          });
    }
  }

  /// A view with its lists sorted, and without replication offsets, which never stand still.
  private static String canonical(Object reply) {
    if (!(reply instanceof List<?> list)) {
      return String.valueOf(reply);
    }
    TreeSet<String> elements = new TreeSet<>();
    for (int i = 0; i < list.size(); i++) {
      if ("replication-offset".equals(list.get(i))) {
        i++;
      } else {
        elements.add(canonical(list.get(i)));
      }
    }
    return elements.toString();
  }

  /// A client that writes all the time, and goes on after every error.
  private static final class Writer implements AutoCloseable {
    private final List<ServerProcess> nodes;
    private final RedisClusterClient jedis;
    private final AtomicBoolean ending = new AtomicBoolean();
    private final Thread thread = new Thread(this::write, "writer");
    private volatile long rounds;

    Writer(List<ServerProcess> nodes) {
      this.nodes = nodes;
      Set<HostAndPort> seeds = new HashSet<>();
      nodes.forEach(node -> seeds.add(new HostAndPort(node.host(), node.port())));
      jedis =
          RedisClusterClient.builder()
              .nodes(seeds)
              .maxAttempts(10)
              .maxTotalRetriesDuration(Duration.ofSeconds(5))
              .build();
      thread.start();
    }

    private void write() {
      long round = 0;
      while (!ending.get()) {
        boolean whole = true;
        for (int i = 0; i < KEYS && !ending.get(); i++) {
          try {
            jedis.set("key:" + i, "" + round);
          } catch (JedisException refused) {
            whole = false;
          }
        }
        if (whole && !ending.get()) {
          round++;
          rounds = round;
        }
      }
    }

    /// Waits until every key has been written this often once more, each time without an error.
    void awaitRounds(int more) {
      long target = rounds + more;
      Formation.await(nodes, "the client writes everything", () -> rounds >= target);
    }

    @Override
    public void close() {
      ending.set(true);
      try {
        thread.join();
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
      jedis.close();
      assertTrue(rounds > 0);
    }
  }
}
