package io.skein.engine.replication;

import io.skein.engine.log.CommandLog;
import io.skein.engine.log.LogReader;
import io.skein.engine.machine.Machine;
import io.skein.engine.replication.PrimaryEffect.AcksMoved;
import io.skein.engine.replication.PrimaryEffect.Close;
import io.skein.engine.replication.PrimaryEffect.Send;
import io.skein.engine.replication.PrimaryEffect.Stream;
import io.skein.engine.replication.PrimaryEvent.Sync;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The machine of a server that feeds replicas, be it a primary or a replica with replicas of its
/// own.
///
/// A replica is brought up to date by the part of the log that it lacks, if that is still in the
/// backlog, or else by a snapshot ([FullSyncs]) and the log from its cut on. After that it reads
/// the log. It never has a copy of the stream to itself: [#reader] is its place in the shared log,
/// from which the shell sends as much as the connection takes, and whoever lags further behind than
/// the limits allow is cut off.
///
/// *States* of each link: [LinkState].
///
/// *Invariants*: at most one snapshot is asked for or in progress; every link with a reader is one
/// of a replica.
///
/// *See* `replication.c` of Redis 7.2 for the behaviour that this has to match.
public final class PrimarySide implements Machine<PrimaryEvent, PrimaryEffect> {
  private static final long TICK_MS = 1000;
  private static final long NEVER = Long.MAX_VALUE;

  /// How much may be appended before replicas are asked to confirm, so that little of what they
  /// have is kept for them; more if the backlog has four times as much.
  private static final long CONFIRM_BYTES = 256 * 1024;

  private final CommandLog log;
  private final Supplier<String> freshIds;
  private final Roster roster = new Roster();
  private final Absentees absentees = new Absentees();
  private final Patience patience = new Patience();
  private final FullSyncs fullSyncs;
  private final SyncCounts counts = new SyncCounts();
  private PrimarySettings settings;

  private boolean isPrimary = true;
  private boolean pingsPaused;
  private long nextTickMs = NEVER;
  private long pingedAtMs;
  private long ackAskedAtOffset = -1;

  /// Up to where the log may have keys of slots that were on their way here; no end is in sight at
  /// [#NEVER].
  private long stagedUntil = -1;

  /// Where the log was when replicas were last asked since there was much of it.
  private long confirmedFrom;

  /// Creates the machine of a server without replicas.
  ///
  /// `freshIds` gives strings of 40 random hexadecimal digits, for new histories and for end marks.
  public PrimarySide(CommandLog log, PrimarySettings settings, Supplier<String> freshIds) {
    this.log = log;
    this.settings = settings;
    this.freshIds = freshIds;
    this.fullSyncs = new FullSyncs(log, roster, settings, freshIds);
  }

  /// Puts other settings into force.
  public void configure(PrimarySettings changed) {
    settings = changed;
    fullSyncs.configure(changed);
  }

  /// Says whether this server is a primary itself; a replica neither pings nor gives up its
  /// backlog.
  public void role(boolean primary, long nowMs) {
    isPrimary = primary;
    roster.emptySinceMs(nowMs);
    scheduleTick(nowMs);
  }

  @Override
  public void on(PrimaryEvent event, long nowMs, Consumer<PrimaryEffect> effects) {
    switch (event) {
      case PrimaryEvent.Replconf e -> replconf(e, nowMs, effects);
      case Sync e -> sync(e, nowMs, effects);
      case PrimaryEvent.Closed e -> closed(e.link(), nowMs, effects);
      case PrimaryEvent.Newline e -> alive(e.link(), nowMs);
      case PrimaryEvent.Drained e -> drained(e.link(), nowMs);
      case PrimaryEvent.Clogged e -> clogged(e.link());
      case PrimaryEvent.FileSent e -> fileSent(e.link(), nowMs, effects);
      case PrimaryEvent.SnapshotStarted e -> fullSyncs.started(e.pass(), isPrimary, nowMs, effects);
      case PrimaryEvent.SnapshotDeferred e -> fullSyncs.deferred(e.pass());
      case PrimaryEvent.SnapshotFailed e -> fullSyncs.failed(e.pass(), e.reason(), nowMs, effects);
      case PrimaryEvent.SnapshotBytes e -> fullSyncs.bytes(e.pass(), e.bytes(), effects);
      case PrimaryEvent.SnapshotDone e -> fullSyncs.done(e.pass(), e.fileBytes(), nowMs, effects);
      case PrimaryEvent.DropReplicas e -> dropAll(e.reason(), nowMs, effects);
      case PrimaryEvent.PausePings e -> pingsPaused = e.paused();
    }
    countGood(nowMs);
  }

