package io.skein.engine.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.skein.engine.config.DisklessLoad;
import io.skein.engine.log.CommandLog;
import io.skein.engine.replication.ReplicaEffect.LoadMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReplicaSideTest {
  private static final String ID = "e".repeat(40);
  private static final String NEXT_ID = "f".repeat(40);

  private final CommandLog log = new CommandLog("a".repeat(40), 1 << 20);
  private final List<ReplicaEffect> effects = new ArrayList<>();
  private long nowMs = 5_000;
  private boolean empty;
  private ReplicaSide side = machine(ReplicaSettings.defaults(7001));

  private ReplicaSide machine(ReplicaSettings settings) {
    return new ReplicaSide(log, settings, () -> NEXT_ID, () -> empty);
  }

  @Test
  void introducesItselfInRedisOrder() {
    side =
        machine(
            new ReplicaSettings(
                "user", "secret", "1.2.3.4", 7001, 60, DisklessLoad.DISABLED, false));
    on(new ReplicaEvent.Follow("h", 7000));
    assertEquals("connecting", side.state().label());
    on(new ReplicaEvent.Opened(1));
    receive("-NOAUTH Authentication required.\r\n");
    receive("+OK\r\n+OK\r\n");
    receive("-ERR Unrecognized REPLCONF option: ip-address\r\n");
    assertEquals("handshake", side.state().label());
    receive("+OK\r\n");
    assertEquals(
        "PING/AUTH user secret/REPLCONF listening-port 7001/REPLCONF ip-address 1.2.3.4/"
            + "REPLCONF capa eof capa psync2/PSYNC ? -1/",
        sent());
    assertTrue(logged("(Non critical) Master does not understand REPLCONF ip-address"));
  }

  @Test
  void triesAgainEachSecondWhenItCannotConnect() {
    on(new ReplicaEvent.Follow("h", 7000));
    on(new ReplicaEvent.Refused(1, "Connection refused"));
    assertEquals("connect", side.state().label());
    pass(1000);
    on(new ReplicaEvent.Refused(1, "of the first link"));
    assertEquals("connecting", side.state().label());
    on(new ReplicaEvent.Refused(2, "Connection refused"));
    pass(1000);
    assertEquals(3, connects());
  }

  @Test
  void givesUpOnErrorsAndTriesAgain() {
    for (String pong : List.of("-LOADING x", "-MASTERDOWN x", "$5")) {
      handshakeTo("");
      receive(pong + "\r\n");
      assertEquals(ReplicaState.CONNECT, side.state(), pong);
      side = machine(ReplicaSettings.defaults(7001));
    }
    for (String reply :
        List.of("-NOMASTERLINK x", "-LOADING x", "+FULLRESYNC", "+FULLRESYNC a b")) {
      handshakeTo("+PONG\r\n+OK\r\n+OK\r\n");
      receive("\n\n" + reply + "\r\n");
      assertEquals(ReplicaState.CONNECT, side.state(), reply);
      side = machine(ReplicaSettings.defaults(7001));
    }
    for (String announced : List.of("-ERR no", "+what", "$", "$0", "$x", "$EOF:short")) {
      handshakeTo("+PONG\r\n+OK\r\n+OK\r\n+FULLRESYNC " + ID + " 5\r\n");
      receive("\n" + announced + "\r\n");
      assertEquals(ReplicaState.CONNECT, side.state(), announced);
      side = machine(ReplicaSettings.defaults(7001));
    }
  }

  @Test
  void refusesALineWithoutEnd() {
    handshakeTo("");
    for (int i = 0; i < 30; i++) {
      receive("x".repeat(100));
    }
    assertEquals(ReplicaState.CONNECT, side.state());
    assertTrue(logged("Bad protocol"));
  }

  @Test
  void takesASnapshotOfKnownLengthAndTheStreamAfterItInOnePiece() {
    handshakeTo(
        "+PONG\r\n+OK\r\n+OK\r\n+FULLRESYNC " + ID + " 5\r\n$4\r\nDATA*1\r\n$4\r\nPING\r\n");
    assertTrue(effects.contains(new ReplicaEffect.BeginLoad(LoadMode.FILE, 4, false)));
    assertEquals("DATA", loaded());
    assertEquals(ReplicaState.LOADING, side.state());
    pass(1000);
    assertTrue(sent().endsWith("\n"), "an empty line keeps the link alive while it loads");
    on(new ReplicaEvent.Loaded(3));
    assertEquals(5, log.offset());
    assertEquals(ID, log.replid());
    assertTrue(effects.contains(new ReplicaEffect.BeginStream(3)));
    assertEquals("*1\r\n$4\r\nPING\r\n", applied());
    on(new ReplicaEvent.Applied(14, 3));
    assertEquals(19, log.offset());
    assertEquals("up", side.status(nowMs).isUp() ? "up" : "down");
  }

  @Test
  void findsTheMarkWhereverThePiecesAreCut() {
    String mark = "0123456789abcdef0123456789abcdef01234567";
    String payload = "some 0123456789abcdef0123456789abcdef0123456 data" + "0".repeat(50);
    String all = "$EOF:" + mark + "\r\n" + payload + mark + "*1\r\n$4\r\nPING\r\n";
    for (int step = 1; step <= all.length(); step++) {
      side = machine(ReplicaSettings.defaults(7001));
      effects.clear();
      handshakeTo("+PONG\r\n+OK\r\n+OK\r\n+FULLRESYNC " + ID + " 5\r\n");
      for (int i = 0; i < all.length(); i += step) {
        receive(all.substring(i, Math.min(all.length(), i + step)));
      }
      assertEquals(payload, loaded(), "pieces of " + step);
      on(new ReplicaEvent.Loaded(0));
      assertEquals("*1\r\n$4\r\nPING\r\n", applied(), "pieces of " + step);
      assertTrue(sent().contains("REPLCONF ACK 5/"));
    }
  }

  @Test
  void choosesHowToLoad() {
    empty = true;
    assertEquals(LoadMode.FILE, modeOf(DisklessLoad.DISABLED));
    assertEquals(LoadMode.DIRECT, modeOf(DisklessLoad.ON_EMPTY_DB));
    assertEquals(LoadMode.SWAP, modeOf(DisklessLoad.SWAPDB));
    empty = false;
    assertEquals(LoadMode.FILE, modeOf(DisklessLoad.ON_EMPTY_DB));
  }

  private LoadMode modeOf(DisklessLoad load) {
    side = machine(new ReplicaSettings(null, null, null, 7001, 60, load, false));
    effects.clear();
    handshakeTo("+PONG\r\n+OK\r\n+OK\r\n+FULLRESYNC " + ID + " 5\r\n$4\r\n");
    return effects.stream()
        .filter(ReplicaEffect.BeginLoad.class::isInstance)
        .map(e -> ((ReplicaEffect.BeginLoad) e).mode())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aCutSnapshotIsGivenUpAndTheHistoryAskedForAgain() {
    log.activateBacklog();
    log.append(new byte[10], 0, 10);
    handshakeTo("+PONG\r\n+OK\r\n+OK\r\n");
    assertTrue(sent().contains("PSYNC " + "a".repeat(40) + " 11"));
    receive("+FULLRESYNC " + ID + " 5\r\n$4\r\nDA");
    effects.clear();
    on(new ReplicaEvent.Closed(1, "reset"));
    assertTrue(effects.stream().anyMatch(ReplicaEffect.AbortLoad.class::isInstance));
    pass(1000);
    on(new ReplicaEvent.Opened(2));
    receive(2, "+PONG\r\n+OK\r\n+OK\r\n");
    assertTrue(sent().contains("PSYNC " + "a".repeat(40) + " 11"), "the old data are still there");
  }

  @Test
  void afterTheOldDataAreGoneThereIsNothingToContinue() {
    log.activateBacklog();
    log.append(new byte[10], 0, 10);
    handshakeTo("+PONG\r\n+OK\r\n+OK\r\n+FULLRESYNC " + ID + " 5\r\n$4\r\nDATA");
    assertTrue(effects.stream().anyMatch(ReplicaEffect.DropReplicas.class::isInstance));
    on(new ReplicaEvent.LoadFailed("corrupt"));
    effects.clear();
    pass(1000);
    on(new ReplicaEvent.Opened(2));
    receive(2, "+PONG\r\n+OK\r\n+OK\r\n");
    assertTrue(sent().contains("PSYNC ? -1"));
    receive(2, "+CONTINUE\r\n");
    assertEquals(ReplicaState.CONNECT, side.state(), "nothing was asked to be continued");
  }

  @Test
  void aLinkLostWhileLoadingIsTakenUpByAPartialResync() {
    handshakeTo("+PONG\r\n+OK\r\n+OK\r\n+FULLRESYNC " + ID + " 5\r\n$4\r\nDATA*1\r\n");
    on(new ReplicaEvent.Closed(1, "reset"));
    assertEquals(ReplicaState.LOADING, side.state());
    on(new ReplicaEvent.Loaded(0));
    assertEquals(ReplicaState.CONNECTING, side.state());
    on(new ReplicaEvent.Opened(2));
    receive(2, "+PONG\r\n+OK\r\n+OK\r\n");
    assertTrue(sent().endsWith("PSYNC " + ID + " 6/"));
    receive(2, "+CONTINUE\r\n*1\r\n$4\r\nPING\r\n");
    assertEquals("*1\r\n$4\r\nPING\r\n", applied());
  }

  @Test
  void fallsBackToSyncWithAPrimaryThatKnowsNoPsync() {
    handshakeTo("+PONG\r\n-ERR\r\n-ERR\r\n-ERR unknown command 'PSYNC'\r\n");
    assertTrue(sent().endsWith("SYNC\r\n"));
    receive("$4\r\nDATA");
    on(new ReplicaEvent.Loaded(-1));
    assertEquals(ReplicaState.CONNECTED, side.state());
    pass(3000);
    assertFalse(sent().contains("ACK"), "it knows no offsets");
  }

  @Test
  void acknowledgesEachSecondAndWhenAsked() {
    connected();
    effects.clear();
    side.fsynced(() -> 3);
    pass(2000);
    on(new ReplicaEvent.AckRequested());
    assertEquals("REPLCONF ACK 5 FACK 3/".repeat(3), sent());
  }

  @Test
  void reconnectsAtOnceWhenThePrimaryFallsSilent() {
    connected();
    receive("*1\r\n$4\r\nPI");
    effects.clear();
    for (int i = 0; i < 62; i++) {
      pass(1000);
    }
    assertTrue(logged("MASTER timeout"));
    assertTrue(effects.contains(new ReplicaEffect.EndStream()));
    assertEquals(ReplicaState.CONNECTING, side.state());
    on(new ReplicaEvent.Opened(2));
    receive(2, "+PONG\r\n+OK\r\n+OK\r\n");
    assertTrue(sent().endsWith("PSYNC " + ID + " 6/"), "half a command does not count");
    assertEquals(1, side.status(nowMs).downSeconds());
  }

  @Test
  void aTimeoutInTheHandshakeOrTheTransferBeginsAnew() {
    handshakeTo("");
    pass(61_000);
    assertTrue(logged("Timeout connecting to the MASTER"));
    side = machine(ReplicaSettings.defaults(7001));
    handshakeTo("+PONG\r\n+OK\r\n+OK\r\n+FULLRESYNC " + ID + " 5\r\n$4\r\nDA");
    pass(59_000);
    assertEquals(ReplicaState.TRANSFER, side.state());
    pass(2_000);
    assertTrue(logged("Timeout receiving bulk data"));
  }

  @Test
  void aChangeOfRoleInTheMiddleOfASyncLeavesNothingBehind() {
    handshakeTo("+PONG\r\n+OK\r\n+OK\r\n+FULLRESYNC " + ID + " 5\r\n$4\r\nDATA");
    effects.clear();
    on(new ReplicaEvent.Promote("test"));
    assertTrue(effects.contains(new ReplicaEffect.Close(1)));
    assertTrue(effects.stream().anyMatch(ReplicaEffect.AbortLoad.class::isInstance));
    assertTrue(effects.contains(new ReplicaEffect.RoleChanged(true)));
    assertEquals(NEXT_ID, log.replid());
    assertEquals(CommandLog.NO_REPLID, log.replid2(), "these data continue nothing");
    on(new ReplicaEvent.Loaded(0));
    receive("DATA");
    assertTrue(side.isPrimary());
    assertEquals(Long.MAX_VALUE, side.nextDeadlineMs());
    on(new ReplicaEvent.Follow("h", 7000));
    assertTrue(side.follows("H", 7000));
    assertFalse(side.follows("h", 7001));
  }

  @Test
  void survivesAnyBytesAndAnyOrderOfEvents() {
    Random random = new Random(23);
    String[] pieces = {
      "+PONG\r\n",
      "+OK\r\n",
      "+OK\r\n+OK\r\n",
      "+FULLRESYNC " + ID + " 5\r\n",
      "$4\r\n",
      "DATA",
      "+CONTINUE\r\n",
      "+CONTINUE " + NEXT_ID + "\r\n",
      "$EOF:" + ID + "\r\n",
      ID,
      "\n",
      "-ERR x\r\n",
      "*1\r\n$4\r\nPING\r\n",
      "\u0000\u00ff",
      "$99999999999999999999\r\n",
      "$-5\r\n",
      "e"
    };
    for (int round = 0; round < 2000; round++) {
      DisklessLoad[] loads = DisklessLoad.values();
      side =
          machine(
              new ReplicaSettings(
                  null, null, null, 1, 60, loads[random.nextInt(loads.length)], false));
      empty = random.nextBoolean();
      on(new ReplicaEvent.Follow("h", 1));
      long link = 1;
      for (int step = 0; step < 60; step++) {
        for (ReplicaEffect effect : effects) {
          link = effect instanceof ReplicaEffect.Connect c ? c.link() : link;
        }
        effects.clear();
        switch (random.nextInt(12)) {
          case 0 -> on(new ReplicaEvent.Opened(link));
          case 1 -> on(new ReplicaEvent.Closed(link, "x"));
          case 2 -> on(new ReplicaEvent.Loaded(random.nextInt(3) - 1));
          case 3 -> on(new ReplicaEvent.AckRequested());
          case 4 -> pass(random.nextInt(30_000));
          case 5 -> {
            if (random.nextInt(10) == 0) {
              on(new ReplicaEvent.LoadFailed("x"));
            }
          }
          case 6 -> {
            long waiting = side.status(nowMs).readOffset() - log.offset();
            on(new ReplicaEvent.Applied(random.nextInt((int) waiting + 1), 0));
          }
          default -> receive(link, pieces[random.nextInt(pieces.length)]);
        }
        side.status(nowMs);
      }
    }
  }

  // ---- helpers

  private void connected() {
    handshakeTo("+PONG\r\n+OK\r\n+OK\r\n+FULLRESYNC " + ID + " 5\r\n$4\r\nDATA");
    on(new ReplicaEvent.Loaded(0));
    assertEquals(ReplicaState.CONNECTED, side.state());
  }

  private void handshakeTo(String bytes) {
    on(new ReplicaEvent.Follow("h", 7000));
    on(new ReplicaEvent.Opened(1));
    receive(bytes);
  }

  private void on(ReplicaEvent event) {
    side.on(event, nowMs, effects::add);
  }

  private void receive(String text) {
    receive(1, text);
  }

  private void receive(long link, String text) {
    byte[] b = text.getBytes(StandardCharsets.ISO_8859_1);
    on(new ReplicaEvent.Received(link, b, 0, b.length));
  }

  private void pass(long ms) {
    for (long end = nowMs + ms; nowMs < end; ) {
      nowMs = Math.min(end, nowMs + 1000);
      side.tick(nowMs, effects::add);
    }
  }

  private long connects() {
    return effects.stream().filter(ReplicaEffect.Connect.class::isInstance).count();
  }

  private String sent() {
    StringBuilder out = new StringBuilder();
    for (ReplicaEffect effect : effects) {
      if (effect instanceof ReplicaEffect.Send send) {
        TestParser parser = new TestParser();
        if (send.bytes()[0] != '*') {
          out.append(new String(send.bytes(), StandardCharsets.ISO_8859_1));
          continue;
        }
        parser.add(send.bytes(), 0, send.bytes().length);
        List<byte[]> words = parser.next();
        List<String> texts =
            words == null ? List.of() : words.stream().map(TestNode::text).toList();
        out.append(String.join(" ", texts)).append('/');
      }
    }
    return out.toString();
  }

  private String loaded() {
    StringBuilder out = new StringBuilder();
    for (ReplicaEffect effect : effects) {
      if (effect instanceof ReplicaEffect.LoadBytes e) {
        out.append(new String(e.data(), e.offset(), e.length(), StandardCharsets.ISO_8859_1));
      }
    }
    return out.toString();
  }

  private String applied() {
    StringBuilder out = new StringBuilder();
    for (ReplicaEffect effect : effects) {
      if (effect instanceof ReplicaEffect.Apply e) {
        out.append(new String(e.data(), e.offset(), e.length(), StandardCharsets.ISO_8859_1));
      }
    }
    return out.toString();
  }

  private boolean logged(String part) {
    return effects.stream()
        .anyMatch(e -> e instanceof ReplicaEffect.Log l && l.text().contains(part));
  }
}
