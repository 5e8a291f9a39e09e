package io.skein.engine.replication;

import io.skein.engine.config.LogLevel;
import io.skein.engine.log.CommandLog;
import io.skein.engine.machine.Invariant;
import io.skein.engine.machine.Machine;
import io.skein.engine.replication.ReplicaEffect.Close;
import io.skein.engine.replication.ReplicaEffect.Connect;
import io.skein.engine.replication.ReplicaEffect.FinishLoad;
import io.skein.engine.replication.ReplicaEffect.LoadMode;
import io.skein.engine.replication.ReplicaEffect.RoleChanged;
import io.skein.engine.replication.ReplicaEffect.Send;
import io.skein.engine.replication.ReplicaEvent.Follow;
import io.skein.engine.replication.ReplicaEvent.Promote;
import io.skein.engine.replication.ReplicaEvent.Received;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The machine of a server that follows a primary, or of one that follows nobody.
///
/// It connects, introduces itself, and asks for what it lacks of the primary's history. What it is
/// given is either that, or a snapshot; then comes the stream, which goes into its own log byte for
/// byte as its commands are carried out. Its place in the history is therefore its log: id and
/// offset. There is nothing else to remember when a link is lost, and it can ask another primary of
/// the same history to go on from there.
///
/// *States*: [ReplicaState]; every change goes through [#become].
///
/// *Invariants*: the log holds whole commands and transactions only; from the moment at which the
/// old data are given up until the new are complete, nobody can continue from the log.
///
/// *See* `replication.c` of Redis 7.2 for the behaviour that this has to match.
public final class ReplicaSide implements Machine<ReplicaEvent, ReplicaEffect> {
  private static final long TICK_MS = 1000;
  private static final long NEVER = Long.MAX_VALUE;

  private final CommandLog log;
  private final Supplier<String> freshIds;
  private final BooleanSupplier isEmpty;
  private ReplicaSettings settings;

  private ReplicaState state = ReplicaState.PRIMARY;
  private String host = "";
  private int port;
  private long link;
  private long nextTickMs = NEVER;
  private long lastIoMs;
  private long downSinceMs = -1;

  private final LineBuffer lines = new LineBuffer();
  private final PrimaryStream stream;
  private final History history;
  private final Takeover takeover = new Takeover();
  private @Nullable SnapshotTransfer transfer;
  private boolean lostWhileLoading;

  /// Creates the machine of a server that follows nobody.
  ///
  /// `freshIds` gives strings of 40 random hexadecimal digits; `isEmpty` tells whether there are no
  /// keys.
  public ReplicaSide(
      CommandLog log,
      ReplicaSettings settings,
      Supplier<String> freshIds,
      BooleanSupplier isEmpty) {
    this.log = log;
    this.settings = settings;
    this.freshIds = freshIds;
    this.isEmpty = isEmpty;
    this.stream = new PrimaryStream(log);
    this.history = new History(log);
  }

  /// Puts other settings into force.
  public void configure(ReplicaSettings changed) {
    settings = changed;
  }

  /// The log was restored from a file, so that a primary can be asked to continue it.
  public void restored() {
    history.restored();
  }

  /// Sets who knows up to where the log is on disk, for the primary; -1 if it is not written there.
  public void fsynced(LongSupplier offset) {
    stream.fsynced(offset);
  }

  @Override
  public void on(ReplicaEvent event, long nowMs, Consumer<ReplicaEffect> effects) {
    switch (event) {
      case Follow e -> follow(e, nowMs, effects);
      case Promote e -> promote(e.reason(), effects);
      case ReplicaEvent.Opened e -> opened(e.link(), nowMs, effects);
      case ReplicaEvent.Refused e -> refused(e, nowMs, effects);
      case ReplicaEvent.Closed e -> closed(e, nowMs, effects);
      case Received e -> received(e, nowMs, effects);
      case ReplicaEvent.Loaded e -> loaded(e.streamDb(), nowMs, effects);
      case ReplicaEvent.LoadFailed e -> loadFailed(e.reason(), nowMs, effects);
      case ReplicaEvent.Applied e -> applied(e);
      case ReplicaEvent.AckRequested e -> acknowledge(effects);
      case ReplicaEvent.StreamBroken e -> broken(e.reason(), nowMs, effects);
    }
  }

