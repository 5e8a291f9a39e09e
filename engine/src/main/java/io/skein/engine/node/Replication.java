package io.skein.engine.node;

import io.skein.engine.command.BlockedKeys;
import io.skein.engine.command.Call;
import io.skein.engine.command.Pause;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.MemorySettings;
import io.skein.engine.config.ReplicaOf;
import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.log.CommandLog;
import io.skein.engine.replication.FailoverEffect;
import io.skein.engine.replication.FailoverEvent;
import io.skein.engine.replication.FailoverMachine;
import io.skein.engine.replication.PrimaryEffect;
import io.skein.engine.replication.PrimaryEvent;
import io.skein.engine.replication.PrimarySettings;
import io.skein.engine.replication.PrimarySide;
import io.skein.engine.replication.ReplicaEffect;
import io.skein.engine.replication.ReplicaEvent;
import io.skein.engine.replication.ReplicaSettings;
import io.skein.engine.replication.ReplicaSide;
import io.skein.engine.replication.ReplicationPort;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Carries out what the two machines of replication ask for, and tells them what happens.
///
/// Effects are queued while a machine works and carried out in order before anything else happens,
/// so that an event caused by an effect never reaches a machine in the midst of another one.
final class Replication implements ReplicationPort, Following {
  private final Settings settings;
  private final Keyspace keyspace;
  private final CommandLog log;
  private final Sessions sessions;
  private final NodeState state;
  private final NodeHost host;
  private final Propagation propagation;
  private final Supplier<String> freshIds;
  private final PrimarySide primary;
  private final ReplicaSide replica;
  private final FailoverMachine failover;
  private final FullSyncFeed fullSyncs;
  private final ReplicaFeed feed;
  private final LogSpill spill;
  private final FullSyncLoad load;
  private final SyncFiles files;
  private final PrimaryConnection connection;
  private final StreamExecutor stream;
  private final Durability durability;
  private final AppendOnlyFile appendOnly;
  private final LagProbe lag;
  private final BlockedKeys blockedKeys;
  private final Queue<PrimaryEffect> primaryEffects = new ArrayDeque<>();
  private final Queue<ReplicaEffect> replicaEffects = new ArrayDeque<>();
  private final Queue<FailoverEffect> failoverEffects = new ArrayDeque<>();
  private boolean carryingOut;

  /// The call whose reply is being written, and that an answer may belong to.
  private @Nullable Call answering;

  /// What the node consists of, as far as replication works on it.
  record Parts(
      Settings settings,
      Keyspace keyspace,
      CommandLog log,
      Sessions sessions,
      NodeState state,
      NodeHost host,
      Propagation propagation,
      Dispatcher dispatcher,
      BlockedKeys blockedKeys,
      Loader loader,
      Saver saver,
      AppendOnlyFile appendOnly) {}

