package io.skein.engine.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The log with bytes in files: each byte of it follows from its position, so that it can be told
/// wherever it was read from.
class LogArchiveTest {
  private static final String A = "a".repeat(40);
  private static final int BLOCK = LogBlocks.BLOCK_BYTES;

  private final CommandLog log = new CommandLog(A, BLOCK);

  @Test
  void aReaderGoesOnFromDiskIntoMemoryWithoutASeam() {
    log.activateBacklog();
    log.useArchive(true);
    LogReader reader = open(0);
    append(5 * BLOCK);
    assertEquals(5L * BLOCK, log.heldBytes() + log.backlogSize());
    File file = new File(0);
    log.archived(file, 0, 0, 4 * BLOCK);
    assertTrue(log.memoryBytes() <= 3L * BLOCK, "what is on disk is not in memory");
    assertTrue(reader.isOnDisk());
    assertEquals(5L * BLOCK, reader.remaining());
    assertEquals(BLOCK, reader.remainingInMemory());
    readOn(reader, 5 * BLOCK);
    assertEquals(0, log.heldBytes());
  }

  @Test
  void whatLiesOnDiskIsServedBeyondTheBacklog() {
    log.activateBacklog();
    log.useArchive(true);
    log.want(1000, 8L * BLOCK, false);
    append(4 * BLOCK);
    assertNull(log.refusal(A, 1001));
    log.archived(new File(500), 0, 500, 3 * BLOCK);
    append(2 * BLOCK);
    assertNull(log.refusal(A, 501));
    assertNotNull(log.refusal(A, 500));
    assertNull(log.openReader(499));
    readOn(open(500), 6 * BLOCK - 500);
    assertEquals(BLOCK, log.backlogLength(), "the backlog is what is in memory");
    log.useArchive(false);
    assertNotNull(log.refusal(A, 1001));
  }

  @Test
  void whatIsWantedIsHeldInMemoryOnlyUpToALimit() {
    log.activateBacklog();
    log.useArchive(true);
    log.want(0, 2L * BLOCK, false);
    append(3 * BLOCK);
    assertNull(log.refusal(A, 1));
    assertEquals(0, log.unarchivedFrom());
    append(2 * BLOCK);
    assertNotNull(log.refusal(A, 1));
    assertEquals(log.offset(), log.unarchivedFrom(), "nobody needs what is there");
    assertTrue(log.memoryBytes() <= 5L * BLOCK);
  }

  @Test
  void aFileThatCannotBeReadLosesWhoeverNeedsIt() {
    List<String> told = new ArrayList<>();
    log.onUnreadable(told::add);
    log.activateBacklog();
    log.useArchive(true);
    LogReader slow = open(0);
    LogReader quick = open(0);
    append(3 * BLOCK);
    readOn(quick, 3 * BLOCK);
    File file = new File(0);
    log.archived(file, 0, 0, 2 * BLOCK);
    file.broken = true;
    assertEquals(0, slow.read(new byte[10], 0, 10));
    assertTrue(slow.isLost());
    assertFalse(quick.isLost());
    assertEquals(List.of("broken"), told);
    assertTrue(log.archive().isEmpty());
    assertEquals(1, file.released);
  }

  @Test
  void anotherHistoryHasNothingOnDisk() {
    log.activateBacklog();
    log.useArchive(true);
    File file = new File(0);
    append(BLOCK);
    log.archived(file, 0, 0, BLOCK);
    log.adopt("b".repeat(40), 77);
    assertTrue(log.archive().isEmpty());
    assertEquals(1, file.released);
    log.archived(file, 0, 50, 10);
    assertTrue(log.archive().isEmpty(), "it does not reach up to what is in memory");
  }

  @Test
  void theNewNameOfAHistoryKeepsItsFiles() {
    log.activateBacklog();
    log.useArchive(true);
    log.want(0, 0, false);
    append(4 * BLOCK);
    log.archived(new File(0), 0, 0, 4 * BLOCK);
    log.shift("b".repeat(40));
    assertNull(log.refusal(A, 1));
    assertNull(log.refusal(A, 4L * BLOCK + 1));
    assertNotNull(log.refusal(A, 4L * BLOCK + 2));
  }

  @Test
  void anyOrderOfEventsGivesTheBytesOfTheLogOrNone() {
    for (int seed = 0; seed < 200; seed++) {
      new Chance(seed).run();
    }
  }

  /// What a primary with replicas and files does, at random.
  private static final class Chance {
    private final Random random;
    private final String seed;
    private final CommandLog log;
    private final List<LogReader> readers = new ArrayList<>();
    private final List<File> files = new ArrayList<>();
    private long written;