  @Override
  public void tick(long nowMs, Consumer<PrimaryEffect> effects) {
    checkLag(nowMs, effects);
    if (nowMs < nextTickMs) {
      return;
    }
    nextTickMs = nowMs + TICK_MS;
    ping(nowMs);
    absentees.review(log, settings.backlogTtlSeconds(), nowMs);
    for (ReplicaLink link : roster.snapshot()) {
      keepAlive(link, effects);
      checkTimeout(link, nowMs, effects);
    }
    releaseIdleBacklog(nowMs, effects);
    fullSyncs.startIfDue(nowMs, effects);
    countGood(nowMs);
    scheduleTick(nowMs);
  }

  @Override
  public long nextDeadlineMs() {
    return nextTickMs;
  }

  /// Says whether the log and snapshots may have keys of slots that are on their way here, which
  /// nobody may see yet. Servers that would show them are put off until that is over.
  public void staging(boolean on) {
    if (on) {
      stagedUntil = NEVER;
    } else if (stagedUntil == NEVER) {
      stagedUntil = log.offset();
    }
  }

  // ---- what others ask

  /// Returns the name of a replica that would show keys of slots on their way here, or null.
  public @Nullable String whoMixesStaged() {
    for (ReplicaLink link : roster.replicas()) {
      if (link.mixesStaged()) {
        return link.name();
      }
    }
    return null;
  }

  /// Returns the place in the log of a client that `Stream` was asked for, or null when it is no
  /// replica any more.
  public @Nullable LogReader reader(long link) {
    ReplicaLink replica = roster.get(link);
    return replica != null && replica.state() == LinkState.ONLINE ? replica.reader : null;
  }

  /// Whether this client introduced itself as a replica, so that its `Closed` and its empty lines
  /// are of interest.
  public boolean knows(long link) {
    return roster.get(link) != null;
  }

  /// Whether this client is a replica.
  public boolean isReplica(long link) {
    ReplicaLink replica = roster.get(link);
    return replica != null && replica.isReplica();
  }

  /// Returns the clients that a streamed snapshot goes to, whose slowest sets the pace.
  public List<Long> streamedTo(long pass) {
    return fullSyncs.members(pass);
  }

  /// Returns how many replicas have confirmed the log up to `offset`.
  public int countAcked(long offset) {
    return roster.countAcked(offset);
  }

  /// Returns how many replicas have confirmed that the log up to `offset` is on their disk.
  public int countFsynced(long offset) {
    return roster.countFsynced(offset);
  }

  /// Returns the highest offset of the log that `count` replicas have confirmed, or -1 when there
  /// are not so many; `count` is positive.
  public long ackedBy(int count) {
    return roster.ackedBy(count);
  }

  /// Asks the replicas to confirm at once, unless they were asked at this very offset, or the log
  /// has to stand still: then they confirm each second.
  public void requestAcks() {
    if (!isPrimary || pingsPaused || roster.isEmpty() || ackAskedAtOffset == log.offset()) {
      return;
    }
    byte[] getAck = Wire.command("REPLCONF", "GETACK", "*");
    log.append(getAck, 0, getAck.length);
    ackAskedAtOffset = log.offset();
  }