  Replication(Parts node, Supplier<String> freshIds) {
    settings = node.settings;
    keyspace = node.keyspace;
    log = node.log;
    sessions = node.sessions;
    state = node.state;
    host = node.host;
    propagation = node.propagation;
    blockedKeys = node.blockedKeys;
    appendOnly = node.appendOnly;
    this.freshIds = freshIds;
    primary = new PrimarySide(log, PrimarySettings.of(settings), freshIds);
    replica =
        new ReplicaSide(log, ReplicaSettings.of(settings), freshIds, () -> keyspace.size() == 0);
    failover = new FailoverMachine(log, primary, replica);
    fullSyncs =
        new FullSyncFeed(settings, keyspace, sessions, host, state, node.saver, primary, this::on);
    feed = new ReplicaFeed(sessions, primary, new FileFirst(appendOnly, log, host));
    appendOnly.segments(new AofArchive(settings, log, host.disk()));
    spill = new LogSpill(settings, host, log, primary, appendOnly::isOn);
    files = new SyncFiles(settings, host, primary);
    load =
        new FullSyncLoad(
            settings,
            keyspace,
            host,
            state,
            node.loader,
            node.saver,
            files::loaded,
            appendOnly,
            this::on);
    connection = new PrimaryConnection(host, this::on);
    stream =
        new StreamExecutor(
            keyspace,
            node.dispatcher,
            sessions,
            new PrimaryClient(sessions, connection, this::primaryKilled),
            new StreamWrites(settings, state, host),
            (bytes, db) -> on(new ReplicaEvent.Applied(bytes, db)));
    lag = new LagProbe(settings, log, host, replica);
    durability = new Durability(settings, log, keyspace, sessions, primary, host);
    durability.acknowledges(() -> on(new ReplicaEvent.AckRequested()));
    replica.fsynced(durability::fsyncedForPrimary);
    durability.gate().onSwitched(node.dispatcher::gate);
    sessions.onClose(this::closed);
    node.saver.beforeFinalSave(() -> fullSyncs.abandon("the server is shutting down"));
    settings.onChange(
        ReplicationSettings.REPL_BACKLOG_SIZE,
        s -> log.backlogSize(settings.number(ReplicationSettings.REPL_BACKLOG_SIZE)));
  }

  private void configure() {
    primary.configure(PrimarySettings.of(settings));
    replica.configure(ReplicaSettings.of(settings));
  }

  /// Takes the role that is configured, before any data are loaded.
  void assumeRole() {
    if (settings.get(ReplicationSettings.REPLICAOF).isReplica()) {
      roleChanged(false);
      state.role(true, false);
    }
  }

  /// The data set is there: goes on with the history that its file speaks of, and follows the
  /// primary that is configured.
  ///
  /// @param expired what was left out of the file
  void begin(Map<String, String> aux, ExpiredKeys expired) {
    ReplicaOf configured = settings.get(ReplicationSettings.REPLICAOF);
    boolean same = configured.isReplica() || expired.isWhole();
    if (same && AofHistory.restore(log, aux)) {
      resume();
      for (ExpiredKeys.Expired gone : expired.all()) {
        propagation.deleted(
            gone.db(), gone.key(), settings.isOn(MemorySettings.LAZYFREE_LAZY_EXPIRE));
      }
      propagation.flushApart();
    }
    durability.gate().begin(keyspace.size() > 0);
    if (configured.isReplica()) {
      follow(configured.host(), configured.port());
    }
  }

  /// The log was brought to where the data stand.
  void resume() {
    log.activateBacklog();
    if (settings.get(ReplicationSettings.REPLICAOF).isReplica()) {
      replica.restored();
    } else {
      // Writes from now on are another history, which begins with this one.
      log.shift(freshIds.get());
      primary.role(true, nowMs());
    }
  }

  /// Does what is due at this time.
  void tick() {
    configure();
    feed.observe(nowMs(), this::on);
    primary.tick(nowMs(), primaryEffects::add);
    replica.tick(nowMs(), replicaEffects::add);
    failover.tick(nowMs(), failoverEffects::add);
    files.tick(nowMs());
    carryOut();
    durability.turnEnds();
    durability.gate().tick(nowMs());
    lag.tick();
    feed.pump();
    spill.step();
  }

  /// Does work that nobody waits for; whether there was any.
  boolean step() {
    connection.reading(!load.isBehind());
    boolean worked = load.step();
    worked |= fullSyncs.step();
    worked |= feed.pump();
    worked |= spill.step();
    return worked;
  }

  /// A turn of an event loop ends: replicas are sent what it wrote.
  void turnEnds() {
    durability.turnEnds();
    if (primary.replicaCount() > 0) {
      primary.checkLag(nowMs(), primaryEffects::add);
      carryOut();
      feed.pump();
    }
    spill.step();
  }

  private void closed(Session session) {
    if (primary.knows(session.id())) {
      feed.forget(session.id());
      on(new PrimaryEvent.Closed(session.id()));
    }
  }

  // ---- the port

