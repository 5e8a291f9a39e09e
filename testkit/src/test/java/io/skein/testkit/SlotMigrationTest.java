package io.skein.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Slots that migrate as a whole, between real nodes in one process.
@SkeinTest(options = {"--enable-debug-command", "yes"})
class SlotMigrationTest {
  /// The slot of `{goose}`.
  private static final int SLOT = Formation.slot("goose");

  private static SkeinNode other(SkeinCluster cluster, SkeinNode not) {
    return cluster.primaries().stream().filter(node -> node != not).findFirst().orElseThrow();
  }

  private static Object migrate(SkeinCluster cluster, SkeinNode from, SkeinNode to, int... range) {
    return from.call(
        "CLUSTER",
        "MIGRATESLOTS",
        "SLOTSRANGE",
        Integer.toString(range[0]),
        Integer.toString(range[1]),
        "NODE",
        cluster.id(to));
  }

  /// The newest migration that `node` knows of.
  static Map<String, Object> newest(SkeinNode node) {
    List<?> all = (List<?>) node.call("CLUSTER", "GETSLOTMIGRATIONS");
    return all.isEmpty() ? Map.of("state", "none") : fields((List<?>) all.getFirst());
  }

  private static Map<String, Object> fields(List<?> flat) {
    Map<String, Object> fields = new TreeMap<>();
    for (int i = 0; i < flat.size(); i += 2) {
      fields.put(String.valueOf(flat.get(i)), flat.get(i + 1));
    }
    return fields;
  }

  /// Waits for a state. What fails since the machine is so busy that nodes take themselves for cut
  /// off is ordered again, as an administrator would.
  private static void awaitState(SkeinCluster cluster, SkeinNode node, String state) {
    cluster.await(
        "the migration is " + state,
        () -> {
          Map<String, Object> newest = newest(node);
          if (state.equals("success") && "failed".equals(newest.get("state"))) {
            String[] range = String.valueOf(newest.get("slot_ranges")).split("-", -1);
            String target = String.valueOf(newest.get("target_node"));
            node.call("CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", range[0], range[1], "NODE", target);
          }
          return state.equals(newest.get("state"));
        });
  }

  @Test
  void movesKeysOfAllTypesAndWhoAsksIsRedirected(SkeinCluster cluster) {
    SkeinNode from = cluster.primaryOf("goose");
    SkeinNode to = other(cluster, from);
    from.call("SET", "{goose}s", "grey", "PX", "600000");
    from.call("SET", "{goose}n", "12");
    from.call("SETRANGE", "{goose}long", "1000000", "end");
    from.call("RPUSH", "{goose}l", "a", "b", "c");
    from.call("SADD", "{goose}set", "1", "2", "x");
    from.call("HSET", "{goose}h", "f", "1", "g", "2");
    from.call("ZADD", "{goose}z", "1.5", "one", "2", "two");
    from.call("XADD", "{goose}x", "5-1", "f", "v");
    from.call("XGROUP", "CREATE", "{goose}x", "group", "0");
    from.call("XREADGROUP", "GROUP", "group", "me", "COUNT", "1", "STREAMS", "{goose}x", ">");
    for (int i = 0; i < 5000; i++) {
      from.call("RPUSH", "{goose}many", "element-" + i);
    }
    String before = digest(from);
    assertEquals("OK", migrate(cluster, from, to, SLOT, SLOT));
    awaitState(cluster, from, "success");
    cluster.await("the target owns it", () -> to.call("GET", "{goose}n").equals("12"));
    assertEquals(before, digest(to));
    assertTrue((long) to.call("PTTL", "{goose}s") > 0);
    ReplyError moved = assertThrows(ReplyError.class, () -> from.call("GET", "{goose}s"));
    assertEquals("MOVED " + SLOT + " " + to.address(), moved.getMessage());
    cluster.await("the source is clean", () -> slotSize(from) == 0);
    assertEquals("IMPORT", newest(to).get("operation"));
    assertEquals("success", newest(to).get("state"));
    SkeinNode heir = cluster.replicasOf(to).getFirst();
    heir.call("READONLY");
    cluster.await("the replica has it", () -> "12".equals(heir.call("GET", "{goose}n")));
    assertEquals(before, digest(heir));
    SkeinNode left = cluster.replicasOf(from).getFirst();
    cluster.await("the source's replica is clean", () -> slotSize(left) == 0);
  }