  @Override
  public void tick(long nowMs, Consumer<ReplicaEffect> effects) {
    if (nowMs < nextTickMs) {
      return;
    }
    nextTickMs = nowMs + TICK_MS;
    switch (state) {
      case PRIMARY -> nextTickMs = NEVER;
      case CONNECT -> connect(nowMs, effects);
      case CONNECTING, AWAIT_PONG, AWAIT_AUTH, AWAIT_PORT, AWAIT_IP, AWAIT_CAPA, AWAIT_PSYNC ->
          giveUpIfSilent("Timeout connecting to the MASTER...", nowMs, effects);
      case TRANSFER -> giveUpIfSilent(SnapshotTransfer.TIMEOUT, nowMs, effects);
      case LOADING -> effects.accept(new Send(link, Wire.NEWLINE));
      case CONNECTED -> {
        giveUpIfSilent("MASTER timeout: no data nor PING received...", nowMs, effects);
        acknowledge(effects);
      }
    }
  }

  @Override
  public long nextDeadlineMs() {
    return nextTickMs;
  }

  // ---- what others ask

  /// Whether the server follows nobody.
  public boolean isPrimary() {
    return state == ReplicaState.PRIMARY;
  }

  /// Whether the server may feed replicas: it is a primary, or its own link is up.
  public boolean isServable() {
    return isPrimary() || state == ReplicaState.CONNECTED;
  }

  /// Whether this is the primary that is followed already.
  public boolean follows(String otherHost, int otherPort) {
    return !isPrimary() && host.equalsIgnoreCase(otherHost) && port == otherPort;
  }

  /// Returns when something came from the primary last, or when its link was lost; -1 if it never
  /// was up.
  public long lastContactMs() {
    return state == ReplicaState.CONNECTED ? lastIoMs : downSinceMs;
  }

  /// Whether the data are those of a history, and not partly replaced.
  public boolean holdsData() {
    return history.isWhole();
  }

  /// Returns the state.
  public ReplicaState state() {
    return state;
  }

  /// Returns what INFO and ROLE show of a replica.
  public ReplicaStatus status(long nowMs) {
    boolean up = state == ReplicaState.CONNECTED;
    SnapshotTransfer t = transfer;
    return new ReplicaStatus(
        host,
        port,
        state,
        up ? (nowMs - lastIoMs) / 1000 : -1,
        stream.readOffset(),
        log.offset(),
        t == null ? 0 : t.totalBytes(),
        t == null ? 0 : t.readBytes(),
        (nowMs - lastIoMs) / 1000,
        up || downSinceMs < 0 ? -1 : (nowMs - downSinceMs) / 1000);
  }

  private void follow(Follow e, long nowMs, Consumer<ReplicaEffect> effects) {
    boolean wasPrimary = isPrimary();
    leave(effects);
    host = e.host();
    port = e.port();
    takeover.wanted(e.handOver());
    if (e.handOver()) {
      history.restored();
    }
    if (state != ReplicaState.CONNECT) {
      become(ReplicaState.CONNECT, effects);
    }
    if (wasPrimary) {
      effects.accept(new RoleChanged(false));
    }
    connect(nowMs, effects);
  }

  private void promote(String reason, Consumer<ReplicaEffect> effects) {
    if (isPrimary()) {
      return;
    }
    leave(effects);
    takeover.wanted(false);
    history.promote(freshIds.get(), effects);
    become(ReplicaState.PRIMARY, effects);
    downSinceMs = -1;
    nextTickMs = NEVER;
    effects.accept(new RoleChanged(true));
    notice(effects, "MASTER MODE enabled (" + reason + ")");
  }

  /// Lets go of the link and of what was going on over it.
  private void leave(Consumer<ReplicaEffect> effects) {
    if (state == ReplicaState.PRIMARY || state == ReplicaState.CONNECT) {
      return;
    }
    effects.accept(new Close(link));
    if (transfer != null) {
      transfer.abort(effects);
      transfer = null;
    }
    if (state == ReplicaState.CONNECTED) {
      stream.end(effects);
    } else {
      stream.forget();
    }
  }

  private void connect(long nowMs, Consumer<ReplicaEffect> effects) {
    become(ReplicaState.CONNECTING, effects);
    link++;
    lastIoMs = nowMs;
    nextTickMs = nowMs + TICK_MS;
    lines.clear();
    notice(effects, "Connecting to MASTER " + host + ":" + port);
    effects.accept(new Connect(link, host, port));
  }

  private void opened(long id, long nowMs, Consumer<ReplicaEffect> effects) {
    if (id != link || state != ReplicaState.CONNECTING) {
      return;
    }
    lastIoMs = nowMs;
    become(ReplicaState.AWAIT_PONG, effects);
    effects.accept(new Send(link, Wire.command("PING")));
  }