  @Override
  public PrimarySide primary() {
    return primary;
  }

  @Override
  public ReplicaSide replica() {
    return replica;
  }

  @Override
  public FailoverMachine failover() {
    return failover;
  }

  @Override
  public void logs(String text) {
    host.log(LogLevel.NOTICE, text);
  }

  @Override
  public long nowMs() {
    return host.nanos() / 1_000_000;
  }

  @Override
  public void on(PrimaryEvent event, Call call) {
    configure();
    propagation.flush();
    answering = call;
    try {
      on(event);
    } finally {
      answering = null;
    }
  }

  @Override
  public void follow(String address, int port) {
    if (!replica.follows(address, port)) {
      follow(new ReplicaEvent.Follow(address, port));
    }
  }

  private void follow(ReplicaEvent.Follow whom) {
    if (!replica.isPrimary()) {
      // A change of role does that too.
      blockedKeys.roleChanged();
    }
    settings.put(ReplicationSettings.REPLICAOF, new ReplicaOf(whom.host(), whom.port()));
    configure();
    propagation.flush();
    on(whom);
  }

  @Override
  public void promote() {
    promote("by the cluster");
  }

  @Override
  public long replicationOffset() {
    return log.offset();
  }

  @Override
  public long primarySilentMs() {
    long at = replica.lastContactMs();
    return at < 0 ? -1 : Math.max(0, nowMs() - at);
  }

  @Override
  public void promote(String reason) {
    settings.put(ReplicationSettings.REPLICAOF, ReplicaOf.NO_ONE);
    on(new ReplicaEvent.Promote(reason));
  }

  @Override
  public void acknowledge() {
    stream.report();
    durability.acknowledging();
    on(new ReplicaEvent.AckRequested());
  }

  @Override
  public Durability durability() {
    return durability;
  }

  /// How stale the data are, on a replica.
  LagProbe lag() {
    return lag;
  }

  @Override
  public OptionalLong readLagMs() {
    return lag.isBounded() ? OptionalLong.of(lag.lagMs()) : OptionalLong.empty();
  }

  /// A client has ended the primary's connection: what was carried out counts.
  private void primaryKilled() {
    stream.report();
    on(new ReplicaEvent.Closed(connection.id(), "killed by a client"));
  }

  // ---- the machines

  private void on(PrimaryEvent event) {
    primary.on(event, nowMs(), primaryEffects::add);
    carryOut();
  }

  private void on(ReplicaEvent event) {
    replica.on(event, nowMs(), replicaEffects::add);
    carryOut();
  }

  @Override
  public void on(FailoverEvent event) {
    failover.on(event, nowMs(), failoverEffects::add);
    carryOut();
  }

  private void carryOut() {
    if (carryingOut) {
      return;
    }
    carryingOut = true;
    try {
      while (carryOutNext()) {}
    } finally {
      carryingOut = false;
    }
    boolean follows = !replica.isPrimary();
    state.role(follows, follows && replica.isServable());
    state.goodReplicas(primary.goodReplicas());
  }

  /// Carries out the next effect; false when there is none.
  private boolean carryOutNext() {
    PrimaryEffect ours = primaryEffects.poll();
    if (ours != null) {
      carryOut(ours);
      return true;
    }
    ReplicaEffect theirs = replicaEffects.poll();
    if (theirs != null) {
      carryOut(theirs);
      return true;
    }
    FailoverEffect between = failoverEffects.poll();
    if (between != null) {
      carryOut(between);
    }
    return between != null;
  }

  private void carryOut(FailoverEffect effect) {
    switch (effect) {
      case FailoverEffect.HoldWrites e -> holdWrites(e.on());
      case FailoverEffect.HandOver e -> follow(new ReplicaEvent.Follow(e.host(), e.port(), true));
      case FailoverEffect.TakeBack e -> promote("failover aborted");
      case FailoverEffect.Log e -> host.log(e.level(), e.text());
    }
  }