  /// Whether there are as many replicas in good health as a write needs.
  public boolean hasEnoughReplicas() {
    return !checksGoodReplicas() || roster.good() >= settings.minReplicasToWrite();
  }

  /// Whether [#hasEnoughReplicas] looks at anything.
  public boolean checksGoodReplicas() {
    return settings.minReplicasToWrite() > 0 && settings.minReplicasMaxLagSeconds() > 0;
  }

  /// Returns the number of replicas that are online and confirmed something lately.
  public int goodReplicas() {
    return roster.good();
  }

  /// Returns how many replicas there are, whatever their state.
  public int replicaCount() {
    return roster.replicas().size();
  }

  /// Returns how often replicas were brought up to date, and how.
  public SyncCounts counts() {
    return counts;
  }

  /// Returns what INFO and ROLE show of each replica, in the order in which they came.
  public List<ReplicaView> replicas(long nowMs) {
    return roster.views(nowMs);
  }

  /// Cuts off whoever lags too far behind. To be called when the log has grown, as well as from
  /// [#tick].
  public void checkLag(long nowMs, Consumer<PrimaryEffect> effects) {
    List<ReplicaLink> replicas = roster.replicas();
    for (int i = replicas.size() - 1; i >= 0; i--) {
      ReplicaLink link = replicas.get(i);
      long lag = link.lagInMemory();
      if (link.isLost()) {
        String text = "Replica %s lags behind what is kept for it on disk: closing it";
        effects.accept(PrimaryEffect.warning(String.format(text, link.name())));
        drop(link, nowMs, effects);
      } else if (LagLimits.isExceeded(link, log, settings, nowMs)) {
        String text = "Replica %s lags %d bytes behind, over its output buffer limit: closing it";
        effects.accept(PrimaryEffect.warning(String.format(text, link.name(), lag)));
        effects.accept(new PrimaryEffect.CutOff(link.peer.link()));
        forget(link, nowMs, effects);
      }
    }
    long often = Math.max(CONFIRM_BYTES, log.backlogSize() / 4);
    if (log.isArchiveInUse() && !pingsPaused && log.offset() - confirmedFrom > often) {
      requestAcks();
      confirmedFrom = log.offset();
    }
  }

  /// Returns the position from which on the log may be asked for again: by replicas that are away,
  /// and by those that are here if their links were lost now. The greatest number if by none.
  public long wantedFrom() {
    long from = absentees.wantedFrom();
    for (ReplicaLink link : roster.replicas()) {
      from = link.mayReturn() ? Math.min(from, link.confirmedOffset()) : from;
    }
    return from;
  }

  // ---- the handshake

  private void replconf(PrimaryEvent.Replconf e, long nowMs, Consumer<PrimaryEffect> effects) {
    ReplicaLink link = roster.introduce(e.peer());
    long acked = link.ackOffset;
    long fsynced = link.fsyncedOffset;
    String answer = ReplconfParser.apply(link, e.arguments(), nowMs);
    if (answer.equals(ReplconfParser.NO_ANSWER)) {
      return;
    }
    if (!answer.equals(ReplconfParser.ACKNOWLEDGED)) {
      effects.accept(new Send(e.peer().link(), Wire.line(answer)));
      return;
    }
    if (link.state() == LinkState.AWAITING_ACK) {
      link.become(LinkState.ONLINE);
      effects.accept(new Stream(link.peer.link()));
    }
    if (link.ackOffset > acked || link.fsyncedOffset > fsynced) {
      effects.accept(new AcksMoved());
    }
  }