  private static long slotSize(SkeinNode node) {
    return (long) node.call("CLUSTER", "COUNTKEYSINSLOT", Integer.toString(SLOT));
  }

  /// A digest of the keys of the slot.
  private static String digest(SkeinNode node) {
    List<String> words = new ArrayList<>(List.of("DEBUG", "DIGEST-VALUE"));
    List<String> keys = new ArrayList<>();
    for (Object key :
        (List<?>) node.call("CLUSTER", "GETKEYSINSLOT", Integer.toString(SLOT), "100000")) {
      keys.add(String.valueOf(key));
    }
    keys.sort(null);
    words.addAll(keys);
    return keys + " " + node.call(words.toArray(String[]::new));
  }

  @Test
  void refusesInTheWordsOfValkey(SkeinCluster cluster) {
    SkeinNode from = cluster.primaryOf("goose");
    SkeinNode to = other(cluster, from);
    String slot = Integer.toString(SLOT);
    String id = cluster.id(to);
    assertError(from, "ERR No migrations ongoing", "CANCELSLOTMIGRATIONS");
    assertError(
        from,
        "ERR Target node can not be this node.",
        "MIGRATESLOTS",
        "SLOTSRANGE",
        slot,
        slot,
        "NODE",
        cluster.id(from));
    assertError(
        to,
        "ERR Slots are not served by this node.",
        "MIGRATESLOTS",
        "SLOTSRANGE",
        slot,
        slot,
        "NODE",
        cluster.id(from));
    assertError(
        from, "ERR Invalid node name: x", "MIGRATESLOTS", "SLOTSRANGE", slot, slot, "NODE", "x");
    assertError(
        from,
        "ERR Unknown node name: " + "a".repeat(40),
        "MIGRATESLOTS",
        "SLOTSRANGE",
        slot,
        slot,
        "NODE",
        "a".repeat(40));
    assertError(
        from, "ERR No slot ranges specified", "MIGRATESLOTS", "SLOTSRANGE", "NODE", id, "x");
    assertError(
        from,
        "ERR Slot range "
            + slot
            + "-"
            + slot
            + " overlaps with previous range "
            + slot
            + "-"
            + slot
            + ".",
        "MIGRATESLOTS",
        "SLOTSRANGE",
        slot,
        slot,
        slot,
        slot,
        "NODE",
        id);
    assertError(
        from,
        "ERR Slot ranges in migrations overlap",
        "MIGRATESLOTS",
        "SLOTSRANGE",
        slot,
        slot,
        "NODE",
        id,
        "SLOTSRANGE",
        slot,
        slot,
        "NODE",
        id);
    assertError(
        from,
        "ERR Invalid or out of range slot",
        "MIGRATESLOTS",
        "SLOTSRANGE",
        "1",
        "16384",
        "NODE",
        id);
    assertError(from, "ERR syntax error", "MIGRATESLOTS", "SLOTRANGE", slot, slot, "NODE", id);
    assertError(
        cluster.replicasOf(from).getFirst(),
        "ERR Slot migration can only be used on primary nodes.",
        "MIGRATESLOTS",
        "SLOTSRANGE",
        slot,
        slot,
        "NODE",
        id);
    from.call("CLUSTER", "SETSLOT", slot, "MIGRATING", id);
    assertError(
        from,
        "ERR Slots are being manually migrated",
        "MIGRATESLOTS",
        "SLOTSRANGE",
        slot,
        slot,
        "NODE",
        id);
    from.call("CLUSTER", "SETSLOT", slot, "STABLE");
  }

  private static void assertError(SkeinNode node, String error, String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addFirst("CLUSTER");
    ReplyError said = assertThrows(ReplyError.class, () -> node.call(all.toArray(String[]::new)));
    assertEquals(error, said.getMessage());
  }

  /// Returns in the midst of the snapshot, which goes on when `rdb-key-save-delay` is 0 again.
  private static void beginSlowly(SkeinCluster cluster, SkeinNode from, SkeinNode to) {
    from.call("CONFIG", "SET", "rdb-key-save-delay", "20000");
    migrate(cluster, from, to, SLOT, SLOT);
    cluster.await("it is under way", () -> "snapshotting".equals(newest(from).get("state")));
  }