  private void holdWrites(boolean on) {
    if (on) {
      state.pause().begin(Pause.Purpose.FAILOVER, Long.MAX_VALUE, false, keyspace.nowMs());
    } else {
      state.pause().end(Pause.Purpose.FAILOVER, keyspace.nowMs());
    }
    holdPings(on);
  }

  @Override
  public void holdPings(boolean on) {
    on(new PrimaryEvent.PausePings(on));
  }

  private void carryOut(PrimaryEffect effect) {
    switch (effect) {
      case PrimaryEffect.Send e -> send(e.link(), e.bytes());
      case PrimaryEffect.Close e -> {
        Session session = sessions.find(e.link());
        if (session != null) {
          session.closeAfterReply();
          session.outlet().close(e.afterFlush());
        }
      }
      case PrimaryEffect.CutOff e -> {
        Session session = sessions.find(e.link());
        if (session != null) {
          sessions.cutOff(session);
        }
      }
      case PrimaryEffect.Stream e -> feed.stream(e.link());
      case PrimaryEffect.StartSnapshot e -> fullSyncs.start(e);
      case PrimaryEffect.CancelSnapshot e -> fullSyncs.cancel(e.pass());
      case PrimaryEffect.SendFile e -> {
        files.sent();
        fullSyncs.send(e);
      }
      case PrimaryEffect.AcksMoved e -> {
        durability.moved();
        on(new FailoverEvent.AcksMoved());
      }
      case PrimaryEffect.Log e -> host.log(e.level(), e.text());
    }
  }

  private void send(long link, byte[] bytes) {
    Call call = answering;
    if (call != null && call.session().id() == link) {
      call.reply().raw(bytes);
      return;
    }
    Session session = sessions.find(link);
    if (session != null) {
      sessions.write(session, bytes, bytes.length);
    }
  }

  private void carryOut(ReplicaEffect effect) {
    switch (effect) {
      case ReplicaEffect.Connect e -> connection.connect(e.link(), e.host(), e.port());
      case ReplicaEffect.Send e -> connection.send(e.link(), e.bytes());
      case ReplicaEffect.Close e -> connection.close(e.link());
      case ReplicaEffect.BeginLoad e -> load.begin(e);
      case ReplicaEffect.LoadBytes e -> {
        sessions.bytes().countSnapshot(e.length());
        load.bytes(e);
      }
      case ReplicaEffect.FinishLoad e -> load.finish();
      case ReplicaEffect.AbortLoad e -> load.abort(e.reason());
      case ReplicaEffect.BeginStream e -> stream.begin(e.db());
      case ReplicaEffect.Apply e -> apply(e);
      case ReplicaEffect.EndStream e -> stream.end();
      case ReplicaEffect.DropReplicas e -> on(new PrimaryEvent.DropReplicas(e.reason()));
      case ReplicaEffect.RoleChanged e -> roleChanged(e.primary());
      case ReplicaEffect.HandedOver e -> on(new FailoverEvent.Answered(e.accepted()));
      case ReplicaEffect.Log e -> host.log(e.level(), e.text());
    }
  }

  private void apply(ReplicaEffect.Apply e) {
    stream.apply(e.data(), e.offset(), e.length());
    blockedKeys.serve();
    // No turn of a client may come for long: the file and our own replicas are served now.
    appendOnly.turnEnds();
    turnEnds();
    String error = stream.error();
    if (error != null) {
      on(new ReplicaEvent.StreamBroken(error));
    }
  }

  private void roleChanged(boolean nowPrimary) {
    propagation.suspend(!nowPrimary);
    primary.role(nowPrimary, nowMs());
    if (!state.isLoading()) {
      keyspace.expiryRule(nowPrimary ? Keyspace.ExpiryRule.DELETE : Keyspace.ExpiryRule.HIDE);
    }
    durability.roleChanged(nowPrimary);
    if (!nowPrimary) {
      blockedKeys.roleChanged();
    }
  }
}