  private void sync(Sync e, long nowMs, Consumer<PrimaryEffect> effects) {
    ReplicaLink link = roster.introduce(e.peer());
    if (link.isReplica()) {
      return;
    }
    String refusal = refusal(link, e, nowMs);
    if (refusal != null) {
      effects.accept(new Send(link.peer.link(), Wire.line(refusal)));
      return;
    }
    effects.accept(PrimaryEffect.notice("Replica " + link.name() + " asks for synchronization"));
    if (e.psync() && continueFrom(link, e, nowMs, effects)) {
      return;
    }
    counts.full++;
    link.withoutOffsets = !e.psync();
    link.become(LinkState.WAITING);
    attach(link, nowMs);
    if (!log.isBacklogActive()) {
      // Writes that nobody followed did not move the offset by their bytes: the old id cannot name
      // them.
      log.renew(freshIds.get());
      log.activateBacklog();
      String text = "Replication backlog created, my new replication IDs are '%s' and '%s'";
      effects.accept(PrimaryEffect.notice(String.format(text, log.replid(), log.replid2())));
    }
    fullSyncs.welcome(link, nowMs, effects);
  }

  private @Nullable String refusal(ReplicaLink link, Sync e, long nowMs) {
    boolean ahead =
        !isPrimary && e.replid().equalsIgnoreCase(log.replid()) && e.offset() > log.offset() + 1;
    if (!e.servable() || ahead && patience.lasts(nowMs)) {
      return "-NOMASTERLINK Can't SYNC while not connected with my master";
    }
    if (stagedUntil == NEVER && link.mixesStaged()) {
      return "-NOMASTERLINK Can't SYNC while slots are on their way here";
    }
    boolean filtered = !(link.wantsData && link.wantsFunctions);
    return filtered && !link.capableOfEof ? "-ERR Filtered replica requires EOF capability" : null;
  }

  private void attach(ReplicaLink link, long nowMs) {
    if (roster.isEmpty()) {
      pingedAtMs = nowMs;
      confirmedFrom = log.offset();
    }
    roster.attach(link, nowMs);
    absentees.back(link, link.reader == null ? -1 : link.reader.position());
    scheduleTick(nowMs);
  }

  /// Serves a partial resync if it can; says in the log why it cannot.
  private boolean continueFrom(
      ReplicaLink link, Sync e, long nowMs, Consumer<PrimaryEffect> effects) {
    if (e.replid().startsWith("?")) {
      effects.accept(PrimaryEffect.notice("Full resync requested by replica " + link.name()));
      return false;
    }
    String refusal = log.refusal(e.replid(), e.offset());
    if (refusal == null && e.offset() <= stagedUntil && link.mixesStaged()) {
      refusal = "it would show keys of slots that were on their way here then";
    }
    LogReader reader = refusal == null ? log.openReader(e.offset() - 1) : null;
    if (reader == null) {
      String text = "Partial resynchronization of replica %s not accepted: %s";
      effects.accept(PrimaryEffect.notice(String.format(text, link.name(), refusal)));
      counts.partialRefused++;
      return false;
    }
    counts.partial++;
    link.reader = reader;
    link.startOffset = reader.position();
    link.become(LinkState.ONLINE);
    attach(link, nowMs);
    long to = link.peer.link();
    String answer = link.capableOfPsync2 ? "+CONTINUE " + log.replid() : "+CONTINUE";
    effects.accept(new Send(to, Wire.line(answer)));
    effects.accept(new Stream(to));
    String text =
        "Partial resynchronization request from %s accepted. Sending %d bytes of backlog starting"
            + " from offset %d.";
    effects.accept(
        PrimaryEffect.notice(String.format(text, link.name(), reader.remaining(), e.offset())));
    return true;
  }

  // ---- the life of a link

  private void closed(long id, long nowMs, Consumer<PrimaryEffect> effects) {
    ReplicaLink link = roster.get(id);
    if (link == null) {
      return;
    }
    if (link.isReplica() && link.state() != LinkState.RDB_SENT) {
      effects.accept(PrimaryEffect.notice("Connection with replica " + link.name() + " lost."));
    }
    absentees.left(link, log, nowMs);
    roster.remove(link, nowMs);
    fullSyncs.left(link, effects);
  }

  private void drop(ReplicaLink link, long nowMs, Consumer<PrimaryEffect> effects) {
    effects.accept(new Close(link.peer.link(), false));
    forget(link, nowMs, effects);
  }

