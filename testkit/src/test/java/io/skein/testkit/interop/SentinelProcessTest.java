package io.skein.testkit.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.testkit.Await;
import io.skein.testkit.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sentinels as processes that stand still, are killed while they save, and find a torn file.
@Tag("interop")
class SentinelProcessTest {
  private static final int KILLS = 4;
  private static final long STANDS_STILL_NANOS = 3_000_000_000L;

  @TempDir Path directory;

  @Test
  void aSentinelThatStoodStillTakesOverWhatItMissed() throws Exception {
    try (SentinelGroup group = new SentinelGroup(directory, false, false, false, false)) {
      ServerProcess still = group.sentinels.get(0);
      List<ServerProcess> others = group.sentinels.subList(1, 3);
      int before = group.primary();
      assertEquals("OK", still.call("SENTINEL", "DEBUG", "TILT-PERIOD", "1000"));
      still.pause();
      long pausedNanos = System.nanoTime();
      group.serverAt(before).kill();
      group.awaitOtherThan(before, others);
      group.await(
          "it stood still for long", () -> System.nanoTime() - pausedNanos > STANDS_STILL_NANOS);
      still.goOn();
      group.awaitOtherThan(before, List.of(still));
      group.await("it noticed", () -> still.log().contains("+tilt #tilt mode entered"));
      group.serverAt(before).startAgain();
      group.serverAt(before).awaitAnswer();
      group.awaitSettled();
      assertEquals(SentinelGroup.primaryOf(others.getFirst()), SentinelGroup.primaryOf(still));
    }
  }

  private ServerProcess alone() throws IOException {
    return ServerProcess.sentinel(
        false, directory, "# kept\nsentinel monitor mymaster 127.0.0.1 " + Ports.free() + " 2\n");
  }

  private static long downAfter(ServerProcess sentinel) {
    Object reply = sentinel.call("SENTINEL", "MASTER", SentinelGroup.NAME);
    return Long.parseLong(SentinelGroup.fields(reply).getOrDefault("down-after-milliseconds", "0"));
  }

  @Test
  void whatWasAcknowledgedIsInTheFileWhereverItIsKilled() throws Exception {
    long seed = 20_261_123;
    Random random = new Random(seed);
    AtomicLong acknowledged = new AtomicLong(1000);
    try (ServerProcess sentinel = alone()) {
      sentinel.awaitAnswer();
      Object id = sentinel.call("SENTINEL", "MYID");
      for (int i = 0; i < KILLS; i++) {
        long from = acknowledged.get();
        Thread setter = new Thread(() -> setUntilItEnds(sentinel, acknowledged), "setter");
        setter.start();
        long enough = from + 1 + random.nextInt(60);
        Await.until(
            "settings were saved", Duration.ofSeconds(60), () -> acknowledged.get() > enough);
        sentinel.kill();
        setter.join();
        String file = Files.readString(sentinel.file());
        assertTrue(file.startsWith("# kept\nsentinel monitor mymaster "), file);
        sentinel.startAgain();
        sentinel.awaitAnswer();
        assertEquals(id, sentinel.call("SENTINEL", "MYID"), "seed " + seed);
        long now = downAfter(sentinel);
        assertTrue(now >= acknowledged.get(), now + " < " + acknowledged + ", seed " + seed);
        acknowledged.set(now);
      }
    }
  }

  private static void setUntilItEnds(ServerProcess sentinel, AtomicLong acknowledged) {
    try {
      while (true) {
        long next = acknowledged.get() + 1;
        sentinel.call("SENTINEL", "SET", SentinelGroup.NAME, "down-after-milliseconds", "" + next);
        acknowledged.set(next);
      }
    } catch (UncheckedIOException killed) {
      // It was time.
    }
  }

  @Test
  void aTornFileIsRefusedAndLeftAsItIs() throws Exception {
    try (ServerProcess sentinel = alone()) {
      sentinel.awaitAnswer();
      sentinel.call("SENTINEL", "FLUSHCONFIG");
      sentinel.kill();
      String whole = Files.readString(sentinel.file());
      int monitor = whole.indexOf("sentinel monitor");
      for (int length : new int[] {monitor + 10, monitor + 19, monitor + 30}) {
        String torn = whole.substring(0, length);
        Files.writeString(sentinel.file(), torn);
        int logged = sentinel.log().length();
        sentinel.startAgain();
        Await.until("it ends", Duration.ofSeconds(60), () -> !sentinel.isRunning());
        String said = sentinel.log().substring(logged);
        assertTrue(said.contains("FATAL CONFIG FILE ERROR"), said);
        assertFalse(said.contains("Exception"), said);
        assertEquals(torn, Files.readString(sentinel.file()));
      }
      Files.writeString(sentinel.file(), whole);
      sentinel.startAgain();
      sentinel.awaitAnswer();
    }
  }
}