  private void refused(ReplicaEvent.Refused e, long nowMs, Consumer<ReplicaEffect> effects) {
    if (e.link() == link && state == ReplicaState.CONNECTING) {
      fail("Error condition on socket for SYNC: " + e.reason(), nowMs, effects);
    }
  }

  private void closed(ReplicaEvent.Closed e, long nowMs, Consumer<ReplicaEffect> effects) {
    if (e.link() != link || isPrimary() || state == ReplicaState.CONNECT) {
      return;
    }
    switch (state) {
      case CONNECTED -> notice(effects, "Connection with master lost.");
      case LOADING -> {
        // The snapshot is all there: with it, the rest can be asked for over another link.
        lostWhileLoading = true;
        return;
      }
      case TRANSFER -> notice(effects, "I/O error trying to sync with MASTER: " + e.reason());
      default -> notice(effects, "Failed to read response from the server: " + e.reason());
    }
    retry(nowMs, effects);
  }

  private void giveUpIfSilent(String what, long nowMs, Consumer<ReplicaEffect> effects) {
    if (nowMs - lastIoMs > settings.timeoutSeconds() * 1000L) {
      fail(what, nowMs, effects);
    }
  }

  private void fail(String what, long nowMs, Consumer<ReplicaEffect> effects) {
    effects.accept(ReplicaEffect.warning(what));
    retry(nowMs, effects);
  }

  /// Begins anew: at once if the link was in use, since the backlog is finite, else in a second.
  private void retry(long nowMs, Consumer<ReplicaEffect> effects) {
    boolean wasConnected = state == ReplicaState.CONNECTED;
    if (wasConnected) {
      downSinceMs = nowMs;
    }
    takeover.lost(state == ReplicaState.AWAIT_PSYNC);
    leave(effects);
    become(ReplicaState.CONNECT, effects);
    nextTickMs = nowMs + TICK_MS;
    if (wasConnected) {
      connect(nowMs, effects);
    }
  }

  private void received(Received e, long nowMs, Consumer<ReplicaEffect> effects) {
    if (e.link() != link) {
      return;
    }
    lastIoMs = nowMs;
    int at = e.offset();
    int end = e.offset() + e.length();
    while (at < end && e.link() == link) {
      switch (state) {
        case CONNECTED -> {
          stream.feed(e.data(), at, end - at, effects);
          at = end;
        }
        case TRANSFER -> at = transfer(e.data(), at, end, nowMs, effects);
        case LOADING -> {
          // The stream that follows a snapshot may come before it is loaded.
          stream.keep(e.data(), at, end - at);
          at = end;
        }
        case PRIMARY, CONNECT, CONNECTING -> at = end;
        case AWAIT_PONG, AWAIT_AUTH, AWAIT_PORT, AWAIT_IP, AWAIT_CAPA, AWAIT_PSYNC ->
            at = line(e.data(), at, end, nowMs, effects);
      }
    }
  }

  /// Takes a line, if there is a whole one; returns the index of the first byte after what was
  /// taken.
  private int line(byte[] data, int at, int end, long nowMs, Consumer<ReplicaEffect> effects) {
    String line = lines.take(data, at, end - at);
    int next = at + lines.taken();
    if (line == null) {
      if (lines.isTooLong()) {
        fail("Bad protocol from MASTER: a line without end", nowMs, effects);
      }
    } else if (state == ReplicaState.TRANSFER) {
      announcement(Objects.requireNonNull(transfer), line, nowMs, effects);
    } else {
      handshakeLine(line, nowMs, effects);
    }
    return next;
  }

  private void handshakeLine(String line, long nowMs, Consumer<ReplicaEffect> effects) {
    if (state == ReplicaState.AWAIT_PSYNC) {
      // Empty lines only keep the link alive until the snapshot begins.
      if (!line.isEmpty()) {
        psyncReply(line, nowMs, effects);
      }
      return;
    }
    switch (Introduction.answer(state, line, link, settings, effects)) {
      case Introduction.Step.Fail fail -> fail(fail.reason(), nowMs, effects);
      case Introduction.Step.Go go -> {
        become(go.next(), effects);
        if (go.next() == ReplicaState.AWAIT_PSYNC) {
          takeover.ask(link, history, effects);
        }
      }
    }
  }

