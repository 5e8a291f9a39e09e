package io.skein.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What clients, users and other servers notice of slots that migrate as a whole.
@SkeinTest(
    primaries = 2,
    options = {"--enable-debug-command", "yes"})
class LeavingSlotsTest {
  /// The slot of `{goose}`.
  private static final int SLOT = Formation.slot("goose");

  private static SkeinNode other(SkeinCluster cluster, SkeinNode not) {
    return cluster.primaries().stream().filter(node -> node != not).findFirst().orElseThrow();
  }

  private static void migrate(SkeinCluster cluster, SkeinNode from, SkeinNode to) {
    String slot = Integer.toString(SLOT);
    from.call("CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", slot, slot, "NODE", cluster.id(to));
  }

  private static Object state(SkeinNode node) {
    return SlotMigrationTest.newest(node).get("state");
  }

  private static String message(SkeinNode node) {
    return String.valueOf(SlotMigrationTest.newest(node).get("message"));
  }

  private static void move(SkeinCluster cluster, SkeinNode from, SkeinNode to) {
    migrate(cluster, from, to);
    awaitMoved(cluster, from, to);
  }

  private static void awaitMoved(SkeinCluster cluster, SkeinNode from, SkeinNode to) {
    cluster.await(
        "the slot has moved",
        () -> {
          if ("failed".equals(state(from))) {
            migrate(cluster, from, to);
          }
          return "success".equals(state(from));
        });
    cluster.await("the target serves", () -> (long) to.call("EXISTS", "{goose}none") == 0);
  }

  /// Has the slot be granted, and not be claimed before [#handOver].
  private static void grant(SkeinCluster cluster, SkeinNode from, SkeinNode to) {
    to.call("DEBUG", "SLOTMIGRATION", "PREVENT", "FAILOVER");
    migrate(cluster, from, to);
    cluster.await(
        "the slot is granted",
        () -> {
          if ("failed".equals(state(from))) {
            migrate(cluster, from, to);
          }
          return "failover-granted".equals(state(from));
        });
  }

  private static void handOver(SkeinNode to) {
    to.call("DEBUG", "SLOTMIGRATION", "ALLOW", "FAILOVER");
  }

  private static void assertMoved(SkeinNode to, Object reply) {
    ReplyError error = assertInstanceOf(ReplyError.class, reply);
    assertEquals("MOVED " + SLOT + " " + to.address(), error.getMessage());
  }

  @Test
  void whoWaitsForAKeyIsSentToItsNewOwner(SkeinCluster cluster) throws IOException {
    SkeinNode from = cluster.primaryOf("goose");
    SkeinNode to = other(cluster, from);
    from.call("XGROUP", "CREATE", "{goose}x", "g", "$", "MKSTREAM");
    try (RespConnection list = from.connect();
        RespConnection stream = from.connect();
        RespConnection late = from.connect()) {
      list.send("BLPOP", "{goose}list", "0");
      stream.send("XREADGROUP", "GROUP", "g", "c", "BLOCK", "0", "STREAMS", "{goose}x", ">");
      cluster.await(
          "both wait", () -> from.text("INFO", "clients").contains("blocked_clients:2\r"));
      grant(cluster, from, to);
      late.send("BLPOP", "{goose}list", "0");
      handOver(to);
      assertMoved(to, list.receive());
      assertMoved(to, stream.receive());
      assertMoved(to, late.receive());
    }
    cluster.await("nobody is left", () -> from.text("INFO", "clients").contains("clients:0\r"));
  }

  @Test
  void whoWatchesAKeyThatLeftFailsAlsoWhenItIsBack(SkeinCluster cluster) throws IOException {
    SkeinNode from = cluster.primaryOf("goose");
    SkeinNode to = other(cluster, from);
    from.call("SET", "{goose}there", "1");
    try (RespConnection there = from.connect();
        RespConnection absent = from.connect();
        RespConnection away = from.connect();
        RespConnection elsewhere = from.connect()) {
      there.call("WATCH", "{goose}there");
      absent.call("WATCH", "{goose}absent");
      away.call("WATCH", "{goose}there");
      elsewhere.call("WATCH", "{" + nameOf(cluster, from) + "}");
      move(cluster, from, to);
      // Nothing in the transaction tells where it belongs.
      away.call("MULTI");
      away.call("PING");
      assertNull(away.call("EXEC"));
      to.call("SET", "{goose}absent", "made meanwhile");
      move(cluster, to, from);
      for (RespConnection watcher : List.of(there, absent)) {
        watcher.call("MULTI");
        watcher.call("SET", "{goose}result", "wrong");
        assertNull(watcher.call("EXEC"));
      }
      assertNull(from.call("GET", "{goose}result"));
      elsewhere.call("MULTI");
      elsewhere.call("SET", "{goose}result", "right");
      assertNotNull(elsewhere.call("EXEC"));
    }
  }

  /// A key of another slot that `node` has.
  private static String nameOf(SkeinCluster cluster, SkeinNode node) {
    for (int i = 0; ; i++) {
      if (Formation.slot("duck" + i) != SLOT && cluster.primaryOf("duck" + i) == node) {
        return "duck" + i;
      }
    }
  }

