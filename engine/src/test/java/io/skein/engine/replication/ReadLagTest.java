package io.skein.engine.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.log.CommandLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The lag that a replica measures is never less than the real one.
class ReadLagTest {
  private static final String ID = "a".repeat(40);
  private static final String OTHER = "b".repeat(40);

  private final CommandLog log = new CommandLog(ID, 1 << 20);
  private ReadLag lag = new ReadLag(log, new LagSettings(100, 0, null, null));
  private final List<LagEffect> effects = new ArrayList<>();
  private long now = 1000;

  private void follow() {
    lag.on(new LagEvent.Follow("p", 1), now, effects::add);
  }

  private LagEffect.Connect connect() {
    for (LagEffect e : effects) {
      if (e instanceof LagEffect.Connect c) {
        effects.clear();
        return c;
      }
    }
    throw new AssertionError("no connection was asked for: " + effects);
  }

  private String sent() {
    StringBuilder all = new StringBuilder();
    for (LagEffect e : effects) {
      if (e instanceof LagEffect.Send s) {
        all.append(new String(s.bytes(), StandardCharsets.ISO_8859_1));
      }
    }
    effects.clear();
    return all.toString();
  }

  private long linkId;

  private void open() {
    follow();
    linkId = connect().link();
    lag.on(new LagEvent.Opened(linkId), now, effects::add);
  }

  private static String info(String role, String id, long offset, String more) {
    return "# Replication\r\nrole:%s\r\nmaster_replid:%s\r\nmaster_repl_offset:%d\r\n%s"
        .formatted(role, id, offset, more);
  }

