package io.skein.engine.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.log.CommandLog;
import io.skein.engine.log.LogReader;
import io.skein.engine.replication.PrimaryEvent.Peer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PrimarySideTest {
  private final CommandLog log = new CommandLog("a".repeat(40), 1 << 20);
  private final List<PrimaryEffect> effects = new ArrayList<>();
  private long nowMs = 5_000;
  private int ids;
  private PrimarySide side = machine(Settings.diskless(0));

  private PrimarySide machine(PrimarySettings settings) {
    return new PrimarySide(log, settings, () -> String.format("%040x", ++ids));
  }

  @Test
  void answersReplconfAsRedisDoes() {
    assertEquals("+OK\r\n", replconf(1, "listening-port", "7001"));
    assertEquals("+OK\r\n", replconf(1, "capa", "eof", "capa", "something-new"));
    assertEquals("+OK\r\n", replconf(1));
    assertEquals("-ERR syntax error\r\n", replconf(1, "capa"));
    assertEquals(
        "-ERR value is not an integer or out of range\r\n", replconf(1, "listening-port", "x"));
    assertEquals("-ERR Unrecognized REPLCONF option: Foo\r\n", replconf(1, "Foo", "bar"));
    assertEquals(
        "-ERR REPLCONF ip-address provided by replica instance is too long: 300 bytes\r\n",
        replconf(1, "ip-address", "x".repeat(300)));
    assertEquals(
        "-ERR value is out of range, value must between 0 and 1\r\n", replconf(1, "rdb-only", "2"));
    assertEquals(
        "-ERR Unsupported rdb-filter-only option: keys\r\n",
        replconf(1, "rdb-filter-only", "functions keys"));
    assertEquals("+OK\r\n", replconf(1, "rdb-filter-only", ""));
    assertEquals("", replconf(1, "ack", "5"));
    assertFalse(side.isReplica(1));
    assertTrue(side.knows(1));
  }

  @Test
  void refusesToServeWithoutALinkOfItsOwn() {
    side.on(new PrimaryEvent.Sync(peer(1), true, "?", -1, false), nowMs, effects::add);
    assertEquals("-NOMASTERLINK Can't SYNC while not connected with my master\r\n", sent(1));
    replconf(2, "rdb-filter-only", "functions");
    psync(2, "?", -1);
    assertEquals("-ERR Filtered replica requires EOF capability\r\n", sent(2));
    assertEquals(0, side.replicaCount());
  }

  @Test
  void streamsASnapshotBetweenItsMarksAndWaitsForTheAcknowledgement() {
    replconf(1, "capa", "eof");
    psync(1, "?", -1);
    assertTrue(effects.contains(new PrimaryEffect.StartSnapshot(1, false, true, true)));
    side.on(new PrimaryEvent.SnapshotStarted(1), nowMs, effects::add);
    assertEquals(List.of(1L), side.streamedTo(1));
    side.on(new PrimaryEvent.SnapshotBytes(1, bytes("DATA")), nowMs, effects::add);
    log.command(0, bytes("DEL"), bytes("k"));
    side.on(new PrimaryEvent.SnapshotDone(1, -1), nowMs, effects::add);
    String mark = String.format("%040x", 2);
    assertEquals("+FULLRESYNC " + log.replid() + " 0\r\n$EOF:" + mark + "\r\nDATA" + mark, sent(1));
    assertNull(side.reader(1));
    assertFalse(effects.contains(new PrimaryEffect.Stream(1)));
    assertEquals("", replconf(1, "ACK", "0"));
    assertTrue(effects.contains(new PrimaryEffect.Stream(1)));
    assertEquals("*2|$6|SELECT|$1|0|*2|$3|DEL|$1|k|", stream(1));
  }

  @Test
  void sendsAFileToWhoeverIsNotCapableOfMarks() {
    psync(1, "?", -1);
    assertTrue(effects.contains(new PrimaryEffect.StartSnapshot(1, true, true, true)));
    side.on(new PrimaryEvent.SnapshotStarted(1), nowMs, effects::add);
    pass(1000);
    side.on(new PrimaryEvent.SnapshotDone(1, 123), nowMs, effects::add);
    assertTrue(effects.contains(new PrimaryEffect.SendFile(1, 1)));
    side.on(new PrimaryEvent.FileSent(1), nowMs, effects::add);
    assertEquals("+FULLRESYNC " + log.replid() + " 0\r\n\n$123\r\n", sent(1));
    assertNotNull(side.reader(1));
  }

  @Test
  void anOldReplicaGetsTheSnapshotWithoutAFirstLine() {
    side.on(new PrimaryEvent.Sync(peer(1), false, "?", -1, true), nowMs, effects::add);
    side.on(new PrimaryEvent.SnapshotStarted(1), nowMs, effects::add);
    side.on(new PrimaryEvent.SnapshotDone(1, 9), nowMs, effects::add);
    side.on(new PrimaryEvent.FileSent(1), nowMs, effects::add);
    assertEquals("$9\r\n", sent(1));
    pass(200_000);
    assertEquals(1, side.replicaCount(), "it sends no acknowledgements and is not missed");
  }

  @Test
  void whoWantsOnlyASnapshotIsSentAwayAfterIt() {
    replconf(1, "rdb-only", "1");
    psync(1, "?", -1);
    side.on(new PrimaryEvent.SnapshotStarted(1), nowMs, effects::add);
    log.append(new byte[1 << 20], 0, 1 << 20);
    assertEquals(0, side.replicas(nowMs).getFirst().lagBytes());
    side.on(new PrimaryEvent.SnapshotDone(1, 9), nowMs, effects::add);
    side.on(new PrimaryEvent.FileSent(1), nowMs, effects::add);
    assertTrue(effects.contains(new PrimaryEffect.Close(1, true)));
    assertNull(side.reader(1));
  }

  @Test
  void retriesADeferredSnapshotAndReportsAFailedOne() {
    psync(1, "?", -1);
    side.on(new PrimaryEvent.SnapshotDeferred(1), nowMs, effects::add);
    pass(1000);
    assertTrue(effects.contains(new PrimaryEffect.StartSnapshot(2, true, true, true)));
    side.on(new PrimaryEvent.SnapshotFailed(2, "disk full"), nowMs, effects::add);
    assertTrue(sent(1).endsWith("-ERR BGSAVE failed, replication can't continue\r\n"), sent(1));
    assertTrue(effects.contains(new PrimaryEffect.Close(1, true)));
    assertEquals(0, side.replicaCount());
  }

  @Test
  void givesUpAStreamedSnapshotThatNobodyReceives() {
    replconf(1, "capa", "eof");
    psync(1, "?", -1);
    side.on(new PrimaryEvent.SnapshotStarted(1), nowMs, effects::add);
    side.on(new PrimaryEvent.Closed(1), nowMs, effects::add);
    assertTrue(effects.contains(new PrimaryEffect.CancelSnapshot(1)));
    log.releaseBacklog();
    assertFalse(log.isFollowed(), "nothing of the log is held any more");
  }

  @Test
  void aReplicaThatWasStartedAgainHasThoseWhoAreAheadOfItWait() {
    side.role(false, nowMs);
    log.activateBacklog();
    log.append(new byte[100], 0, 100);
    psync(1, log.replid(), 151);
    assertTrue(sent(1).startsWith("-NOMASTERLINK "), sent(1));
    log.append(new byte[100], 0, 100);
    psync(2, log.replid(), 151);
    assertTrue(sent(2).startsWith("+CONTINUE"), sent(2));
    pass(9_000);
    psync(3, log.replid(), 251);
    assertTrue(sent(3).startsWith("-NOMASTERLINK "), sent(3));
    pass(9_000);
    psync(4, log.replid(), 251);
    assertEquals(1, side.counts().full(), "what it knows more was lost");
  }

  @Test
  void waitsForMoreReplicasButNotForMoreThanEnough() {
    side = machine(new PrimarySettings(true, 5, 2, 10, 60, 3600, 0, 10, 0, 0, 0));
    replconf(1, "capa", "eof");
    psync(1, "?", -1);
    pass(1000);
    assertFalse(effects.stream().anyMatch(PrimaryEffect.StartSnapshot.class::isInstance));
    assertEquals("\n", sent(1), "it is kept alive meanwhile");
    replconf(2, "capa", "eof");
    psync(2, "?", -1);
    assertTrue(effects.contains(new PrimaryEffect.StartSnapshot(1, false, true, true)));
  }

  @Test
  void pingsIntoTheLogWhileThereAreReplicas() {
    online(1);
    long before = log.offset();
    for (int i = 0; i < 21; i++) {
      ack(1);
      pass(1000);
    }
    assertEquals(before + 2 * 14, log.offset());
    side.on(new PrimaryEvent.PausePings(true), nowMs, effects::add);
    for (int i = 0; i < 21; i++) {
      ack(1);
      pass(1000);
    }
    assertEquals(before + 2 * 14, log.offset());
  }

  @Test
  void aShorterPeriodOfPingsCountsAtOnce() {
    online(1);
    pass(3000);
    long before = log.offset();
    side.configure(new PrimarySettings(true, 0, 0, 1, 60, 3600, 0, 10, 0, 0, 0));
    pass(1000);
    assertEquals(before + 14, log.offset());
  }

  @Test
  void dropsAReplicaThatTakesNothingMoreOfAFile() {
    psync(1, "?", -1);
    side.on(new PrimaryEvent.SnapshotStarted(1), nowMs, effects::add);
    pass(100_000);
    side.on(new PrimaryEvent.SnapshotDone(1, 123), nowMs, effects::add);
    pass(50_000);
    side.on(new PrimaryEvent.Drained(1), nowMs, effects::add);
    pass(200_000);
    assertTrue(side.isReplica(1), "it has taken all there was");
    psync(2, "?", -1);
    side.on(new PrimaryEvent.SnapshotStarted(2), nowMs, effects::add);
    side.on(new PrimaryEvent.SnapshotDone(2, 123), nowMs, effects::add);
    pass(62_000);
    assertFalse(side.isReplica(2));
  }

  @Test
  void dropsASilentReplicaAfterTheTimeout() {
    online(1);
    online(2);
    for (int i = 0; i < 65; i++) {
      ack(2);
      pass(1000);
    }
    assertTrue(effects.contains(new PrimaryEffect.Close(1, false)));
    assertFalse(side.isReplica(1));
    assertTrue(side.isReplica(2));
  }

  @Test
  void dropsAReplicaWhoseConnectionIsStuckInASnapshot() {
    replconf(1, "capa", "eof");
    psync(1, "?", -1);
    side.on(new PrimaryEvent.SnapshotStarted(1), nowMs, effects::add);
    pass(100_000);
    assertTrue(side.isReplica(1), "a slow snapshot is no fault of the replica");
    side.on(new PrimaryEvent.SnapshotBytes(1, bytes("x")), nowMs, effects::add);
    side.on(new PrimaryEvent.Drained(1), nowMs, effects::add);
    side.on(new PrimaryEvent.SnapshotBytes(1, bytes("x")), nowMs, effects::add);
    pass(62_000);
    assertFalse(side.isReplica(1));
  }

  @Test
  void dropsAReplicaThatStopsTakingAfterItTookSome() {
    replconf(1, "capa", "eof");
    psync(1, "?", -1);
    side.on(new PrimaryEvent.SnapshotStarted(1), nowMs, effects::add);
    side.on(new PrimaryEvent.SnapshotBytes(1, bytes("x")), nowMs, effects::add);
    side.on(new PrimaryEvent.Drained(1), nowMs, effects::add);
    pass(30_000);
    side.on(new PrimaryEvent.Clogged(1), nowMs, effects::add);
    pass(20_000);
    assertTrue(side.isReplica(1));
    pass(12_000);
    assertFalse(side.isReplica(1));
  }

  @Test
  void cutsOffWhoeverLagsOverTheLimits() {
    side = machine(new PrimarySettings(false, 0, 0, 10, 600, 0, 0, 10, 5 << 20, 3 << 20, 10));
    online(1);
    grow(2 << 20);
    assertTrue(side.isReplica(1));
    grow(2 << 20);
    pass(5_000);
    assertTrue(side.isReplica(1), "over the soft limit, not for long");
    LogReader reader = Objects.requireNonNull(side.reader(1));
    reader.read(new byte[3 << 20], 0, 3 << 20);
    pass(20_000);
    assertTrue(side.isReplica(1), "it caught up");
    grow(3 << 20);
    pass(15_000);
    assertFalse(side.isReplica(1));
    online(2);
    grow(6 << 20);
    assertFalse(side.isReplica(2), "over the hard limit");
    assertTrue(reader.isLost());
  }

  @Test
  void countsReplicasInGoodHealth() {
    side = machine(new PrimarySettings(false, 0, 0, 10, 60, 0, 2, 10, 0, 0, 0));
    assertFalse(side.hasEnoughReplicas());
    online(1);
    assertFalse(side.hasEnoughReplicas());
    online(2);
    assertTrue(side.hasEnoughReplicas());
    for (int i = 0; i < 12; i++) {
      ack(1);
      pass(1000);
    }
    assertEquals(1, side.goodReplicas());
    assertFalse(side.hasEnoughReplicas());
  }

  @Test
  void asksForAcknowledgementsAndCountsThem() {
    online(1);
    online(2);
    log.command(0, bytes("DEL"), bytes("k"));
    long target = log.offset();
    assertEquals(0, side.countAcked(target));
    side.requestAcks();
    side.requestAcks();
    assertEquals(target + Wire.command("REPLCONF", "GETACK", "*").length, log.offset());
    effects.clear();
    replconf(1, "ACK", Long.toString(target));
    assertEquals(List.of(new PrimaryEffect.AcksMoved()), effects);
    assertEquals(1, side.countAcked(target));
    replconf(2, "ACK", Long.toString(target), "FACK", Long.toString(target - 1));
    assertEquals(2, side.countAcked(target));
    assertEquals(0, side.countFsynced(target));
    assertEquals(1, side.countFsynced(target - 1));
  }

  @Test
  void freesTheBacklogUnderANewIdWhenThereWasNoReplicaForLong() {
    side = machine(new PrimarySettings(false, 0, 0, 10, 60, 30, 0, 10, 0, 0, 0));
    online(1);
    String id = log.replid();
    side.on(new PrimaryEvent.Closed(1), nowMs, effects::add);
    pass(29_000);
    assertTrue(log.isBacklogActive());
    pass(5_000);
    assertFalse(log.isBacklogActive());
    assertNotEquals(id, log.replid());
    assertEquals(Long.MAX_VALUE, side.nextDeadlineMs());
  }

  @Test
  void aReplicaKeepsItsBacklogForTheTimeWhenItIsPromoted() {
    side = machine(new PrimarySettings(false, 0, 0, 10, 60, 30, 0, 10, 0, 0, 0));
    log.activateBacklog();
    side.role(false, nowMs);
    pass(100_000);
    assertTrue(log.isBacklogActive());
    side.role(true, nowMs);
    pass(20_000);
    assertTrue(log.isBacklogActive());
    pass(20_000);
    assertFalse(log.isBacklogActive());
  }

  @Test
  void survivesAnyOrderOfEvents() {
    Random random = new Random(17);
    for (int round = 0; round < 300; round++) {
      side = machine(random.nextBoolean() ? Settings.diskless(random.nextInt(3)) : Settings.disk());
      for (int step = 0; step < 200; step++) {
        nowMs += random.nextInt(3000);
        side.tick(nowMs, effects::add);
        side.on(randomEvent(random), nowMs, effects::add);
        if (random.nextInt(3) == 0 && log.isFollowed()) {
          log.command(random.nextInt(3), bytes("DEL"), bytes("k"));
        }
        side.checkLag(nowMs, effects::add);
        side.requestAcks();
        side.replicas(nowMs);
      }
      side.on(new PrimaryEvent.DropReplicas("end"), nowMs, effects::add);
      assertEquals(0, side.replicaCount());
      log.releaseBacklog();
      assertFalse(log.isFollowed(), "no reader is left behind in round " + round);
      effects.clear();
    }
  }

  private PrimaryEvent randomEvent(Random random) {
    long link = random.nextInt(5);
    long pass = random.nextInt(20);
    String[] options = {
      "ack",
      "capa",
      "eof",
      "psync2",
      "7",
      "rdb-only",
      "1",
      "getack",
      "listening-port",
      "",
      "rdb-filter-only",
      "functions",
      "ip-address",
      "\u0000\r\n",
      "-3",
      "99999999999999999999"
    };
    return switch (random.nextInt(14)) {
      case 0, 1 -> {
        List<byte[]> words = new ArrayList<>();
        for (int n = random.nextInt(5); n > 0; n--) {
          words.add(bytes(options[random.nextInt(options.length)]));
        }
        yield new PrimaryEvent.Replconf(peer(link), words);
      }
      case 2, 3 ->
          new PrimaryEvent.Sync(
              peer(link),
              random.nextInt(4) > 0,
              random.nextBoolean() ? log.replid() : "?",
              log.offset() + 1 - random.nextInt(100),
              random.nextInt(5) > 0);
      case 4 -> new PrimaryEvent.Closed(link);
      case 5 -> new PrimaryEvent.Newline(link);
      case 6 -> new PrimaryEvent.Drained(link);
      case 7, 8 -> new PrimaryEvent.FileSent(link);
      case 9, 10 -> new PrimaryEvent.SnapshotStarted(pass);
      case 11 -> new PrimaryEvent.SnapshotDone(pass, 5);
      case 12 -> new PrimaryEvent.SnapshotBytes(pass, bytes("x"));
      default ->
          random.nextBoolean()
              ? new PrimaryEvent.SnapshotFailed(pass, "why")
              : new PrimaryEvent.SnapshotDeferred(pass);
    };
  }

  // ---- helpers

  private void online(long link) {
    if (log.isBacklogActive()) {
      psync(link, log.replid(), log.offset() + 1);
      return;
    }
    psync(link, "?", -1);
    long pass =
        effects.stream()
            .filter(PrimaryEffect.StartSnapshot.class::isInstance)
            .mapToLong(e -> ((PrimaryEffect.StartSnapshot) e).pass())
            .max()
            .orElseThrow();
    side.on(new PrimaryEvent.SnapshotStarted(pass), nowMs, effects::add);
    side.on(new PrimaryEvent.SnapshotDone(pass, 9), nowMs, effects::add);
    side.on(new PrimaryEvent.FileSent(link), nowMs, effects::add);
    assertNotNull(side.reader(link));
  }

  private void ack(long link) {
    replconf(link, "ACK", "0");
  }

  private void grow(int n) {
    log.append(new byte[n], 0, n);
    side.checkLag(nowMs, effects::add);
  }

  private void pass(long ms) {
    for (long end = nowMs + ms; nowMs < end; ) {
      nowMs = Math.min(end, nowMs + 1000);
      side.tick(nowMs, effects::add);
    }
  }

  private void psync(long link, String replid, long offset) {
    side.on(new PrimaryEvent.Sync(peer(link), true, replid, offset, true), nowMs, effects::add);
  }

  private String replconf(long link, String... words) {
    List<PrimaryEffect> answer = new ArrayList<>();
    List<byte[]> arguments = Arrays.stream(words).map(PrimarySideTest::bytes).toList();
    side.on(new PrimaryEvent.Replconf(peer(link), arguments), nowMs, answer::add);
    StringBuilder out = new StringBuilder();
    for (PrimaryEffect effect : answer) {
      if (effect instanceof PrimaryEffect.Send send) {
        out.append(new String(send.bytes(), StandardCharsets.ISO_8859_1));
      } else {
        effects.add(effect);
      }
    }
    return out.toString();
  }

  private String sent(long link) {
    StringBuilder out = new StringBuilder();
    for (PrimaryEffect effect : effects) {
      if (effect instanceof PrimaryEffect.Send send && send.link() == link) {
        out.append(new String(send.bytes(), StandardCharsets.ISO_8859_1));
      }
    }
    return out.toString();
  }

  private String stream(long link) {
    LogReader reader = Objects.requireNonNull(side.reader(link));
    byte[] out = new byte[(int) reader.remaining()];
    reader.read(out, 0, out.length);
    return new String(out, StandardCharsets.ISO_8859_1).replace("\r\n", "|");
  }

  private static Peer peer(long link) {
    return new Peer(link, "10.0.0." + link, 5000);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
