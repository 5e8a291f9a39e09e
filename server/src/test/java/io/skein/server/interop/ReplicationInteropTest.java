package io.skein.server.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.server.RespClient;
import io.skein.server.RunningServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A server of ours and a real redis-server that replicate each other, over sockets.
@Tag("interop")
class ReplicationInteropTest {
  private static final int PATIENCE = 600;
  private static final long PAUSE_NANOS = 50_000_000;

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"yes", "no"})
  void redisFollowsUs(String diskless) throws Exception {
    try (RunningServer skein = skein("primary");
        RedisPeer redis = redis("replica");
        RespClient ours = skein.connect()) {
      Peer.Link theirs = redis.connect();
      ours.call("CONFIG", "SET", "repl-diskless-sync", diskless);
      write(ours, 3000, 1);
      theirs.call("REPLICAOF", "127.0.0.1", Integer.toString(skein.port()));
      write(ours, 3000, 2);
      await(() -> linkIsUp(theirs.call("INFO", "replication")));
      write(ours, 300, 3);
      assertSame(ours, theirs);
      int partial = number(ours.call("INFO", "stats"), "sync_partial_ok");
      ours.call("CLIENT", "KILL", "TYPE", "replica");
      write(ours, 300, 4);
      await(() -> number(ours.call("INFO", "stats"), "sync_partial_ok") > partial);
      assertSame(ours, theirs);
      assertEquals(1, number(ours.call("INFO", "stats"), "sync_full"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "disabled, yes",
    "disabled, no",
    "on-empty-db, yes",
    "on-empty-db, no",
    "swapdb, yes",
    "swapdb, no"
  })
  void weFollowRedis(String load, String diskless) throws Exception {
    try (RunningServer skein = skein("replica");
        RedisPeer redis = redis("primary");
        RespClient ours = skein.connect()) {
      Peer.Link theirs = redis.connect();
      theirs.call("CONFIG", "SET", "repl-diskless-sync", diskless);
      theirs.call("CONFIG", "SET", "repl-diskless-sync-delay", "0");
      ours.call("CONFIG", "SET", "repl-diskless-load", load);
      write(theirs, 3000, 1);
      ours.call("REPLICAOF", "127.0.0.1", Integer.toString(redis.port()));
      write(theirs, 3000, 2);
      await(() -> linkIsUp(ours.call("INFO", "replication")));
      write(theirs, 300, 3);
      assertSame(ours, theirs);
      assertEquals(":1\r\n", theirs.call("WAIT", "1", "10000"));
      int partial = number(theirs.call("INFO", "stats"), "sync_partial_ok");
      theirs.call("CLIENT", "KILL", "TYPE", "replica");
      write(theirs, 300, 4);
      await(() -> number(theirs.call("INFO", "stats"), "sync_partial_ok") > partial);
      assertSame(ours, theirs);
      assertEquals(1, number(theirs.call("INFO", "stats"), "sync_full"));
    }
  }

  @Test
  void redisGoesOnFromUsWhenWeArePromotedInsteadOfItsPrimary() throws Exception {
    try (RunningServer skein = skein("middle");
        RedisPeer first = redis("first");
        RedisPeer last = redis("last");
        RespClient ours = skein.connect()) {
      Peer.Link primary = first.connect();
      Peer.Link replica = last.connect();
      primary.call("CONFIG", "SET", "repl-diskless-sync-delay", "0");
      write(primary, 500, 1);
      ours.call("REPLICAOF", "127.0.0.1", Integer.toString(first.port()));
      await(() -> linkIsUp(ours.call("INFO", "replication")));
      replica.call("REPLICAOF", "127.0.0.1", Integer.toString(skein.port()));
      await(() -> linkIsUp(replica.call("INFO", "replication")));
      write(primary, 500, 2);
      assertSame(ours, primary);
      assertSame(ours, replica);
      ours.call("REPLICAOF", "NO", "ONE");
      write(ours, 500, 3);
      primary.call("REPLICAOF", "127.0.0.1", Integer.toString(skein.port()));
      await(() -> linkIsUp(primary.call("INFO", "replication")));
      await(() -> linkIsUp(replica.call("INFO", "replication")));
      write(ours, 100, 4);
      assertSame(ours, primary);
      assertSame(ours, replica);
      assertEquals(1, number(ours.call("INFO", "stats"), "sync_full"), "only the first one");
    }
  }

  // ---- helpers

  private RunningServer skein(String name) throws Exception {
    return RunningServer.start(
        Files.createDirectory(directory.resolve("skein-" + name)),
        "--repl-diskless-sync-delay",
        "0",
        "--enable-debug-command",
        "yes");
  }

  private RedisPeer redis(String name) throws IOException {
    return new RedisPeer(Files.createDirectory(directory.resolve("redis-" + name)));
  }

  /// Something that answers commands: a client of ours, or a link to Redis.
  private interface Caller {
    String call(String... words) throws IOException;
  }

  private static void write(RespClient client, int count, int seed) throws IOException {
    writeAll(client::call, count, seed);
  }

  private static void write(Peer.Link link, int count, int seed) throws IOException {
    writeAll(link::call, count, seed);
  }

  private static void writeAll(Caller to, int count, int seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      String key = "key:" + random.nextInt(500);
      switch (random.nextInt(9)) {
        case 0 -> to.call("DEL", key);
        case 1 -> to.call("SELECT", Integer.toString(random.nextInt(3)));
        case 2 -> to.call("SET", key, "x".repeat(random.nextInt(400)));
        case 3 -> to.call("SET", key, Long.toString(random.nextLong() >> random.nextInt(60)));
        case 4 -> to.call("PEXPIREAT", key, Long.toString(2_000_000_000_000L + i));
        case 5 -> to.call("APPEND", key, "more");
        case 6 -> {
          to.call("MULTI");
          to.call("SET", key, "1");
          to.call("INCR", key);
          to.call("EXEC");
        }
        case 7 -> to.call("SET", key, "gone", "PX", "1");
        default -> to.call("INCRBYFLOAT", "float:" + key, "1.5");
      }
    }
  }

  /// Waits until both are at the same offset and hold the same.
  private static void assertSame(RespClient ours, Peer.Link theirs) throws Exception {
    await(() -> {
      int mine = number(ours.call("INFO", "replication"), "master_repl_offset");
      int other = number(theirs.call("INFO", "replication"), "master_repl_offset");
      return mine == other
          && strip(ours.call("DEBUG", "DIGEST")).equals(strip(theirs.call("DEBUG", "DIGEST")));
    });
  }

  private static String strip(String reply) {
    String text = reply.trim();
    return text.startsWith("+") ? text.substring(1) : text;
  }

  private static boolean linkIsUp(String info) {
    return info.contains("master_link_status:up");
  }

  private static int number(String info, String field) {
    int at = info.indexOf(field + ":") + field.length() + 1;
    return Integer.parseInt(info, at, info.indexOf('\r', at), 10);
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    for (int i = 0; i < PATIENCE; i++) {
      if (condition.holds()) {
        return;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    assertTrue(condition.holds(), "in half a minute");
  }
}
