package io.skein.testkit.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.testkit.Await;
import io.skein.testkit.RespConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Processes that are killed in the midst of full and of partial synchronizations.
class ReplicationCrashTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int MB = 1 << 20;
  private static final String[] OPTIONS = {
    "--enable-debug-command", "yes", "--repl-diskless-sync-delay", "0", "--repl-timeout", "10"
  };

  @TempDir private Path directory;

  @Test
  void bothSidesSurviveADeathInAFullSynchronization() throws Exception {
    try (ServerProcess primary = ServerProcess.skein(directory, OPTIONS).awaitAnswer();
        ServerProcess replica = ServerProcess.skein(directory, OPTIONS).awaitAnswer()) {
      primary.call("DEBUG", "POPULATE", "5000", "key", "500");
      primary.call("SAVE");
      Random random = new Random(7);
      for (String diskless : new String[] {"yes", "no"}) {
        for (ServerProcess victim : new ServerProcess[] {replica, primary}) {
          primary.call(
              "CONFIG", "SET", "repl-diskless-sync", diskless, "rdb-key-save-delay", "500");
          replica.call("REPLICAOF", "NO", "ONE");
          replica.call("FLUSHALL");
          replica.call("REPLICAOF", primary.host(), "" + primary.port());
          Await.until(
              "a snapshot is on its way",
              LIMIT,
              () -> primary.field("slave0", "INFO", "replication").contains("wait_bgsave"));
          for (int i = random.nextInt(200); i >= 0; i--) {
            primary.call("SET", "key:" + i, "during " + i);
          }
          victim.kill();
          victim.startAgain();
          victim.awaitAnswer();
          primary.call("CONFIG", "SET", "rdb-key-save-delay", "0");
          replica.call("REPLICAOF", primary.host(), "" + primary.port());
          assertSame(primary, replica);
        }
      }
    }
  }

  @Test
  void bothSidesSurviveADeathInAPartialSynchronizationFromDisk() throws Exception {
    try (ServerProcess primary = ServerProcess.skein(directory, OPTIONS).awaitAnswer();
        ServerProcess replica = ServerProcess.skein(directory, OPTIONS).awaitAnswer()) {
      for (ServerProcess victim : new ServerProcess[] {replica, primary}) {
        replica.call("REPLICAOF", primary.host(), "" + primary.port());
        assertSame(primary, replica);
        replica.call("REPLICAOF", "127.0.0.1", "9");
        write(primary, 40 * MB);
        Await.until(
            "it lies on disk",
            LIMIT,
            () ->
                Long.parseLong(primary.field("repl_backlog_disk_bytes", "INFO", "replication"))
                    > 30 * MB);
        assertTrue(spilled(primary) > 0);
        replica.call("REPLICAOF", primary.host(), "" + primary.port());
        Await.until(
            "it is continued",
            LIMIT,
            () -> primary.field("slave0", "INFO", "replication").contains("online"));
        victim.kill();
        victim.startAgain();
        victim.awaitAnswer();
        replica.call("REPLICAOF", primary.host(), "" + primary.port());
        assertSame(primary, replica);
      }
      Await.until("what the dead process left is gone", LIMIT, () -> spilled(primary) == 0);
    }
  }

  @Test
  void aChainWithAppendOnlyFilesNeedsNoSnapshotWhoeverDies() throws Exception {
    String[] options = Arrays.copyOf(OPTIONS, OPTIONS.length + 2);
    options[OPTIONS.length] = "--appendonly";
    options[OPTIONS.length + 1] = "yes";
    try (ServerProcess first = ServerProcess.skein(directory, options).awaitAnswer();
        ServerProcess second = following(first, options);
        ServerProcess third = following(second, options)) {
      assertSame(first, second);
      assertSame(second, third);
      long full = 0;
      for (int round = 0; round < 2; round++) {
        for (ServerProcess victim : new ServerProcess[] {first, second, third}) {
          write(first, 3 * MB);
          full += Long.parseLong(victim.field("sync_full", "INFO", "stats"));
          victim.kill();
          victim.startAgain();
          victim.awaitAnswer();
          write(first, MB);
          assertSame(first, second);
          assertSame(second, third);
        }
      }
      for (ServerProcess each : new ServerProcess[] {first, second, third}) {
        full += Long.parseLong(each.field("sync_full", "INFO", "stats"));
      }
      assertEquals(2, full, "those at the beginning\n" + first.log() + second.log());
    }
  }

  private ServerProcess following(ServerProcess primary, String[] options) throws IOException {
    String[] more = Arrays.copyOf(options, options.length + 2);
    more[options.length] = "--replicaof";
    more[options.length + 1] = primary.host() + " " + primary.port();
    return ServerProcess.skein(directory, more).awaitAnswer();
  }

  private static void write(ServerProcess primary, int bytes) throws IOException {
    String value = "v".repeat(10_000);
    try (RespConnection writer =
        new RespConnection(primary.host(), primary.port(), Duration.ofSeconds(30))) {
      for (int done = 0; done < bytes / 10_000; done += 20) {
        for (int i = 0; i < 20; i++) {
          writer.send("SET", "key:" + (done + i) % 300, value + done);
        }
        for (int i = 0; i < 20; i++) {
          assertEquals("OK", writer.receive());
        }
      }
    }
  }

  private static long spilled(ServerProcess node) throws IOException {
    try (Stream<Path> files = Files.list(node.directory())) {
      return files.filter(file -> file.getFileName().toString().startsWith("temp-skein-")).count();
    }
  }

  private static void assertSame(ServerProcess primary, ServerProcess replica) {
    Await.until(
        "it is in sync again",
        LIMIT,
        () ->
            replica.isInSync()
                && primary
                    .field("master_repl_offset", "INFO", "replication")
                    .equals(replica.field("master_repl_offset", "INFO", "replication")));
    assertEquals(primary.text("DEBUG", "DIGEST"), replica.text("DEBUG", "DIGEST"));
  }
}