  @Test
  void aTransactionWaitsForTheHandoverAndIsRedirected(SkeinCluster cluster) throws IOException {
    SkeinNode from = cluster.primaryOf("goose");
    SkeinNode to = other(cluster, from);
    from.call("SET", "{goose}n", "1");
    try (RespConnection writer = from.connect();
        RespConnection reader = from.connect();
        RespConnection stranger = from.connect()) {
      for (RespConnection each : List.of(writer, reader, stranger)) {
        each.call("MULTI");
      }
      writer.call("INCR", "{goose}n");
      reader.call("GET", "{goose}n");
      stranger.call("SET", "{" + nameOf(cluster, from) + "}", "1");
      grant(cluster, from, to);
      writer.send("EXEC");
      reader.send("EXEC");
      // Others do not wait.
      assertEquals(List.of("OK"), stranger.call("EXEC"));
      handOver(to);
      assertMoved(to, writer.receive());
      assertMoved(to, reader.receive());
      // The transaction is over.
      assertEquals("PONG", writer.call("PING"));
    }
    cluster.await("the target serves", () -> "1".equals(to.call("GET", "{goose}n")));
  }

  @Test
  void aScriptWaitsForTheHandoverWhateverKeysItDeclares(SkeinCluster cluster) throws IOException {
    SkeinNode from = cluster.primaryOf("goose");
    SkeinNode to = other(cluster, from);
    from.call("SET", "{goose}n", "1");
    try (RespConnection writer = from.connect();
        RespConnection reader = from.connect()) {
      grant(cluster, from, to);
      writer.send("EVAL", "return redis.call('incr', '{goose}n')", "0");
      reader.send("EVAL_RO", "return redis.call('get', '{goose}n')", "0");
      // Both were read when a later connection is answered.
      try (RespConnection later = from.connect()) {
        assertEquals("PONG", later.call("PING"));
      }
      handOver(to);
      for (RespConnection each : List.of(writer, reader)) {
        ReplyError error = assertInstanceOf(ReplyError.class, each.receive());
        assertTrue(error.getMessage().contains("non local key"), error.getMessage());
      }
    }
    cluster.await("the target serves", () -> "1".equals(to.call("GET", "{goose}n")));
  }

  @Test
  void shardSubscribersAreToldToGoElsewhere(SkeinCluster cluster) throws IOException {
    SkeinNode from = cluster.primaryOf("goose");
    SkeinNode to = other(cluster, from);
    SkeinNode follower = cluster.replicasOf(from).getFirst();
    String kept = "{" + nameOf(cluster, from) + "}";
    try (RespConnection atPrimary = from.connect();
        RespConnection atReplica = follower.connect();
        RespConnection anew = to.connect()) {
      assertEquals(List.of("ssubscribe", kept, 1L), atPrimary.call("SSUBSCRIBE", kept));
      assertEquals(List.of("ssubscribe", "{goose}c", 2L), atPrimary.call("SSUBSCRIBE", "{goose}c"));
      assertEquals(List.of("ssubscribe", "{goose}c", 1L), atReplica.call("SSUBSCRIBE", "{goose}c"));
      move(cluster, from, to);
      assertEquals(List.of("sunsubscribe", "{goose}c", 1L), atPrimary.receive());
      assertEquals(List.of("sunsubscribe", "{goose}c", 0L), atReplica.receive());
      atPrimary.send("SSUBSCRIBE", "{goose}c");
      assertMoved(to, atPrimary.receive());
      assertEquals(List.of("ssubscribe", "{goose}c", 1L), anew.call("SSUBSCRIBE", "{goose}c"));
      assertEquals(1L, to.call("SPUBLISH", "{goose}c", "hello"));
      assertEquals(List.of("smessage", "{goose}c", "hello"), anew.receive());
      assertEquals(1L, from.call("SPUBLISH", kept, "still here"));
      assertEquals(List.of("smessage", kept, "still here"), atPrimary.receive());
    }
  }

  @Test
  void whatClientsHaveCachedIsInvalidated(SkeinCluster cluster) throws IOException {
    SkeinNode from = cluster.primaryOf("goose");
    SkeinNode to = other(cluster, from);
    try (RespConnection reader = from.connect();
        RespConnection told = from.connect()) {
      String id = String.valueOf(told.call("CLIENT", "ID"));
      told.call("SUBSCRIBE", "__redis__:invalidate");
      reader.call("CLIENT", "TRACKING", "ON", "REDIRECT", id);
      assertNull(reader.call("GET", "{goose}absent"));
      move(cluster, from, to);
      Object invalid = List.of("message", "__redis__:invalidate", List.of("{goose}absent"));
      assertEquals(invalid, told.receive());
    }
  }

