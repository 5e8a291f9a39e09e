package io.skein.engine.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.machine.Invariant;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CommandLogTest {
  private static final String A = "a".repeat(40);
  private static final String B = "b".repeat(40);

  private final CommandLog log = new CommandLog(A, 1000);

  @Test
  void writesCommandsAsArraysAndSelectsWhenTheDatabaseChanges() {
    log.activateBacklog();
    LogReader reader = open(0);
    log.command(0, bytes("SET"), bytes("k"), bytes(""));
    log.command(0, bytes("DEL"), bytes("k"));
    log.command(11, bytes("DEL"), bytes("k"));
    log.command(CommandLog.NO_DB, bytes("PING"));
    log.command(11, bytes("DEL"), bytes("k"));
    assertEquals(
        "*2|$6|SELECT|$1|0|*3|$3|SET|$1|k|$0||*2|$3|DEL|$1|k|"
            + "*2|$6|SELECT|$2|11|*2|$3|DEL|$1|k|*1|$4|PING|*2|$3|DEL|$1|k|",
        text(reader));
    assertEquals(11, log.selectedDb());
    log.forgetSelectedDb();
    log.command(11, bytes("DEL"), bytes("k"));
    assertEquals("*2|$6|SELECT|$2|11|*2|$3|DEL|$1|k|", text(reader));
    assertEquals(log.offset(), reader.position());
  }

  @Test
  void servesFromTheBacklogExactlyItsSize() {
    log.activateBacklog();
    append(2500);
    assertEquals(2500, log.offset());
    assertEquals(1000, log.backlogLength());
    assertEquals(1501, log.backlogFirstOffset());
    assertNull(log.refusal(A, 1501));
    assertNull(log.refusal(A, 2501));
    assertNotNull(log.refusal(A, 1500));
    assertNotNull(log.refusal(A, 2502));
    assertNotNull(log.refusal(B, 2000));
    assertNull(log.openReader(1499));
    assertNull(log.openReader(2501));
    assertEquals(1000, open(1500).remaining());
  }

  @Test
  void beginsABacklogWhereTheLogStandsAndKeepsTheNewestBytesOnResize() {
    append(300);
    log.activateBacklog();
    assertEquals(301, log.backlogFirstOffset());
    assertEquals(0, log.backlogLength());
    assertNull(log.refusal(A, 301));
    append(800);
    log.backlogSize(500);
    assertEquals(500, log.backlogLength());
    log.backlogSize(2000);
    assertEquals(500, log.backlogLength(), "what fell out does not come back");
    append(700);
    assertEquals(1200, log.backlogLength());
  }

  @Test
  void keepsWhatAReaderHasNotReadBeyondTheBacklog() {
    log.activateBacklog();
    LogReader slow = open(0);
    Random random = new Random(1);
    byte[] all = new byte[3 << 20];
    random.nextBytes(all);
    for (int at = 0; at < all.length; ) {
      int n = Math.min(random.nextInt(100_000), all.length - at);
      log.append(all, at, n);
      at += n;
    }
    assertEquals(all.length, slow.remaining());
    assertTrue(log.memoryBytes() >= all.length);
    assertNull(log.refusal(log.replid(), 1), "what the slow one keeps serves another");
    open(0).close();
    byte[] read = new byte[all.length];
    int at = 0;
    while (slow.remaining() > 0) {
      at += slow.read(read, at, 1 + random.nextInt(70_000));
    }
    assertArrayEquals(all, read);
    append(1);
    assertTrue(log.memoryBytes() <= 3L << 18, "read blocks are given back");
  }

  @Test
  void aClosedReaderHoldsNothing() {
    log.activateBacklog();
    LogReader slow = open(0);
    append(2 << 20);
    slow.close();
    assertTrue(slow.isLost());
    assertEquals(0, slow.remaining());
    assertTrue(log.memoryBytes() <= 3L << 18);
    assertEquals(1000, log.backlogLength());
  }

  @Test
  void aPromotedReplicaServesItsOldHistoryUpToTheSwitch() {
    log.activateBacklog();
    append(100);
    log.shift(B);
    append(50);
    assertEquals(B, log.replid());
    assertEquals(A, log.replid2());
    assertEquals(101, log.secondOffset());
    assertNull(log.refusal(A, 101));
    assertNull(log.refusal(B, 120));
    assertNotNull(log.refusal(A, 102));
  }

  @Test
  void adoptingAnotherHistoryLosesReadersAndPast() {
    log.activateBacklog();
    append(100);
    LogReader reader = open(50);
    log.adopt(B, 5000);
    assertTrue(reader.isLost());
    assertEquals(0, reader.remaining());
    assertEquals(5000, log.offset());
    assertEquals(5001, log.backlogFirstOffset());
    assertEquals(0, log.backlogLength());
    assertEquals(CommandLog.NO_REPLID, log.replid2());
    reader.close();
    append(10);
    assertEquals(10, open(5000).remaining());
  }

  @Test
  void restoresAHistoryFromAFile() {
    log.restore(B, 777, A, 500);
    log.activateBacklog();
    assertNull(log.refusal(B, 778));
    assertNotNull(log.refusal(A, 500), "its bytes are gone");
    assertEquals(500, log.secondOffset());
  }

  @Test
  void countsSkippedWritesOnlyWhileNobodyFollows() {
    assertFalse(log.isFollowed());
    log.skipped();
    log.skipped();
    assertEquals(2, log.offset());
    log.activateBacklog();
    assertTrue(log.isFollowed());
    assertThrows(Invariant.Broken.class, log::skipped);
    log.releaseBacklog();
    assertEquals(0, log.backlogFirstOffset());
    log.skipped();
    assertEquals(3, log.offset());
  }

  @Test
  void agreesWithAPlainListOfBytesUnderRandomUse() {
    Random random = new Random(99);
    log.activateBacklog();
    byte[] model = new byte[1 << 20];
    int end = 0;
    List<LogReader> readers = new ArrayList<>();
    for (int step = 0; step < 3000; step++) {
      byte[] piece = new byte[Math.min(random.nextInt(700), model.length - end)];
      random.nextBytes(piece);
      log.append(piece, 0, piece.length);
      System.arraycopy(piece, 0, model, end, piece.length);
      end += piece.length;
      if (random.nextInt(10) == 0) {
        readers.add(open(log.backlogFirstOffset() - 1));
      }
      if (!readers.isEmpty()) {
        LogReader reader = readers.get(random.nextInt(readers.size()));
        int from = (int) reader.position();
        byte[] out = new byte[random.nextInt(5000)];
        int n = reader.read(out, 0, out.length);
        assertArrayEquals(
            Arrays.copyOfRange(model, from, from + n), Arrays.copyOf(out, n), "step " + step);
        if (random.nextInt(20) == 0) {
          reader.close();
          readers.remove(reader);
        }
      }
    }
    assertEquals(end, log.offset());
  }

  private LogReader open(long offset) {
    return Objects.requireNonNull(log.openReader(offset));
  }

  private void append(int n) {
    log.append(new byte[n], 0, n);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(LogReader reader) {
    byte[] out = new byte[(int) reader.remaining()];
    reader.read(out, 0, out.length);
    return new String(out, StandardCharsets.ISO_8859_1).replace("\r\n", "|");
  }
}
