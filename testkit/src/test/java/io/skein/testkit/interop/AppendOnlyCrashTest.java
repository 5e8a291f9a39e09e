package io.skein.testkit.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.testkit.Await;
import io.skein.testkit.RespConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Processes with append only files that are killed while clients write and files are rewritten.
///
/// `-Dcrash.kills=50` kills more often, `-Dcrash.seed` at the same moments as before, about.
class AppendOnlyCrashTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int KILLS = Integer.getInteger("crash.kills", 3);
  private static final long SEED = Long.getLong("crash.seed", System.nanoTime() & 0xffff);
  private static final int WRITERS = 3;
  private static final int PIPELINE = 16;
  private static final int KEYS = 500;

  /// What may be lost where the file is flushed once a second.
  private static final long EXCUSED_NANOS = TimeUnit.MILLISECONDS.toNanos(1500);

  @TempDir private Path directory;

  /// A client that counts up, and remembers which of its counts were acknowledged.
  private static final class Writer extends Thread {
    private record Acknowledged(long count, long atNanos) {}

    private final ServerProcess server;
    private final String key;
    private final Random random;
    private final AtomicLong replies;
    private final ConcurrentLinkedDeque<Acknowledged> acknowledged = new ConcurrentLinkedDeque<>();

    Writer(ServerProcess server, int number, long seed, AtomicLong replies) {
      this.server = server;
      this.key = "count:" + number;
      this.random = new Random(seed);
      this.replies = replies;
    }

    @Override
    public void run() {
      try (RespConnection to =
          new RespConnection(server.host(), server.port(), Duration.ofSeconds(30))) {
        while (true) {
          for (int i = 0; i < PIPELINE; i++) {
            to.send("INCR", key);
            to.send("SET", "key:" + random.nextInt(KEYS), "v".repeat(random.nextInt(300)));
          }
          for (int i = 0; i < PIPELINE; i++) {
            long count = (Long) to.receive();
            to.receive();
            acknowledged.add(new Acknowledged(count, System.nanoTime()));
            replies.incrementAndGet();
            while (System.nanoTime() - acknowledged.getFirst().atNanos > 2 * EXCUSED_NANOS) {
              acknowledged.removeFirst();
            }
          }
        }
      } catch (IOException | NullPointerException dead) {
        // The server was killed.
      }
    }

    /// The highest count that was acknowledged until `nanos`, or 0.
    long countAt(long nanos) {
      long most = 0;
      for (Acknowledged each : acknowledged) {
        most = each.atNanos <= nanos ? Math.max(most, each.count) : most;
      }
      return most;
    }
  }

  @ParameterizedTest
  @CsvSource({"always, no, 0", "everysec, no, 1500", "everysec, yes, 0"})
  void keepsWhatItPromised(String policy, String waits, long excusedMs) throws Exception {
    Random random = new Random(SEED);
    String[] options = {
      "--appendonly",
      "yes",
      "--appendfsync",
      policy,
      "--reply-wait-fsync",
      waits,
      "--auto-aof-rewrite-min-size",
      "64kb",
      "--auto-aof-rewrite-percentage",
      "50"
    };
    long total = 0;
    try (ServerProcess server = ServerProcess.skein(directory, options).awaitAnswer()) {
      for (int kill = 1; kill <= KILLS; kill++) {
        AtomicLong replies = new AtomicLong();
        List<Writer> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
          Writer writer = new Writer(server, i, random.nextLong(), replies);
          writers.add(writer);
          writer.start();
        }
        long until = 1L + random.nextInt(waits.equals("yes") ? 300 : 5000);
        Await.until("clients have written", LIMIT, () -> replies.get() >= until);
        long killedAt = System.nanoTime();
        server.kill();
        for (Writer writer : writers) {
          writer.join();
        }
        total += replies.get();
        server.startAgain();
        server.awaitAnswer();
        for (Writer writer : writers) {
          long promised =
              writer.countAt(
                  excusedMs == 0
                      ? Long.MAX_VALUE
                      : killedAt - TimeUnit.MILLISECONDS.toNanos(excusedMs));
          String found = String.valueOf(server.call("GET", writer.key));
          long there = found.equals("null") ? 0 : Long.parseLong(found);
          int number = kill;
          assertTrue(
              there >= promised,
              () ->
                  "kill %d, seed %d: %s was acknowledged up to %d and is %d"
                      .formatted(number, SEED, writer.key, promised, there));
        }
      }
    }
    System.out.printf(
        "appendfsync %s, reply-wait-fsync %s: %d kills, %d counts acknowledged%n",
        policy, waits, KILLS, total);
  }
}