  @Test
  void aCancelledMigrationLeavesEverythingAtTheSource(SkeinCluster cluster) {
    SkeinNode from = cluster.primaryOf("goose");
    SkeinNode to = other(cluster, from);
    for (int i = 0; i < 300; i++) {
      from.call("SET", "{goose}" + i, "v" + i);
    }
    beginSlowly(cluster, from, to);
    assertError(
        from,
        "ERR I am already migrating slot " + SLOT + ".",
        "MIGRATESLOTS",
        "SLOTSRANGE",
        Integer.toString(SLOT),
        Integer.toString(SLOT),
        "NODE",
        cluster.id(to));
    assertEquals("OK", from.call("CLUSTER", "CANCELSLOTMIGRATIONS"));
    assertEquals("cancelled", newest(from).get("state"));
    from.call("CONFIG", "SET", "rdb-key-save-delay", "0");
    awaitState(cluster, to, "failed");
    assertEquals("OK", from.call("SET", "{goose}0", "new"));
    assertEquals(300L, slotSize(from));
    assertEquals(0L, to.call("DBSIZE"));
    String info = String.valueOf(to.call("INFO", "cluster"));
    assertTrue(info.contains("cluster_slots_staged_keys:0"), info);
    migrate(cluster, from, to, SLOT, SLOT);
    awaitState(cluster, from, "success");
    assertEquals("new", to.call("GET", "{goose}0"));
    assertEquals(300L, slotSize(to));
  }

  private static long staged(SkeinNode node) {
    String info = String.valueOf(node.call("INFO", "cluster"));
    String name = "cluster_slots_staged_keys:";
    int at = info.indexOf(name) + name.length();
    return Long.parseLong(info.substring(at, info.indexOf('\r', at)));
  }

  private static void fill(SkeinNode node) {
    for (int i = 0; i < 300; i++) {
      node.call("SET", "{goose}" + i, "v" + i);
    }
    node.call("WAIT", "1", "10000");
  }

  private static void assertFilled(SkeinNode node) {
    for (int i = 0; i < 300; i++) {
      assertEquals("v" + i, node.call("GET", "{goose}" + i));
    }
  }

  @Test
  void whatCameIsDroppedWhenTheTargetIsFailedOver(SkeinCluster cluster) {
    SkeinNode from = cluster.primaryOf("goose");
    SkeinNode to = other(cluster, from);
    SkeinNode heir = cluster.replicasOf(to).getFirst();
    fill(from);
    from.call("DEBUG", "SLOTMIGRATION", "PREVENT", "PAUSE");
    migrate(cluster, from, to, SLOT, SLOT);
    awaitState(cluster, from, "replicating");
    cluster.await("it is there, and nobody sees it", () -> staged(to) == 300);
    assertEquals(0L, to.call("DBSIZE"));
    assertEquals("0", ((List<?>) to.call("SCAN", "0")).getFirst());
    assertEquals(List.of(), to.call("KEYS", "*"));
    assertEquals(0L, slotSize(to));
    assertThrows(ReplyError.class, () -> to.call("GET", "{goose}1"));
    cluster.await("its replica has it", () -> staged(heir) == 300);
    assertEquals("occurring-on-primary", newest(heir).get("state"));
    to.kill();
    awaitState(cluster, from, "failed");
    cluster.awaitHealthy();
    cluster.await("the new primary gave it up", () -> staged(heir) == 0);
    assertFilled(from);
    to.startAgain();
    cluster.await("the old one follows", () -> cluster.replicas().contains(to));
    cluster.await("and has given it up, too", () -> staged(to) == 0);
    from.call("DEBUG", "SLOTMIGRATION", "ALLOW", "PAUSE");
    migrate(cluster, from, heir, SLOT, SLOT);
    awaitState(cluster, from, "success");
    assertFilled(heir);
  }

  @Test
  void theSourcesReplicaKeepsTheSlotsWhenItsPrimaryDies(SkeinCluster cluster) {
    SkeinNode from = cluster.primaryOf("goose");
    SkeinNode to = other(cluster, from);
    SkeinNode heir = cluster.replicasOf(from).getFirst();
    fill(from);
    to.call("DEBUG", "SLOTMIGRATION", "PREVENT", "FAILOVER");
    migrate(cluster, from, to, SLOT, SLOT);
    awaitState(cluster, from, "failover-granted");
    from.kill();
    awaitState(cluster, to, "failed");
    cluster.awaitHealthy();
    assertFilled(heir);
    assertEquals(0L, staged(to));
    to.call("DEBUG", "SLOTMIGRATION", "ALLOW", "FAILOVER");
    migrate(cluster, heir, to, SLOT, SLOT);
    awaitState(cluster, heir, "success");
    assertFilled(to);
  }