  private void psyncReply(String line, long nowMs, Consumer<ReplicaEffect> effects) {
    PsyncReply reply = PsyncReply.parse(line);
    if (!takeover.goesOn(reply, link, history, effects)) {
      return;
    }
    notice(effects, reply.meaning());
    switch (reply) {
      case PsyncReply.Full full -> {
        stream.withoutOffsets(false);
        awaitPayload(full.replid(), full.offset(), effects);
      }
      case PsyncReply.Continue c -> continueStream(c.replid(), nowMs, effects);
      case PsyncReply.Later later -> retry(nowMs, effects);
      case PsyncReply.Unsupported u -> {
        notice(effects, "Retrying with SYNC...");
        effects.accept(new Send(link, Wire.line("SYNC")));
        stream.withoutOffsets(true);
        awaitPayload(freshIds.get(), 0, effects);
      }
    }
  }

  private void awaitPayload(String replid, long offset, Consumer<ReplicaEffect> effects) {
    transfer = new SnapshotTransfer(replid, offset);
    lostWhileLoading = false;
    become(ReplicaState.TRANSFER, effects);
  }

  private void continueStream(
      @Nullable String replid, long nowMs, Consumer<ReplicaEffect> effects) {
    if (!history.canContinue()) {
      fail("Master continued a history that was not asked for", nowMs, effects);
      return;
    }
    history.goOn(replid == null ? log.replid() : replid, effects);
    stream.withoutOffsets(false);
    connected(effects);
  }

  private void connected(Consumer<ReplicaEffect> effects) {
    become(ReplicaState.CONNECTED, effects);
    downSinceMs = -1;
    stream.begin(effects);
  }

  private int transfer(byte[] data, int at, int end, long nowMs, Consumer<ReplicaEffect> effects) {
    SnapshotTransfer t = Objects.requireNonNull(transfer);
    if (!t.isAnnounced()) {
      return line(data, at, end, nowMs, effects);
    }
    int next = t.feed(data, at, end, effects);
    if (t.isComplete()) {
      if (t.mode() == LoadMode.FILE) {
        history.giveUp(effects);
        notice(effects, SnapshotTransfer.LOADING);
      }
      become(ReplicaState.LOADING, effects);
      effects.accept(new FinishLoad());
    }
    return next;
  }

  private void announcement(
      SnapshotTransfer t, String line, long nowMs, Consumer<ReplicaEffect> effects) {
    if (line.isEmpty()) {
      return;
    }
    String error = t.announce(line, settings.load(), isEmpty.getAsBoolean());
    if (error != null) {
      fail(error, nowMs, effects);
      return;
    }
    if (t.mode() == LoadMode.DIRECT) {
      history.giveUp(effects);
    }
    t.begin(log.replid().equals(t.replid), effects);
  }

  private void loaded(int streamDb, long nowMs, Consumer<ReplicaEffect> effects) {
    if (state != ReplicaState.LOADING) {
      return;
    }
    SnapshotTransfer t = Objects.requireNonNull(transfer);
    t.finished();
    if (t.mode() == LoadMode.SWAP) {
      history.giveUp(effects);
    }
    history.adopt(t, streamDb);
    transfer = null;
    notice(effects, "MASTER <-> REPLICA sync: Finished with success");
    if (lostWhileLoading) {
      stream.forget();
      become(ReplicaState.CONNECT, effects);
      connect(nowMs, effects);
      return;
    }
    connected(effects);
    acknowledge(effects);
  }

  private void loadFailed(String reason, long nowMs, Consumer<ReplicaEffect> effects) {
    if (state == ReplicaState.LOADING || state == ReplicaState.TRANSFER) {
      Objects.requireNonNull(transfer).finished();
      fail("Failed trying to load the MASTER synchronization DB: " + reason, nowMs, effects);
    }
  }

  private void applied(ReplicaEvent.Applied e) {
    if (state == ReplicaState.CONNECTED) {
      stream.applied(e.bytes(), e.db());
    }
  }

  /// Asking for the same bytes again would not help: what follows is a full sync.
  private void broken(String reason, long nowMs, Consumer<ReplicaEffect> effects) {
    if (state == ReplicaState.CONNECTED) {
      history.giveUp(effects);
      fail("Protocol error in the stream of the MASTER: " + reason, nowMs, effects);
    }
  }

  private void acknowledge(Consumer<ReplicaEffect> effects) {
    if (state == ReplicaState.CONNECTED) {
      stream.acknowledge(link, effects);
    }
  }

  private void become(ReplicaState next, Consumer<ReplicaEffect> effects) {
    Invariant.check(state.mayBecome(next), "replication goes from " + state + " to " + next);
    effects.accept(new ReplicaEffect.Log(LogLevel.DEBUG, "replication: " + state + " -> " + next));
    state = next;
  }

  private static void notice(Consumer<ReplicaEffect> effects, String text) {
    effects.accept(ReplicaEffect.notice(text));
  }
}
