package io.skein.server.interop;

import static io.skein.server.interop.Member.await;
import static io.skein.server.interop.Member.awaitSame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A primary hands over to its replica while clients write: from Redis to us, from us to Redis, and
/// between servers of ours.
@Tag("interop")
class FailoverInteropTest {
  private static final String LOST = "an acknowledged write is lost";

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"true, false", "false, true", "false, false"})
  void failoverLosesNothingAndCopiesNothing(boolean fromRedis, boolean toRedis) throws Exception {
    try (Member primary = Member.of(fromRedis, directory, "primary");
        Member replica = Member.of(toRedis, directory, "replica");
        WriteLoad load = new WriteLoad(4, primary, replica)) {
      replica.follow(primary);
      await("the replica follows", replica::isUp);
      load.goesOnFor(2000);
      String port = Integer.toString(replica.port());
      assertEquals("+OK", primary.call("FAILOVER", "TO", "127.0.0.1", port, "TIMEOUT", "60000"));
      await(
          "the failover ends",
          () -> primary.info("replication", "master_failover_state").equals("no-failover"));
      assertEquals("slave", primary.info("replication", "role"));
      assertEquals("master", replica.info("replication", "role"));
      load.goesOnFor(2000);
      load.endsWithout(LOST, replica);
      await("the old primary follows", primary::isUp);
      awaitSame(replica, primary);
      assertEquals(1, primary.number("stats", "sync_full"), "only the first one");
      assertEquals(0, replica.number("stats", "sync_full"));
      assertEquals(1, replica.number("stats", "sync_partial_ok"));
    }
  }

  /// What the manual tells who moves from Redis to us, or back: hold writes back, wait for the
  /// replica, promote it, and have the old primary follow it.
  @ParameterizedTest
  @CsvSource({"true, false", "false, true"})
  void aLiveSwitchLosesNothingAndCopiesNothing(boolean fromRedis, boolean toRedis)
      throws Exception {
    try (Member old = Member.of(fromRedis, directory, "old");
        Member fresh = Member.of(toRedis, directory, "fresh");
        WriteLoad load = new WriteLoad(4, old, fresh)) {
      fresh.follow(old);
      await("the replica follows", fresh::isUp);
      load.goesOnFor(2000);
      // Its PING would make the old history longer than the new one knows it.
      old.call("CONFIG", "SET", "repl-ping-replica-period", "3600");
      assertEquals("+OK", old.call("CLIENT", "PAUSE", "60000", "WRITE"));
      await(
          "the replica has everything",
          () ->
              fresh.number("replication", "master_repl_offset")
                  == old.number("replication", "master_repl_offset"));
      assertEquals("+OK", fresh.call("REPLICAOF", "NO", "ONE"));
      old.follow(fresh);
      assertEquals("+OK", old.call("CLIENT", "UNPAUSE"));
      load.goesOnFor(2000);
      load.endsWithout(LOST, fresh);
      await("the old primary follows", old::isUp);
      awaitSame(fresh, old);
      assertEquals(1, old.number("stats", "sync_full"), "only the first one");
      assertEquals(0, fresh.number("stats", "sync_full"));
      assertTrue(fresh.number("stats", "sync_partial_ok") >= 1);
    }
  }
}