  @Test
  void theSourceTakesTheSlotsBackWhenTheTargetDiesBeforeItsClaim(SkeinCluster cluster) {
    SkeinNode from = cluster.primaryOf("goose");
    SkeinNode to = other(cluster, from);
    fill(from);
    to.call("DEBUG", "SLOTMIGRATION", "PREVENT", "FAILOVER");
    migrate(cluster, from, to, SLOT, SLOT);
    awaitState(cluster, from, "failover-granted");
    to.kill();
    assertEquals("v1", from.call("GET", "{goose}1"));
    assertEquals("OK", from.call("SET", "{goose}1", "v1"));
    assertEquals("failed", newest(from).get("state"));
    cluster.awaitHealthy();
    assertFilled(from);
    to.startAgain();
    cluster.await("it follows its heir", () -> cluster.replicas().contains(to));
    cluster.awaitHealthy();
    assertFilled(from);
  }

  @Test
  void theTargetsReplicaHasEverythingWhenTheTargetDiesAfterItsClaim(SkeinCluster cluster) {
    SkeinNode from = cluster.primaryOf("goose");
    SkeinNode to = other(cluster, from);
    SkeinNode heir = cluster.replicasOf(to).getFirst();
    fill(from);
    String before = digest(from);
    migrate(cluster, from, to, SLOT, SLOT);
    cluster.await("the target has claimed", () -> "success".equals(newest(from).get("state")));
    to.kill();
    cluster.await("its replica serves", () -> "v1".equals(heir.call("GET", "{goose}1")));
    assertFilled(heir);
    assertEquals(before, digest(heir));
  }

  @Test
  void whatIsFlushedAtTheSourceIsGoneAtTheTarget(SkeinCluster cluster) {
    SkeinNode from = cluster.primaryOf("goose");
    SkeinNode to = other(cluster, from);
    fill(from);
    from.call("DEBUG", "SLOTMIGRATION", "PREVENT", "PAUSE");
    migrate(cluster, from, to, SLOT, SLOT);
    cluster.await("it has come", () -> staged(to) == 300);
    to.call("FLUSHALL");
    assertEquals(300L, staged(to));
    from.call("FLUSHALL");
    from.call("SET", "{goose}1", "new");
    cluster.await("the target has forgotten it, too", () -> staged(to) == 1);
    from.call("DEBUG", "SLOTMIGRATION", "ALLOW", "PAUSE");
    awaitState(cluster, from, "success");
    assertEquals("new", to.call("GET", "{goose}1"));
    assertEquals(1L, slotSize(to));
  }

  @Test
  void slotsThatAreGivenAwayMeanwhileEndTheMigration(SkeinCluster cluster) {
    SkeinNode from = cluster.primaryOf("goose");
    SkeinNode to = other(cluster, from);
    from.call("DEBUG", "SLOTMIGRATION", "PREVENT", "PAUSE");
    migrate(cluster, from, to, SLOT, SLOT);
    awaitState(cluster, from, "replicating");
    SkeinNode third =
        cluster.primaries().stream().filter(n -> n != from && n != to).findFirst().orElseThrow();
    String id = cluster.id(third);
    third.call("CLUSTER", "SETSLOT", "" + SLOT, "IMPORTING", cluster.id(from));
    third.call("CLUSTER", "SETSLOT", "" + SLOT, "NODE", id);
    awaitState(cluster, from, "failed");
    awaitState(cluster, to, "failed");
    String why = String.valueOf(newest(from).get("message"));
    assertTrue(why.contains("Slots are no longer owned by"), why);
  }

  @Test
  void leavesWhatItWasToldToLeave(SkeinCluster cluster) throws Exception {
    SkeinNode from = cluster.primaryOf("goose");
    SkeinNode to = other(cluster, from);
    long seed = System.nanoTime();
    try (SkeinNode model = SkeinNode.start("--enable-debug-command", "yes")) {
      RandomKeys keys = new RandomKeys(seed, "{goose}");
      SkeinNode[] at = {from};
      keys.write(3000, words -> both(cluster, at, model, words));
      from.call("CONFIG", "SET", "rdb-key-save-delay", "1000");
      migrate(cluster, from, to, SLOT, SLOT);
      for (int i = 0; i < 1000 && at[0] == from; i++) {
        keys.write(20, words -> both(cluster, at, model, words));
      }
      keys.write(500, words -> both(cluster, at, model, words));
      SkeinNode owner = at[0];
      assertEquals(to, owner, () -> "seed " + seed + " " + newest(from) + newest(to));
      for (String key : keys.names()) {
        assertEquals(
            model.call("DEBUG", "DIGEST-VALUE", key),
            to.call("DEBUG", "DIGEST-VALUE", key),
            "seed " + seed + ": " + key);
        assertEquals(model.call("TYPE", key), to.call("TYPE", key), "seed " + seed + ": " + key);
      }
    }
  }

