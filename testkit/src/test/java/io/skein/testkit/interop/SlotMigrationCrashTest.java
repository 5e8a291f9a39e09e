package io.skein.testkit.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.testkit.Await;
import io.skein.testkit.Formation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Slots that migrate between processes, which are killed in each phase, and spread by `./skein
/// cluster rebalance`.
class SlotMigrationCrashTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int SLOT = Formation.slot("goose");
  private static final int KEYS = 200;

  @TempDir private Path directory;

  private final List<ServerProcess> nodes = new ArrayList<>();

  @AfterEach
  void end() {
    nodes.forEach(ServerProcess::close);
  }

  private void start(int all, int primaries) throws Exception {
    List<String> options = new ArrayList<>(ServerProcess.CLUSTER);
    options.addAll(List.of("--enable-debug-command", "yes", "--appendonly", "yes"));
    for (int i = 0; i < all; i++) {
      nodes.add(ServerProcess.skein(directory, options.toArray(String[]::new)));
    }
    nodes.forEach(ServerProcess::awaitAnswer);
    Formation.form(nodes.subList(0, primaries), primaries);
  }

  private static String state(ServerProcess node) {
    List<?> all = (List<?>) node.call("CLUSTER", "GETSLOTMIGRATIONS");
    if (all.isEmpty()) {
      return "none";
    }
    List<?> fields = (List<?>) all.getFirst();
    return String.valueOf(fields.get(fields.indexOf("state") + 1));
  }

  private static void migrate(ServerProcess from, ServerProcess to) {
    String slot = Integer.toString(SLOT);
    from.call(
        "CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", slot, slot, "NODE", to.text("CLUSTER", "MYID"));
  }

  @ParameterizedTest
  @CsvSource({
    "snapshotting, source",
    "snapshotting, target",
    "replicating, source",
    "replicating, target",
    "failover-granted, source",
    "failover-granted, target"
  })
  void nothingIsLostWhenASideIsKilled(String phase, String victim) throws Exception {
    start(3, 3);
    ServerProcess from = Formation.primaryOf(nodes, "goose");
    ServerProcess to = nodes.get((nodes.indexOf(from) + 1) % nodes.size());
    for (int i = 0; i < KEYS; i++) {
      from.call("SET", "{goose}" + i, "v" + i);
    }
    switch (phase) {
      case "snapshotting" -> from.call("CONFIG", "SET", "rdb-key-save-delay", "20000");
      case "replicating" -> from.call("DEBUG", "SLOTMIGRATION", "PREVENT", "PAUSE");
      default -> to.call("DEBUG", "SLOTMIGRATION", "PREVENT", "FAILOVER");
    }
    migrate(from, to);
    Await.until("it is " + phase, LIMIT, () -> phase.equals(state(from)));
    ServerProcess killed = victim.equals("source") ? from : to;
    ServerProcess other = killed == from ? to : from;
    killed.kill();
    Await.until("the other side knows", LIMIT, () -> isOver(other, phase));
    killed.startAgain();
    killed.awaitAnswer();
    if (phase.equals("snapshotting") && other == from) {
      from.call("CONFIG", "SET", "rdb-key-save-delay", "0");
    }
    for (ServerProcess node : nodes) {
      Await.until(
          "the cluster is well",
          LIMIT,
          () -> node.text("CLUSTER", "INFO").contains("cluster_state:ok"));
    }
    Await.until(
        "the other side has given up",
        LIMIT,
        () -> "failed".equals(state(other)) || other == killed);
    assertKeys(from);
    Await.until(
        "nothing is staged", LIMIT, () -> to.text("INFO", "cluster").contains("staged_keys:0"));
    assertEquals(0L, to.call("CLUSTER", "COUNTKEYSINSLOT", Integer.toString(SLOT)));
    from.call("DEBUG", "SLOTMIGRATION", "ALLOW", "PAUSE");
    to.call("DEBUG", "SLOTMIGRATION", "ALLOW", "FAILOVER");
    migrate(from, to);
    Await.until("it succeeds", LIMIT, () -> "success".equals(state(from)));
    assertKeys(to);
    to.kill();
    to.startAgain();
    to.awaitAnswer();
    Await.until(
        "it serves again", LIMIT, () -> to.text("CLUSTER", "INFO").contains("cluster_state:ok"));
    assertKeys(to);
  }

  /// Who granted the slots waits for the target, which may have claimed them.
  private static boolean isOver(ServerProcess node, String phase) {
    String state = state(node);
    return state.equals("failed") || phase.equals("failover-granted") && state.equals(phase);
  }

  private static void assertKeys(ServerProcess node) {
    for (int i = 0; i < KEYS; i++) {
      assertEquals("v" + i, node.call("GET", "{goose}" + i));
    }
  }

  @Test
  void theToolSpreadsTheSlots() throws Exception {
    start(4, 3);
    ServerProcess fourth = nodes.get(3);
    fourth.call("CLUSTER", "MEET", nodes.getFirst().host(), "" + nodes.getFirst().port());
    for (ServerProcess node : nodes) {
      Await.until(
          "all know the fourth",
          LIMIT,
          () -> node.text("CLUSTER", "INFO").contains("cluster_known_nodes:4"));
    }
    for (int i = 0; i < 1000; i++) {
      String key = "key:" + i;
      Formation.primaryOf(nodes.subList(0, 3), key).call("SET", key, "v" + i);
    }
    Tool nothing = tool(nodes.getFirst().address());
    assertTrue(nothing.orFail().contains("Nothing to move"), nothing.output());
    Tool plan = tool(nodes.getFirst().address(), "--use-empty-primaries", "--dry-run");
    assertTrue(plan.orFail().contains("Would move"), plan.output());
    assertEquals("0", slots(fourth));
    Tool done = tool(nodes.getFirst().address(), "--use-empty-primaries");
    assertTrue(done.orFail().contains("Done"), done.output());
    assertEquals("4096", slots(fourth));
    for (int i = 0; i < 1000; i++) {
      assertEquals("v" + i, Formation.primaryOf(nodes, "key:" + i).call("GET", "key:" + i));
    }
    Tool back = tool(fourth.address(), "--weight", fourth.text("CLUSTER", "MYID") + "=0");
    assertTrue(back.orFail().contains("Done"), back.output());
    Tool wrong = tool(nodes.getFirst().address(), "--weight", "zz=1");
    assertEquals(1, wrong.status(), wrong.output());
  }

  private static String slots(ServerProcess node) {
    int count = 0;
    for (String line : node.text("CLUSTER", "NODES").split("\n", -1)) {
      if (line.contains("myself")) {
        String[] fields = line.split(" ", -1);
        for (int i = 8; i < fields.length; i++) {
          String[] ends = fields[i].split("-", -1);
          count += Integer.parseInt(ends[ends.length - 1]) - Integer.parseInt(ends[0]) + 1;
        }
      }
    }
    return Integer.toString(count);
  }

  private static Tool tool(String... words) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.skein.server.Main",
                "cluster",
                "rebalance"));
    command.addAll(List.of(words));
    return Tool.run(command.toArray(String[]::new));
  }
}