    Chance(int seed) {
      this.seed = "seed " + seed;
      random = new Random(seed);
      log = new CommandLog(A, 1 + random.nextInt(3 * BLOCK));
      log.activateBacklog();
      log.useArchive(true);
      files.add(new File(0));
    }

    void run() {
      for (int i = 0; i < 150; i++) {
        step();
        check();
      }
      log.close();
    }

    private void step() {
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> append(random.nextInt(2 * BLOCK));
        case 3, 4 -> write();
        case 5 -> {
          LogReader reader = log.openReader(Math.max(0, log.offset() - random.nextInt(6 * BLOCK)));
          if (reader != null) {
            readers.add(reader);
          }
        }
        case 6 -> read();
        case 7 ->
            log.want(
                random.nextLong(log.offset() + 1), random.nextInt(3 * BLOCK), random.nextBoolean());
        case 8 -> {
          if (!readers.isEmpty()) {
            readers.remove(random.nextInt(readers.size())).close();
          }
        }
        default -> rarely();
      }
    }

    private void rarely() {
      switch (random.nextInt(8)) {
        case 0 -> log.dropArchiveBefore(random.nextLong(log.offset() + 1));
        case 1 -> log.dropArchive(files.get(random.nextInt(files.size())));
        case 2 -> files.add(new File(log.offset() - Math.min(log.offset(), random.nextInt(BLOCK))));
        case 3 -> {
          log.useArchive(false);
          log.useArchive(true);
        }
        case 4 -> log.backlogSize(1 + random.nextInt(3 * BLOCK));
        case 5 -> files.get(random.nextInt(files.size())).broken = true;
        default -> log.shift("c".repeat(40));
      }
    }

    private void append(int count) {
      byte[] bytes = new byte[count];
      for (int i = 0; i < count; i++) {
        bytes[i] = byteAt(log.offset() + i);
      }
      log.append(bytes, 0, count);
    }

    /// A part of what was not written yet is now, in the newest file.
    private void write() {
      File file = files.getLast();
      long from = Math.max(written, file.start);
      long to = from + random.nextLong(Math.max(1, log.offset() - from + 1));
      if (to > from && to <= log.offset()) {
        log.archived(file, from - file.start, from, to - from);
        written = to;
      }
    }

    private void read() {
      for (LogReader reader : readers) {
        byte[] to = new byte[random.nextInt(BLOCK)];
        long from = reader.position();
        int n = reader.read(to, 0, to.length);
        for (int i = 0; i < n; i++) {
          if (byteAt(from + i) != to[i]) {
            throw new AssertionError(seed + ": wrong byte at " + (from + i));
          }
        }
      }
    }

    private void check() {
      readers.removeIf(LogReader::isLost);
      for (LogReader reader : readers) {
        assertEquals(log.offset() - reader.position(), reader.remaining(), seed);
        assertTrue(reader.remainingInMemory() <= reader.remaining(), seed);
      }
      LogArchive archive = log.archive();
      if (!archive.isEmpty()) {
        assertTrue(archive.length() > 0, seed);
        assertTrue(archive.end() >= log.firstInMemory(), seed);
        assertTrue(archive.end() <= log.offset(), seed);
      }
      long first = log.neededFrom();
      assertTrue(first <= log.unarchivedFrom(), seed);
      try (LogReader all = log.openReader(first)) {
        assertNotNull(all, seed);
      }
    }
  }

  /// A file that holds the log from `start` on.
  private static final class File implements LogArchive.Source {
    private final long start;
    private boolean broken;
    private int released;

    File(long start) {
      this.start = start;
    }

    @Override
    public void read(long at, byte[] to, int offset, int length) {
      if (broken) {
        throw new LogArchive.Unreadable("broken");
      }
      for (int i = 0; i < length; i++) {
        to[offset + i] = byteAt(start + at + i);
      }
    }

    @Override
    public void release() {
      released++;
    }
  }

  private static byte byteAt(long position) {
    return (byte) (position * 31 + (position >> 8) * 7 + (position >> 18));
  }

  private void append(int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = byteAt(log.offset() + i);
    }
    log.append(bytes, 0, count);
  }

  private void readOn(LogReader reader, int count) {
    byte[] to = new byte[count];
    long from = reader.position();
    int n = 0;
    while (n < count) {
      n += reader.read(to, n, Math.min(1000, count - n));
    }
    for (int i = 0; i < count; i++) {
      assertEquals(byteAt(from + i), to[i], "at " + (from + i));
    }
  }

  private LogReader open(long offset) {
    return Objects.requireNonNull(log.openReader(offset));
  }
}
