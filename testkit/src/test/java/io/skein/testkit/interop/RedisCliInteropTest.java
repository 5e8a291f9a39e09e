package io.skein.testkit.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.testkit.Formation;
import io.skein.testkit.SkeinNode;
import io.skein.testkit.SkeinTest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("interop")
@SkeinTest
class RedisCliInteropTest {
  private static Tool cli(int port, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("redis-cli", "-p", "" + port));
    command.addAll(Arrays.asList(words));
    return Tool.run(command.toArray(String[]::new));
  }

  /// Six processes as a person starts them, joined, checked, used and brought back.
  @Test
  void createsChecksAndUsesACluster(@TempDir Path directory) throws Exception {
    List<ServerProcess> nodes = new ArrayList<>();
    try {
      for (int i = 0; i < 6; i++) {
        nodes.add(ServerProcess.skein(directory, ServerProcess.CLUSTER.toArray(String[]::new)));
      }
      List<String> create = new ArrayList<>(List.of("redis-cli", "--cluster", "create"));
      for (ServerProcess node : nodes) {
        create.add(node.awaitAnswer().address());
      }
      create.addAll(List.of("--cluster-replicas", "1", "--cluster-yes"));
      String created = Tool.run(create.toArray(String[]::new)).orFail();
      assertTrue(created.contains("[OK] All 16384 slots covered."), created);
      Formation.awaitHealthy(nodes);
      int port = nodes.get(5).port();
      String address = nodes.get(5).address();

      String check = cli(port, "--cluster", "check", address).orFail();
      assertTrue(check.contains("[OK] All nodes agree about slots configuration."), check);
      assertTrue(check.contains("[OK] All 16384 slots covered."), check);
      assertFalse(check.contains("[ERR]") || check.contains("[WARNING]"), check);

      for (int i = 0; i < 10; i++) {
        assertEquals("OK", cli(port, "-c", "SET", "key:" + i, "" + i).orFail().strip());
      }
      assertEquals("7", cli(port, "-c", "GET", "key:7").orFail().strip());
      String info = cli(port, "--cluster", "info", address).orFail();
      assertTrue(info.contains("[OK] 10 keys in 3 masters."), info);
      String called = cli(port, "--cluster", "call", address, "PING").orFail();
      assertEquals(7, called.split("PONG", -1).length, called);

      everyNodeComesBack(nodes);
      String again = cli(port, "--cluster", "check", address).orFail();
      assertTrue(again.contains("[OK] 10 keys in 3 masters."), again);
    } finally {
      nodes.forEach(ServerProcess::close);
    }
  }

  /// All are stopped together, as when a machine restarts.
  private static void everyNodeComesBack(List<ServerProcess> nodes) throws Exception {
    for (ServerProcess node : nodes) {
      assertEquals("OK", node.call("SAVE"));
    }
    List<String> before = new ArrayList<>();
    for (ServerProcess node : nodes) {
      before.add(node.text("CLUSTER", "MYID"));
      node.terminate();
    }
    for (ServerProcess node : nodes) {
      node.startAgain();
    }
    nodes.forEach(ServerProcess::awaitAnswer);
    Formation.awaitHealthy(nodes);
    for (int i = 0; i < nodes.size(); i++) {
      ServerProcess node = nodes.get(i);
      assertEquals(before.get(i), node.text("CLUSTER", "MYID"));
    }
    // Who is slow to start may be a replica now: its own was elected meanwhile.
    assertEquals(3, nodes.stream().filter(ServerProcess::isPrimary).count());
  }

  @Test
  void talksToOneNode(SkeinNode node) throws Exception {
    assertEquals("OK", cli(node.port(), "SET", "goose", "grey").orFail().strip());
    assertEquals("grey", cli(node.port(), "-3", "GET", "goose").orFail().strip());
    assertEquals(
        "(error) ERR value is not an integer or out of range",
        cli(node.port(), "--no-raw", "INCR", "goose").output().strip());
    String info = cli(node.port(), "INFO", "server").orFail();
    assertTrue(info.contains("redis_version:"), info);
    String bigKeys = cli(node.port(), "--bigkeys").orFail();
    assertTrue(bigKeys.contains("Biggest string found"), bigKeys);
  }

  @Test
  void benchmarkRuns(SkeinNode node) throws Exception {
    String csv =
        Tool.run(
                "redis-benchmark",
                "-p",
                "" + node.port(),
                "-t",
                "ping_inline,ping_mbulk,set,get,incr,mset",
                "-n",
                "5000",
                "-c",
                "20",
                "-P",
                "16",
                "-r",
                "1000",
                "--csv")
            .orFail();
    for (String test : List.of("PING_INLINE", "PING_MBULK", "SET", "GET", "INCR", "MSET")) {
      assertTrue(csv.contains("\"" + test), csv);
    }
    assertFalse(csv.contains("ERR"), csv);
    assertTrue(Long.parseLong(node.text("DBSIZE")) > 500);
  }
}