  /// Has the cluster and the model do the same; in `at` stands who has the slot.
  private static void both(SkeinCluster cluster, SkeinNode[] at, SkeinNode model, String[] words) {
    Object wanted = answer(model, words);
    Object got = answer(at[0], words);
    String moved = String.valueOf(got);
    if (moved.startsWith("MOVED ")) {
      String address = moved.substring(moved.lastIndexOf(' ') + 1);
      at[0] =
          cluster.nodes().stream()
              .filter(node -> node.address().equals(address))
              .findFirst()
              .orElseThrow();
      got = answer(at[0], words);
    }
    assertEquals(String.valueOf(wanted), String.valueOf(got), String.join(" ", words));
  }

  private static @Nullable Object answer(SkeinNode node, String[] words) {
    try {
      return node.call(words);
    } catch (ReplyError e) {
      return e.getMessage();
    }
  }

  @Test
  void nothingIsLostAndNobodyIsAskedToComeAgainUnderWrites(SkeinCluster cluster) throws Exception {
    SkeinNode from = cluster.primaryOf("goose");
    SkeinNode to = other(cluster, from);
    for (int i = 0; i < 2000; i++) {
      from.call("SET", "{goose}fixed" + i, "x".repeat(100));
    }
    Map<String, Long> acknowledged = new TreeMap<>();
    List<String> surprises = new ArrayList<>();
    boolean[] stop = {false};
    Thread writer =
        Thread.ofPlatform().start(() -> write(cluster, from, acknowledged, surprises, stop));
    cluster.await("the writer is at work", () -> slotSize(from) > 2005);
    migrate(cluster, from, to, SLOT, SLOT);
    awaitState(cluster, from, "success");
    synchronized (stop) {
      stop[0] = true;
    }
    writer.join();
    assertEquals(List.of(), surprises);
    assertFalse(acknowledged.isEmpty());
    acknowledged.forEach(
        (key, count) -> assertEquals(Long.toString(count), to.call("GET", key), key));
  }

  /// What waits behind the snapshot must not hold the snapshot up.
  @Test
  void megabytesOfWritesDuringTheSnapshotDoNotStopIt(SkeinCluster cluster) {
    SkeinNode from = cluster.primaryOf("goose");
    SkeinNode to = other(cluster, from);
    fill(from);
    beginSlowly(cluster, from, to);
    String large = "y".repeat(1024 * 1024);
    for (int i = 0; i < 12; i++) {
      from.call("SET", "{goose}large" + i, large + i);
    }
    assertEquals("snapshotting", newest(from).get("state"));
    from.call("CONFIG", "SET", "rdb-key-save-delay", "0");
    awaitState(cluster, from, "success");
    assertFilled(to);
    for (int i = 0; i < 12; i++) {
      assertEquals(large + i, to.call("GET", "{goose}large" + i));
    }
  }

  /// Counts up, and follows redirections.
  private static void write(
      SkeinCluster cluster,
      SkeinNode first,
      Map<String, Long> acknowledged,
      List<String> surprises,
      boolean[] stop) {
    Random random = new Random(7);
    SkeinNode at = first;
    while (true) {
      synchronized (stop) {
        if (stop[0]) {
          return;
        }
      }
      String key = "{goose}" + random.nextInt(50);
      try {
        acknowledged.put(key, (Long) at.call("INCR", key));
      } catch (ReplyError e) {
        if (!e.code().equals("MOVED")) {
          surprises.add(e.getMessage());
          return;
        }
        String address = e.getMessage().substring(e.getMessage().lastIndexOf(' ') + 1);
        at =
            cluster.nodes().stream()
                .filter(node -> node.address().equals(address))
                .findFirst()
                .orElseThrow();
      }
    }
  }
}