  private static byte[] bulk(String text) {
    return ("$" + text.length() + "\r\n" + text + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
  }

  private void answer(String text) {
    receive(bulk(text));
  }

  private void receive(byte[] bytes) {
    lag.on(new LagEvent.Received(linkId, bytes, 0, bytes.length), now, effects::add);
  }

  private void apply(int bytes) {
    log.activateBacklog();
    log.append(new byte[bytes], 0, bytes);
  }

  private void pass(long ms) {
    now += ms;
    lag.tick(now, effects::add);
  }

  @Test
  void whatIsNotMeasuredIsNotKnown() {
    assertEquals(ReadLag.UNKNOWN, lag.lagMs(now));
    assertNotNull(lag.refusal(now));
    open();
    assertEquals(ReadLag.UNKNOWN, lag.lagMs(now));
  }

  @Test
  void theLagIsTheTimeSinceTheQuestionOnceTheStreamIsThere() {
    open();
    assertTrue(sent().contains("INFO"));
    now += 30;
    answer(info("master", ID, 10, ""));
    assertEquals(ReadLag.UNKNOWN, lag.lagMs(now));
    assertEquals(10, lag.lagBytes(now));
    apply(9);
    assertEquals(ReadLag.UNKNOWN, lag.lagMs(now));
    apply(1);
    assertEquals(31, lag.lagMs(now));
    assertEquals(0, lag.lagBytes(now));
    assertNull(lag.refusal(now));
    now += 70;
    assertNotNull(lag.refusal(now));
  }

  @Test
  void asksAgainInAQuarterOfTheBound() {
    open();
    sent();
    answer(info("master", ID, 0, ""));
    pass(24);
    assertEquals("", sent());
    pass(1);
    assertTrue(sent().contains("INFO"));
    pass(1000);
    assertEquals("", sent());
  }

  @Test
  void logsInFirst() {
    lag = new ReadLag(log, new LagSettings(100, 0, "u", "secret"));
    open();
    assertEquals("*3\r\n$4\r\nAUTH\r\n$1\r\nu\r\n$6\r\nsecret\r\n", sent());
    receive("+OK\r\n".getBytes(StandardCharsets.ISO_8859_1));
    assertTrue(sent().contains("INFO"));
  }

  @Test
  void aPrimaryThatDoesNotAnswerIsConnectedToAgain() {
    open();
    answer(info("master", ID, 0, ""));
    assertEquals(1, lag.lagMs(now));
    pass(25);
    pass(1001);
    assertTrue(effects.stream().anyMatch(e -> e instanceof LagEffect.Close));
    pass(200);
    connect();
    assertEquals(1227, lag.lagMs(now));
  }

  @Test
  void refusalsAndNonsenseAreNoAnswers() {
    for (String bad :
        List.of("-NOAUTH x\r\n", "*1\r\n", "$-1\r\n", "$99999999\r\n", "\r\n", ":1\r\n")) {
      open();
      effects.clear();
      receive(bad.getBytes(StandardCharsets.ISO_8859_1));
      assertTrue(effects.stream().anyMatch(e -> e instanceof LagEffect.Close), bad);
      assertEquals(ReadLag.UNKNOWN, lag.lagMs(now), bad);
    }
  }

  @Test
  void theAnswerOfAnotherHistorySaysNothing() {
    open();
    answer(info("master", OTHER, 0, ""));
    assertEquals(ReadLag.UNKNOWN, lag.lagMs(now));
    assertEquals(ReadLag.UNKNOWN, lag.lagBytes(now));
    pass(25);
    answer(info("master", ID, 0, ""));
    assertEquals(1, lag.lagMs(now));
    log.shift(OTHER);
    assertEquals(ReadLag.UNKNOWN, lag.lagMs(now));
  }

  @Test
  void anotherPrimaryIsMeasuredAnew() {
    open();
    answer(info("master", ID, 0, ""));
    assertEquals(1, lag.lagMs(now));
    lag.on(new LagEvent.Follow("q", 2), now, effects::add);
    assertEquals(ReadLag.UNKNOWN, lag.lagMs(now));
  }

  @Test
  void aReplicaAboveAddsItsOwnLagOrSaysNothing() {
    open();
    answer(info("slave", ID, 0, ""));
    assertEquals(ReadLag.UNKNOWN, lag.lagMs(now));
    pass(25);
    answer(info("slave", ID, 0, "slave_read_lag_ms:-1\r\nslave_read_lag_bytes:0\r\n"));
    assertEquals(ReadLag.UNKNOWN, lag.lagMs(now));
    pass(25);
    answer(info("slave", ID, 5, "slave_read_lag_ms:40\r\nslave_read_lag_bytes:7\r\n"));
    apply(5);
    assertEquals(41, lag.lagMs(now));
    assertEquals(7, lag.lagBytes(now));
  }

  @Test
  void bytesAreKnownForASecond() {
    lag = new ReadLag(log, new LagSettings(0, 100, null, null));
    open();
    answer(info("master", ID, 200, ""));
    assertNotNull(lag.refusal(now));
    apply(100);
    assertNull(lag.refusal(now));
    now += 1001;
    assertNotNull(lag.refusal(now));
  }

  @Test
  void withoutABoundNobodyIsAsked() {
    lag = new ReadLag(log, new LagSettings(0, 0, null, null));
    follow();
    pass(100);
    assertTrue(effects.stream().noneMatch(e -> e instanceof LagEffect.Connect));
    lag.configure(new LagSettings(100, 0, null, null));
    pass(1);
    connect();
    lag.configure(new LagSettings(0, 0, null, null));
    pass(1);
    assertTrue(effects.stream().anyMatch(e -> e instanceof LagEffect.Close));
  }

  /// A server whose history grows by a byte now and then, seen through lines of random delay.
  private static final class Upstream {
    final List<Long> grewAtMs = new ArrayList<>();
    final Deque<long[]> questions = new ArrayDeque<>();
    final Deque<long[]> answers = new ArrayDeque<>();

    long offsetAt(long ms) {
      return grewAtMs.stream().filter(at -> at < ms).count();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theRealLagIsNeverMoreThanTheMeasuredOne(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Upstream up = new Upstream();
    open();
    int known = 0;
    for (int step = 0; step < 20_000; step++) {
      now += random.nextInt(4);
      boolean stalled = step / 500 % 7 == 3;
      if (random.nextInt(3) == 0) {
        up.grewAtMs.add(now);
      }
      lag.tick(now, effects::add);
      for (LagEffect e : List.copyOf(effects)) {
        switch (e) {
          case LagEffect.Connect c -> {
            linkId = c.link();
            up.questions.clear();
            up.answers.clear();
            lag.on(new LagEvent.Opened(linkId), now, effects::add);
          }
          case LagEffect.Send s -> up.questions.add(new long[] {now + random.nextInt(40)});
          case LagEffect.Close c -> up.questions.clear();
          case LagEffect.Log l -> {}
        }
      }
      List<LagEffect> sendsOfOpened =
          effects.stream().filter(e -> e instanceof LagEffect.Send).toList();
      effects.clear();
      if (up.questions.isEmpty() && !sendsOfOpened.isEmpty()) {
        up.questions.add(new long[] {now + random.nextInt(40)});
      }
      if (!stalled && !up.questions.isEmpty() && up.questions.peek()[0] <= now) {
        up.questions.remove();
        up.answers.add(new long[] {now + random.nextInt(40), up.grewAtMs.size()});
      }
      if (!up.answers.isEmpty() && up.answers.peek()[0] <= now) {
        byte[] bytes = bulk(info("master", ID, up.answers.remove()[1], ""));
        int cut = random.nextInt(bytes.length);
        lag.on(new LagEvent.Received(linkId, bytes, 0, cut), now, effects::add);
        lag.on(new LagEvent.Received(linkId, bytes, cut, bytes.length - cut), now, effects::add);
      }
      if (!stalled && random.nextInt(3) > 0) {
        int behind = (int) (up.grewAtMs.size() - log.offset());
        apply(behind == 0 ? 0 : random.nextInt(behind + 1));
      }
      long measured = lag.lagMs(now);
      if (measured != ReadLag.UNKNOWN) {
        known++;
        assertTrue(
            log.offset() >= up.offsetAt(now - measured),
            "seed " + seed + " step " + step + ": " + measured + " ms");
      }
    }
    assertTrue(known > 10_000, "" + known);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void anyBytesAreSurvived(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    String alphabet = "$+-*\r\n0123456789abc:role_master";
    for (int round = 0; round < 2000; round++) {
      open();
      byte[] bytes = bulk(info("master", ID, random.nextInt(100), ""));
      for (int i = random.nextInt(6); i > 0; i--) {
        bytes[random.nextInt(bytes.length)] =
            (byte) alphabet.charAt(random.nextInt(alphabet.length()));
      }
      int cut = random.nextInt(bytes.length);
      lag.on(new LagEvent.Received(linkId, bytes, 0, cut), now, effects::add);
      lag.on(new LagEvent.Received(linkId, bytes, cut, bytes.length - cut), now, effects::add);
      assertTrue(lag.lagMs(now) >= ReadLag.UNKNOWN);
      effects.clear();
    }
  }
}
