package io.skein.testkit.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/// Jedis and Lettuce, which know the Sentinels alone, go on writing whatever happens to a primary.
///
/// `-Dsentinel.rounds=20` for more of each fault; `-Dsentinel.servers=redis` and
/// `-Dsentinel.sentinels=redis` for real ones. How long each client was without a write, and what
/// was lost, is reported.
@Tag("interop")
class SentinelClientsTest {
  private static final int ROUNDS = Integer.getInteger("sentinel.rounds", 1);
  private static final int KEYS_AT_ONCE = 500;

  @TempDir static Path directory;
  private static SentinelGroup group;
  private static final List<SentinelWriter> WRITERS = new ArrayList<>();

  private static boolean isReal(String what) {
    return "redis".equals(System.getProperty("sentinel." + what));
  }

  @BeforeAll
  static void begin() throws IOException {
    boolean real = isReal("sentinels");
    group = new SentinelGroup(directory, isReal("servers"), real, real, real);
    WRITERS.add(SentinelWriter.jedis(group.sentinels).begin());
    WRITERS.add(SentinelWriter.lettuce(group.sentinels).begin());
  }

  @AfterAll
  static void end() {
    WRITERS.forEach(SentinelWriter::close);
    if (group != null) {
      group.close();
    }
  }

  /// Something that befalls a primary.
  private interface Fault {
    void befall(int port) throws Exception;
  }

  private static void awaitWritesSince(long nanos) {
    for (SentinelWriter writer : WRITERS) {
      group.await(writer + " writes", () -> writer.hasWrittenSince(nanos));
    }
  }

  /// How many of these writes nobody has.
  private static int lost(List<SentinelWriter.Written> writes) {
    ServerProcess primary = group.serverAt(group.primary());
    int lost = 0;
    for (int i = 0; i < writes.size(); i += KEYS_AT_ONCE) {
      List<String> call = new ArrayList<>(List.of("MGET"));
      for (var write : writes.subList(i, Math.min(writes.size(), i + KEYS_AT_ONCE))) {
        call.add(write.key());
      }
      Object values = primary.call(call.toArray(String[]::new));
      lost += Collections.frequency(assertInstanceOf(List.class, values), null);
    }
    return lost;
  }

  /// Has the primary replaced and everything put right again, some times.
  private static void replace(String name, Fault fault, Fault repair, TestReporter report)
      throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      group.awaitSettled();
      awaitWritesSince(System.nanoTime());
      int before = group.primary();
      WRITERS.forEach(SentinelWriter::measure);
      fault.befall(before);
      long replacedNanos;
      try {
        group.awaitOtherThan(before, group.sentinels);
        replacedNanos = System.nanoTime();
        awaitWritesSince(replacedNanos);
      } finally {
        repair.befall(before);
      }
      group.awaitSettled();
      awaitWritesSince(System.nanoTime());
      for (SentinelWriter writer : WRITERS) {
        List<SentinelWriter.Written> all = writer.acknowledged();
        List<SentinelWriter.Written> later =
            all.stream().filter(write -> write.atNanos() - replacedNanos > 0).toList();
        report.publishEntry(
            name + " " + writer,
            writer.longestMs() + " ms without a write, lost so far " + lost(all));
        assertEquals(0, lost(later), "lost after the primary was replaced");
      }
    }
  }

  @Test
  void writesOnWhenAPrimaryIsKilled(TestReporter report) throws Exception {
    replace(
        "kill",
        port -> group.serverAt(port).kill(),
        port -> {
          group.serverAt(port).startAgain();
          group.serverAt(port).awaitAnswer();
        },
        report);
  }

  @Test
  void writesOnWhenAPrimaryStandsStill(TestReporter report) throws Exception {
    replace(
        "pause", port -> group.serverAt(port).pause(), port -> group.serverAt(port).goOn(), report);
  }

  @Test
  void writesOnWhenAPrimaryIsCutOff(TestReporter report) throws Exception {
    replace("cut", port -> group.relayAt(port).cut(), port -> group.relayAt(port).heal(), report);
  }

  @Test
  void losesNothingWhenAFailoverIsOrdered(TestReporter report) throws Exception {
    for (int round = 0; round < ROUNDS; round++) {
      group.awaitSettled();
      int before = group.primary();
      WRITERS.forEach(SentinelWriter::measure);
      List<List<SentinelWriter.Written>> earlier = new ArrayList<>();
      WRITERS.forEach(writer -> earlier.add(writer.acknowledged()));
      int lostEarlier = earlier.stream().mapToInt(SentinelClientsTest::lost).sum();
      ServerProcess ordered = group.sentinels.get(round % group.sentinels.size());
      group.await(
          "the failover begins",
          () -> "OK".equals(ordered.call("SENTINEL", "FAILOVER", SentinelGroup.NAME)));
      group.awaitOtherThan(before, group.sentinels);
      group.awaitSettled();
      awaitWritesSince(System.nanoTime());
      int lost = 0;
      for (SentinelWriter writer : WRITERS) {
        lost += lost(writer.acknowledged());
        report.publishEntry("ordered " + writer, writer.longestMs() + " ms without a write");
      }
      if (!isReal("servers") && !isReal("sentinels")) {
        assertEquals(lostEarlier, lost, "acknowledged and lost");
      }
    }
  }
}
