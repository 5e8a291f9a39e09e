package io.skein.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Replicas that miss more than the backlog holds, over real sockets and with real files.
class LongAbsenceTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final long MB = 1 << 20;
  private static final String[] OPTIONS = {
    "--enable-debug-command", "yes", "--repl-diskless-sync-delay", "0"
  };

  @ParameterizedTest
  @ValueSource(strings = {"no", "yes"})
  void replicasThatReconnectInTurnNeedNoSnapshot(String append) throws Exception {
    List<SkeinNode> replicas = new ArrayList<>();
    String[] options = Arrays.copyOf(OPTIONS, OPTIONS.length + 2);
    options[OPTIONS.length] = "--appendonly";
    options[OPTIONS.length + 1] = append;
    try (SkeinNode primary = SkeinNode.start(options);
        RespConnection writer = primary.connect()) {
      for (int i = 0; i < 3; i++) {
        SkeinNode replica = SkeinNode.start(options);
        replicas.add(replica);
        replica.call("REPLICAOF", primary.host(), "" + primary.port());
      }
      replicas.forEach(replica -> awaitSame(primary, replica));
      long full = number(primary, "sync_full", "stats");
      for (int turn = 0; turn < 6; turn++) {
        SkeinNode replica = replicas.get(turn % 3);
        // Its socket takes some of what it will never read.
        replica.cutTo(primary);
        write(writer, 12 * MB);
        replica.healTo(primary);
        write(writer, MB);
        awaitSame(primary, replica);
      }
      replicas.forEach(replica -> awaitSame(primary, replica));
      assertEquals(full, number(primary, "sync_full", "stats"), primary::log);
      assertEquals(6, number(primary, "sync_partial_ok", "stats"), primary::log);
      if (append.equals("no")) {
        awaitNothingLeft(primary);
      }
    } finally {
      replicas.forEach(SkeinNode::close);
    }
  }

  @Test
  void aReplicaThatDoesNotReadCostsDiskAndNotMemory() throws Exception {
    try (SkeinNode primary = SkeinNode.start(OPTIONS);
        RespConnection writer = primary.connect()) {
      try (RespConnection slow = primary.connect()) {
        slow.call("REPLCONF", "capa", "psync2");
        slow.send("PSYNC", "?", "-1");
        Await.until(
            "its snapshot was taken",
            LIMIT,
            () -> primary.field("slave0", "INFO", "replication").contains("state=online"));
        for (int i = 0; i < 10; i++) {
          write(writer, 6 * MB);
          long buffers = number(primary, "mem_total_replication_buffers", "memory");
          assertTrue(buffers < 32 * MB, "" + buffers);
        }
        assertEquals(1, number(primary, "connected_slaves", "replication"));
        Await.until(
            "the rest of its lag lies on disk",
            LIMIT,
            () ->
                number(primary, "repl_backlog_disk_bytes", "replication") > 40 * MB
                    && number(primary, "mem_total_replication_buffers", "memory") < 8 * MB);
      }
      primary.call("CONFIG", "SET", "repl-backlog-ttl", "1");
      awaitNothingLeft(primary);
    }
  }

  private static void write(RespConnection writer, long bytes) throws IOException {
    String value = "v".repeat(8000);
    int commands = (int) (bytes / 8000);
    for (int done = 0; done < commands; done += 50) {
      for (int i = 0; i < 50; i++) {
        writer.send("SET", "key:" + (done + i) % 500, value + done);
      }
      for (int i = 0; i < 50; i++) {
        assertEquals("OK", writer.receive());
      }
    }
  }

  private static void awaitSame(SkeinNode primary, SkeinNode replica) {
    Await.until(
        replica + " has caught up\n" + primary.log(),
        LIMIT,
        () ->
            replica.isInSync()
                && number(primary, "master_repl_offset", "replication")
                    == number(replica, "master_repl_offset", "replication"));
    assertEquals(primary.text("DEBUG", "DIGEST"), replica.text("DEBUG", "DIGEST"));
  }

  private static void awaitNothingLeft(SkeinNode primary) {
    Await.until(
        "nothing of the log is left on disk",
        LIMIT,
        () -> {
          try (Stream<java.nio.file.Path> files = Files.list(primary.directory())) {
            return number(primary, "repl_backlog_disk_bytes", "replication") == 0
                && files.noneMatch(file -> file.getFileName().toString().startsWith("temp-"));
          }
        });
  }

  private static long number(SkeinNode node, String field, String section) {
    return Long.parseLong(node.field(field, "INFO", section));
  }
}