  private void forget(ReplicaLink link, long nowMs, Consumer<PrimaryEffect> effects) {
    absentees.left(link, log, nowMs);
    roster.remove(link, nowMs);
    fullSyncs.left(link, effects);
  }

  private void dropAll(String reason, long nowMs, Consumer<PrimaryEffect> effects) {
    if (!roster.isEmpty()) {
      effects.accept(PrimaryEffect.notice("Disconnecting all replicas: " + reason));
    }
    for (ReplicaLink link : roster.snapshot()) {
      drop(link, nowMs, effects);
    }
  }

  private void alive(long id, long nowMs) {
    ReplicaLink link = roster.get(id);
    if (link != null) {
      link.ackedAtMs = nowMs;
    }
  }

  private void drained(long id, long nowMs) {
    ReplicaLink link = roster.get(id);
    if (link != null) {
      link.drainedAtMs = nowMs;
      link.undrained = false;
    }
  }

  private void clogged(long id) {
    ReplicaLink link = roster.get(id);
    if (link != null) {
      link.undrained = true;
    }
  }

  private void fileSent(long id, long nowMs, Consumer<PrimaryEffect> effects) {
    ReplicaLink link = roster.get(id);
    if (link != null) {
      fullSyncs.fileSent(link, nowMs, effects);
    }
  }

  // ---- time

  private void ping(long nowMs) {
    boolean due = nowMs - pingedAtMs >= settings.pingPeriodSeconds() * 1000L;
    if (!isPrimary || roster.isEmpty() || !due || pingsPaused) {
      return;
    }
    byte[] ping = Wire.command("PING");
    log.append(ping, 0, ping.length);
    pingedAtMs = nowMs;
  }

  private void keepAlive(ReplicaLink link, Consumer<PrimaryEffect> effects) {
    boolean inFile = link.state() == LinkState.SNAPSHOT && fullSyncs.isSavingFile();
    if (link.state() == LinkState.WAITING || inFile) {
      effects.accept(new Send(link.peer.link(), Wire.NEWLINE));
    }
  }

  private void checkTimeout(ReplicaLink link, long nowMs, Consumer<PrimaryEffect> effects) {
    long timeoutMs = settings.timeoutSeconds() * 1000L;
    boolean silent = link.isOnline() && !link.withoutOffsets && nowMs - link.ackedAtMs > timeoutMs;
    boolean receives = link.state() == LinkState.SNAPSHOT || link.state() == LinkState.SENDING_FILE;
    boolean stuck = receives && link.undrained && nowMs - link.drainedAtMs > timeoutMs;
    if (silent || stuck) {
      String text = "Disconnecting timedout replica (%s sync): %s";
      String kind = silent ? "streaming" : "full";
      effects.accept(PrimaryEffect.warning(String.format(text, kind, link.name())));
      drop(link, nowMs, effects);
    }
  }

  private void releaseIdleBacklog(long nowMs, Consumer<PrimaryEffect> effects) {
    int ttl = settings.backlogTtlSeconds();
    boolean idle = isPrimary && roster.isEmpty() && log.isBacklogActive() && ttl > 0;
    if (idle && nowMs - roster.emptySinceMs() > ttl * 1000L) {
      // Writes no longer move the offset by their bytes: what follows has to have another name.
      log.renew(freshIds.get());
      log.releaseBacklog();
      absentees.clear();
      String text = "Replication backlog freed after %d seconds without connected replicas.";
      effects.accept(PrimaryEffect.notice(String.format(text, ttl)));
    }
  }

  private void countGood(long nowMs) {
    roster.countGood(settings.minReplicasMaxLagSeconds() * 1000L, nowMs);
  }

  private void scheduleTick(long nowMs) {
    boolean needed = !roster.isEmpty() || (isPrimary && log.isBacklogActive());
    nextTickMs = needed ? Math.min(nextTickMs, nowMs + TICK_MS) : NEVER;
  }
}
