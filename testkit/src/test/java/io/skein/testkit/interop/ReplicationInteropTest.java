package io.skein.testkit.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.testkit.Await;
import io.skein.testkit.ClusterNode;
import io.skein.testkit.SkeinNode;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("interop")
class ReplicationInteropTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String[] OPTIONS = {
    "--enable-debug-command", "yes", "--repl-diskless-sync-delay", "0"
  };

  @TempDir private Path directory;

  @Test
  void realRedisFollowsUs() throws Exception {
    try (SkeinNode ours = SkeinNode.start(OPTIONS);
        ServerProcess redis = ServerProcess.redis(directory, OPTIONS)) {
      follow(ours, redis.awaitAnswer());
    }
  }

  @Test
  void weFollowRealRedis() throws Exception {
    try (SkeinNode ours = SkeinNode.start(OPTIONS);
        ServerProcess redis = ServerProcess.redis(directory, OPTIONS)) {
      follow(redis.awaitAnswer(), ours);
    }
  }

  @Test
  void weFollowOurselves() {
    try (SkeinNode one = SkeinNode.start(OPTIONS);
        SkeinNode other = SkeinNode.start(OPTIONS)) {
      follow(one, other);
    }
  }

  private static void follow(ClusterNode primary, ClusterNode replica) {
    RdbInteropTest.fill(primary);
    replica.call("SET", "stale", "1");
    assertEquals("OK", replica.text("REPLICAOF", primary.host(), "" + primary.port()));
    Await.until("it is in sync", LIMIT, replica::isInSync);
    assertCaughtUp(primary, replica);
    assertEquals("0", replica.text("EXISTS", "stale"));

    stream(primary);
    assertCaughtUp(primary, replica);

    assertEquals("1", primary.text("CLIENT", "KILL", "TYPE", "replica"));
    stream(primary);
    Await.until("it is in sync again", LIMIT, replica::isInSync);
    assertCaughtUp(primary, replica);
    assertEquals("1", primary.field("sync_full", "INFO", "stats"));
    Await.until(
        "the cut was mended from the backlog",
        LIMIT,
        () -> primary.field("sync_partial_ok", "INFO", "stats").equals("1"));

    assertTrue(
        replica
            .field("master_replid", "INFO", "replication")
            .equals(primary.field("master_replid", "INFO", "replication")));
    assertEquals("OK", replica.text("REPLICAOF", "NO", "ONE"));
    assertTrue(replica.isPrimary());
    assertEquals("OK", replica.text("SET", "own", "1"));
  }

  /// Writes of many kinds: those that are logged as they came, and those that are not.
  private static void stream(ClusterNode primary) {
    for (int i = 0; i < 300; i++) {
      primary.call("INCRBY", "count:" + i % 10, "" + i);
      primary.call("APPEND", "text", "-" + i);
      primary.call("SET", "brief:" + i, "x", "PX", "500000");
    }
    primary.call("MULTI");
    primary.call("SET", "a", "1");
    primary.call("RENAME", "a", "b");
    primary.call("EXEC");
    primary.call("INCRBYFLOAT", "float", "0.1");
    primary.call("GETEX", "text", "EX", "5000");
    primary.call("DEL", "key:1", "key:2", "no such key");
    primary.call("SELECT", "3");
    primary.call("SET", "in three", "1");
    primary.call("SELECT", "0");
  }

  private static void assertCaughtUp(ClusterNode primary, ClusterNode replica) {
    Await.until(
        "one replica has everything",
        LIMIT,
        () -> Long.valueOf(1).equals(primary.call("WAIT", "1", "1000")));
    assertEquals(primary.text("DBSIZE"), replica.text("DBSIZE"));
    assertEquals(primary.text("DEBUG", "DIGEST"), replica.text("DEBUG", "DIGEST"));
  }
}
