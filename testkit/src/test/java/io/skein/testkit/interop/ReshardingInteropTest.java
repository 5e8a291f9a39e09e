package io.skein.testkit.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.testkit.Formation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Slots that move, as administrators move them: with `redis-cli --cluster`.
@Tag("interop")
class ReshardingInteropTest {
  private static final int KEYS = 300;

  @TempDir private Path directory;

  private final List<ServerProcess> nodes = new ArrayList<>();

  @AfterEach
  void end() {
    nodes.forEach(ServerProcess::close);
  }

  /// Starts nodes, the first of which form a cluster of primaries without replicas.
  private void start(int all, int primaries) throws Exception {
    for (int i = 0; i < all; i++) {
      String[] options = ServerProcess.CLUSTER.toArray(String[]::new);
      nodes.add(ServerProcess.skeinWithFile(directory, options));
    }
    nodes.forEach(ServerProcess::awaitAnswer);
    Formation.form(nodes.subList(0, primaries), primaries);
  }

  private String address() {
    return nodes.getFirst().address();
  }

  private static Tool cluster(String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of("redis-cli", "--cluster"));
    command.addAll(Arrays.asList(words));
    return Tool.run(command.toArray(String[]::new));
  }

  private static String id(ServerProcess node) {
    return node.text("CLUSTER", "MYID");
  }

  private static int slotsOf(ServerProcess node) {
    int count = 0;
    for (String word : node.text("CLUSTER", "NODES").split("\n", -1)) {
      if (word.contains("myself")) {
        String[] fields = word.split(" ", -1);
        for (String range : Arrays.asList(fields).subList(8, fields.length)) {
          if (!range.startsWith("[")) {
            String[] ends = range.split("-", -1);
            count += Integer.parseInt(ends[ends.length - 1]) - Integer.parseInt(ends[0]) + 1;
          }
        }
      }
    }
    return count;
  }

  private void fill() {
    for (int i = 0; i < KEYS; i++) {
      String key = "key:" + i;
      assertEquals("OK", Formation.primaryOf(primaries(), key).call("SET", key, "v" + i));
    }
  }

  private List<ServerProcess> primaries() {
    return nodes.stream().filter(node -> slotsOf(node) > 0).toList();
  }

  private void assertAllThere() {
    for (int i = 0; i < KEYS; i++) {
      String key = "key:" + i;
      assertEquals("v" + i, Formation.primaryOf(primaries(), key).call("GET", key));
    }
  }

  private static void awaitAgreement(List<ServerProcess> members) {
    Formation.await(
        members,
        "redis-cli finds nothing to complain about, whomever it asks",
        () -> {
          for (ServerProcess asked : members) {
            String check = cluster("check", asked.address()).output();
            boolean sound =
                check.contains("[OK] All nodes agree about slots configuration.")
                    && check.contains("[OK] All 16384 slots covered.")
                    && !check.contains("[WARNING]")
                    && !check.contains("[ERR]")
                    && members.stream().allMatch(node -> check.contains(node.address()));
            if (!sound) {
              throw new IllegalStateException(check);
            }
          }
          return true;
        });
  }

  @Test
  void growsAndShrinksACluster() throws Exception {
    start(5, 3);
    fill();
    ServerProcess added = nodes.get(3);
    ServerProcess replica = nodes.get(4);

    String grown = cluster("add-node", added.address(), address()).orFail();
    assertTrue(grown.contains("[OK] New node added correctly."), grown);
    assertTrue(grown.contains("Send FUNCTION RESTORE"), grown);
    awaitAgreement(nodes.subList(0, 4));
    cluster(
            "add-node",
            replica.address(),
            address(),
            "--cluster-slave",
            "--cluster-master-id",
            id(added))
        .orFail();
    Formation.await(nodes, "the replica follows", () -> replica.isInSync());
    awaitAgreement(nodes);

    try (CountingClient client = new CountingClient(nodes.subList(0, 3))) {
      reshape(added);
      client.awaitMore(500);
      client.end();
      client.verify();
    }
  }

  /// Half of the slots move about, and at last all are where the weights say.
  private void reshape(ServerProcess added) throws Exception {
    cluster(
            "reshard",
            address(),
            "--cluster-from",
            id(nodes.get(0)),
            "--cluster-to",
            id(added),
            "--cluster-slots",
            "500",
            "--cluster-yes")
        .orFail();
    awaitAgreement(nodes);
    assertEquals(500, slotsOf(added));
    assertAllThere();

    cluster("rebalance", address(), "--cluster-threshold", "1").orFail();
    awaitAgreement(nodes);
    assertEquals(4096, slotsOf(added));
    assertAllThere();

    // A primary that is left without slots would follow another from then on.
    for (ServerProcess node : nodes) {
      assertEquals("OK", node.call("CONFIG", "SET", "cluster-allow-replica-migration", "no"));
    }
    cluster("rebalance", address(), "--cluster-weight", id(added) + "=0", "--cluster-pipeline", "3")
        .orFail();
    awaitAgreement(nodes);
    assertEquals(0, slotsOf(added));
    assertEquals("0", added.text("DBSIZE"));
    assertAllThere();

    cluster("rebalance", address(), "--cluster-use-empty-masters").orFail();
    awaitAgreement(nodes);
    assertAllThere();
    assertEquals(16384, primaries().stream().mapToInt(ReshardingInteropTest::slotsOf).sum());
  }

  @Test
  void removesNodesAndRunsCommandsOnAll() throws Exception {
    start(4, 3);
    cluster("add-node", nodes.get(3).address(), address(), "--cluster-slave").orFail();
    Formation.await(nodes, "the replica follows", () -> nodes.get(3).isInSync());
    awaitAgreement(nodes);

    String timeouts = cluster("set-timeout", address(), "2500").orFail();
    assertTrue(timeouts.contains("New node timeout set. 4 OK, 0 ERR."), timeouts);
    String called = cluster("call", address(), "CONFIG", "GET", "cluster-node-timeout").orFail();
    assertEquals(5, called.split("2500", -1).length, called);
    String primariesOnly = cluster("call", address(), "ROLE", "--cluster-only-masters").orFail();
    assertFalse(primariesOnly.contains("slave\n"), primariesOnly);

    fill();
    Path copies = Files.createDirectory(directory.resolve("backup"));
    String backup = cluster("backup", address(), copies.toString()).orFail();
    assertTrue(backup.contains("Backup created into: " + copies), backup);
    try (Stream<Path> files = Files.list(copies)) {
      assertEquals(3, files.filter(file -> file.toString().endsWith(".rdb")).count());
    }

    Tool refused = cluster("del-node", address(), id(nodes.get(1)));
    assertEquals(1, refused.status(), refused.output());
    assertTrue(refused.output().contains("is not empty"), refused.output());
    cluster("del-node", address(), id(nodes.get(3))).orFail();
    Formation.await(
        nodes.subList(0, 3),
        "the removed node is forgotten",
        () -> nodes.get(0).text("CLUSTER", "NODES").split("\n", -1).length <= 4);
    awaitAgreement(nodes.subList(0, 3));
  }

  @Test
  void takesInTheDataOfAServerOfItsOwn() throws Exception {
    start(3, 3);
    ServerProcess alone = ServerProcess.redis(directory);
    ServerProcess ours = ServerProcess.skein(directory);
    nodes.add(alone);
    nodes.add(ours);
    alone.awaitAnswer();
    ours.awaitAnswer();
    List<ServerProcess> members = nodes.subList(0, 3);
    for (ServerProcess source : List.of(alone, ours)) {
      for (int i = 0; i < 50; i++) {
        assertEquals("OK", source.call("SET", "import:" + i, source.port() + ":" + i));
      }
      assertEquals(3L, source.call("RPUSH", "import:list:" + source.port(), "a", "b", "c"));
    }
    cluster("import", address(), "--cluster-from", alone.address(), "--cluster-copy").orFail();
    assertEquals("51", alone.text("DBSIZE"));
    assertEquals("51", sizeOf(members));

    Tool busy = cluster("import", address(), "--cluster-from", ours.address());
    assertEquals(1, busy.status(), busy.output());
    assertTrue(busy.output().contains("BUSYKEY"), busy.output());
    cluster("import", address(), "--cluster-from", ours.address(), "--cluster-replace").orFail();
    assertEquals("0", ours.text("DBSIZE"));
    assertEquals("52", sizeOf(members));
    assertEquals(
        ours.port() + ":7", Formation.primaryOf(members, "import:7").call("GET", "import:7"));
  }

  private static String sizeOf(List<ServerProcess> members) {
    return "" + members.stream().mapToLong(node -> Long.parseLong(node.text("DBSIZE"))).sum();
  }

  @Test
  void repairsWhatAnInterruptedMoveLeaves() throws Exception {
    start(3, 3);
    fill();
    String key = "key:1";
    int slot = Formation.slot(key);
    ServerProcess source = Formation.primaryOf(nodes, key);
    ServerProcess target = nodes.stream().filter(node -> node != source).findFirst().orElseThrow();

    // Both ends are open, and some of the keys have moved.
    call(target, "CLUSTER", "SETSLOT", "" + slot, "IMPORTING", id(source));
    call(source, "CLUSTER", "SETSLOT", "" + slot, "MIGRATING", id(target));
    call(source, "MIGRATE", target.host(), "" + target.port(), key, "0", "5000");
    Tool check = cluster("check", address());
    assertTrue(check.output().contains("[WARNING] The following slots are open"), check.output());
    cluster("fix", address()).orFail();
    awaitAgreement(nodes);
    assertAllThere();

    // Only the target is open, and it has a key of the slot.
    ServerProcess owner = Formation.primaryOf(nodes, key);
    ServerProcess other = nodes.stream().filter(node -> node != owner).findFirst().orElseThrow();
    call(other, "CLUSTER", "SETSLOT", "" + slot, "IMPORTING", id(owner));
    cluster("fix", address()).orFail();
    awaitAgreement(nodes);

    // Only the source is open.
    call(owner, "CLUSTER", "SETSLOT", "" + slot, "MIGRATING", id(other));
    cluster("fix", address()).orFail();
    awaitAgreement(nodes);
    assertAllThere();
  }

  @Test
  void coversSlotsThatNobodyServes() throws Exception {
    start(3, 3);
    fill();
    ServerProcess owner = Formation.primaryOf(nodes, "key:1");
    int slot = Formation.slot("key:1");
    int empty = 0;
    while (slotHasKeys(empty)) {
      empty++;
    }
    for (ServerProcess node : nodes) {
      call(node, "CLUSTER", "DELSLOTS", "" + slot, "" + empty);
    }
    Tool check = cluster("check", address());
    assertTrue(check.output().contains("[ERR] Not all 16384 slots are covered"), check.output());
    // It asks whether it may, whatever its options say.
    Tool.run("sh", "-c", "yes yes | redis-cli --cluster fix " + address()).orFail();
    awaitAgreement(nodes);
    assertEquals(owner, Formation.primaryOf(nodes, "key:1"));
    assertAllThere();
  }

  private boolean slotHasKeys(int slot) {
    return nodes.stream()
        .anyMatch(node -> !"0".equals(node.text("CLUSTER", "COUNTKEYSINSLOT", "" + slot)));
  }

  private static void call(ServerProcess node, String... words) {
    assertEquals("OK", node.call(words));
  }
}