  @Test
  void resettingTheTargetEndsTheMigration(SkeinCluster cluster) {
    SkeinNode from = cluster.primaryOf("goose");
    SkeinNode to = other(cluster, from);
    from.call("SET", "{goose}n", "1");
    from.call("DEBUG", "SLOTMIGRATION", "PREVENT", "PAUSE");
    migrate(cluster, from, to);
    cluster.await("it is under way", () -> "replicating".equals(state(from)));
    cluster.await("the key is there", () -> staged(to) == 1);
    assertEquals("OK", to.call("CLUSTER", "RESET", "HARD"));
    cluster.await("the target has given it up", () -> "failed".equals(state(to)));
    cluster.await("and so has the source", () -> "failed".equals(state(from)));
    assertEquals(0, staged(to));
    assertEquals(0L, to.call("DBSIZE"));
    assertEquals(1L, from.call("CLUSTER", "COUNTKEYSINSLOT", Integer.toString(SLOT)));
  }

  private static long staged(SkeinNode node) {
    String info = node.text("INFO", "cluster");
    String name = "cluster_slots_staged_keys:";
    int at = info.indexOf(name) + name.length();
    return Long.parseLong(info.substring(at, info.indexOf('\r', at)));
  }

  @Test
  void resettingTheSourceEndsTheMigration(SkeinCluster cluster) {
    SkeinNode from = cluster.primaryOf("goose");
    SkeinNode to = other(cluster, from);
    from.call("SET", "{goose}n", "1");
    from.call("DEBUG", "SLOTMIGRATION", "PREVENT", "PAUSE");
    migrate(cluster, from, to);
    cluster.await("it is under way", () -> "replicating".equals(state(from)));
    ReplyError refused = assertThrows(ReplyError.class, () -> from.call("CLUSTER", "RESET"));
    assertTrue(refused.getMessage().contains("containing keys"), refused.getMessage());
    from.call("DEL", "{goose}n");
    assertEquals("OK", from.call("CLUSTER", "RESET"));
    cluster.await("the source has given it up", () -> "failed".equals(state(from)));
    cluster.await("and so has the target", () -> "failed".equals(state(to)));
    assertEquals(0, staged(to));
    assertEquals("OK", to.call("CLUSTER", "RESET"));
  }

  @Test
  void theSourceLogsInAsForReplicationAndNeedsNoKeys(SkeinCluster cluster) {
    SkeinNode from = cluster.primaryOf("goose");
    SkeinNode to = other(cluster, from);
    from.call("SET", "{goose}n", "1");
    from.call("CONFIG", "SET", "masteruser", "mover", "masterauth", "secret");
    assertRefused(cluster, from, to, "WRONGPASS");
    to.call("ACL", "SETUSER", "mover", "on", ">secret");
    assertRefused(cluster, from, to, "NOPERM");
    to.call("ACL", "SETUSER", "mover", "+cluster|syncslots");
    move(cluster, from, to);
    assertEquals("1", to.call("GET", "{goose}n"));
  }

  private static void assertRefused(
      SkeinCluster cluster, SkeinNode from, SkeinNode to, String reason) {
    migrate(cluster, from, to);
    cluster.await("it was refused", () -> "failed".equals(state(from)));
    assertTrue(message(from).contains(reason), message(from));
  }

  /// A replica that is a server of Redis would show what is staged.
  @Test
  void aReplicaOfRedisAndAMigrationExcludeEachOther(SkeinCluster cluster) throws IOException {
    SkeinNode from = cluster.primaryOf("goose");
    SkeinNode to = other(cluster, from);
    from.call("SET", "{goose}n", "1");
    try (RespConnection replica = to.connect()) {
      replica.call("REPLCONF", "listening-port", "1", "capa", "eof", "capa", "psync2");
      replica.send("PSYNC", "?", "-1");
      assertTrue(String.valueOf(replica.receive()).startsWith("FULLRESYNC "));
      assertRefused(cluster, from, to, "127.0.0.1:1");
    }
    cluster.await("it is gone", () -> to.text("INFO", "replication").contains("slaves:1\r"));
    from.call("DEBUG", "SLOTMIGRATION", "PREVENT", "PAUSE");
    migrate(cluster, from, to);
    cluster.await("it is under way", () -> staged(to) == 1);
    String history = line(to, "master_replid");
    String before = line(to, "master_repl_offset");
    try (RespConnection replica = to.connect()) {
      replica.call("REPLCONF", "listening-port", "1", "capa", "eof", "capa", "psync2");
      replica.send("PSYNC", "?", "-1");
      ReplyError later = assertInstanceOf(ReplyError.class, replica.receive());
      assertTrue(later.getMessage().startsWith("NOMASTERLINK "), later.getMessage());
      from.call("DEBUG", "SLOTMIGRATION", "ALLOW", "PAUSE");
      awaitMoved(cluster, from, to);
      // What it lacks has staged keys in it.
      replica.send("PSYNC", history, before);
      assertTrue(String.valueOf(replica.receive()).startsWith("FULLRESYNC "));
    }
  }

  private static String line(SkeinNode node, String name) {
    String info = node.text("INFO", "replication");
    int at = info.indexOf(name + ":") + name.length() + 1;
    return info.substring(at, info.indexOf('\r', at));
  }
}
