package io.skein.engine.node;

import io.skein.engine.cluster.ClusterEffect;
import io.skein.engine.cluster.ClusterEvent;
import io.skein.engine.cluster.ClusterPort;
import io.skein.engine.cluster.bus.SlotSet;
import io.skein.engine.cluster.commands.ClusterFamily;
import io.skein.engine.command.BlockedKeys;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Hertz;
import io.skein.engine.command.InfoReport;
import io.skein.engine.command.Leniency;
import io.skein.engine.command.NodeTitle;
import io.skein.engine.command.Outlet;
import io.skein.engine.command.Persistence;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.command.pubsub.KeyEvents;
import io.skein.engine.command.tracking.ClientTracking;
import io.skein.engine.command.transaction.TransactionFamily;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.PersistenceSettings;
import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.config.ServerSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Database;
import io.skein.engine.keyspace.Eviction;
import io.skein.engine.keyspace.Key;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.log.CommandLog;
import io.skein.engine.rdb.RdbException;
import io.skein.engine.replication.ReplicationCommands;
import io.skein.engine.script.Scripting;
import io.skein.engine.sentinel.SentinelPort;
import io.skein.engine.sentinel.commands.SentinelFamily;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// One whole server: the only thing of the engine that a shell drives.
///
/// The shell opens a [Session] for each connection, gives what arrives to the [Turn] of its event
/// loop, and calls [#tick] ten times a second or more.
///
/// *Threads*: everything here happens under the data plane, one call at a time.
public final class Node {
  private final Settings settings;
  private final NodeHost host;
  private final Keyspace keyspace;
  private final CommandLog log;
  private final CommandTable table = new CommandTable();
  private final Sessions sessions;
  private final ClientTracking tracking;
  private final Leniency leniency = new Leniency();
  private final NodeState state = new NodeState();
  private final Propagation propagation;
  private final Dispatcher dispatcher;
  private final Redirection redirection;
  private final BlockedKeys blockedKeys;
  private final Background background;
  private final Loader loader;
  private final AofLoad aofLoad;
  private final Saver saver;
  private final AppendOnlyFile appendOnly;
  private final NodePersistence persistence;
  private final InfoReport report = new InfoReport();
  private final NodeUsers users;
  private final ServerFamilies families;
  private final KeyEvents keyEvents;
  private final SplittableRandom entropy;
  private final TestHooks hooks;
  private final Replication replication;
  private final ReplyGate gate;
  private final ClusterDuties duties;
  private final NodeCondition condition;
  private final Transfers transfers;
  private final SlotCleaner cleaner;
  private final @Nullable SlotMigrations migrations;
  private final Scripting scripting;

  /// A node with no data.
  ///
  /// @param entropy the source of all that is random in the node
  /// @param cluster the control plane, or null when this is not a cluster
  public Node(
      Settings settings, SplittableRandom entropy, NodeHost host, @Nullable ClusterPort cluster) {
    this.settings = settings;
    this.host = host;
    this.entropy = entropy;
    int databases = cluster != null ? 1 : settings.integer(ServerSettings.DATABASES);
    keyspace = new Keyspace(databases, cluster != null, entropy.nextLong());
    keyspace.nowMs(host.unixMs());
    log =
        new CommandLog(
            RandomHex.of(entropy, CommandLog.REPLID_CHARS),
            settings.number(ReplicationSettings.REPL_BACKLOG_SIZE));
    sessions = new Sessions(settings, keyspace);
    sessions.log(host::log);
    tracking = new ClientTracking(settings, sessions);
    propagation = new Propagation(log);
    Eviction eviction = new Eviction(keyspace, entropy.nextLong());
    MemoryBound memory =
        new MemoryBound(settings, keyspace, eviction, state, this::otherBytes, host::nanos);
    memory.onEvicted(propagation::flushApart);
    cleaner = new SlotCleaner(keyspace, propagation, state, host);
    redirection = new Redirection(settings, keyspace, cluster, cleaner);
    users = new NodeUsers(settings, table, host, entropy.split());
    Gates gates = new Gates(settings, state, users.access(), redirection, memory);
    dispatcher =
        new Dispatcher(table, gates, keyspace, propagation, sessions, tracking, host::nanos);
    scripting =
        new ScriptChecks(settings, state, users.access(), redirection, gates)
            .scripting(host, table, keyspace, sessions, dispatcher, leniency);
    blockedKeys = new BlockedKeys(keyspace, sessions, dispatcher, host::unixMs);
    dispatcher.serves(blockedKeys);
    dispatcher.conduct().warns(text -> host.log(LogLevel.WARNING, text));
    sessions.onTurn(scripting.unlessBusy(this::turnBegins), scripting.unlessBusy(this::turnEnds));
    background = new Background(keyspace, settings, host::nanos);
    loader = new Loader(settings, keyspace, state, host, scripting.libraries());
    saver = new Saver(settings, keyspace, log, state, host, loader, scripting.libraries());
    aofLoad = newAofLoad();
    appendOnly = new AppendOnlyFile(settings, keyspace, log, state, host, saver, propagation);
    hooks = newHooks(cluster);
    persistence = new NodePersistence(settings, keyspace, state, host, loader, saver, appendOnly);
    replication = newReplication(entropy.split());
    gate = replication.durability().gate();
    gates.lag(replication.lag());
    addBackground(memory);
    connectPersistence(cluster);
    keyspace.events(
        new KeyChanges(settings, tracking, propagation, blockedKeys, gate, this::publish));
    new KeyspaceRules(settings, keyspace).follow();
    new DataFamilies(settings, keyspace, blockedKeys, leniency, host::log).declare(table, entropy);
    new TransactionFamily(keyspace, sessions, users.access(), dispatcher).declare(table);
    condition = new NodeCondition(settings, keyspace, log, state, host);
    migrations = cluster == null ? null : newMigrations(cluster, gates);
    new ClusterFamily(settings, cluster, condition::now, migrations).declare(table);
    scripting.declare(table, report, dispatcher::announce);
    transfers = new Transfers(settings, keyspace, sessions, state, host, propagation, dispatcher);
    transfers.declare(table, report, gate);
    Title title = Title.drawn(state, entropy, cluster != null, keyspace.nowMs());
    families = new ServerFamilies(parts(title, cluster));
    keyEvents = new KeyEvents(settings, keyspace, families.pubsub());
    new ReplicationCommands(settings, log, replication).declare(table);
    new ReplicationReport(settings, log, replication, persistence, appendOnly).addTo(report);
    new MemoryReport(background, memory, cluster).addTo(report);
    ClusterDuties.Subscribers told =
        new BusSubscribers(families.pubsub(), keyspace.watches(), tracking);
    duties = new ClusterDuties(keyspace, cleaner, state, host, replication, told);
  }

  private void connectPersistence(@Nullable ClusterPort cluster) {
    replication.durability().file(appendOnly);
    appendOnly.onMoved(replication.durability()::moved);
    persistence.shutdownWait().followers(new LaggingReplicas(log, replication.primary()), cluster);
  }

  private void addBackground(MemoryBound memory) {
    background.add(loader::stepOrFail);
    background.add(aofLoad::step);
    background.add(saver::step);
    background.add(appendOnly.rewriter()::step);
    background.add(memory::step);
    background.add(replication::step);
    background.add(() -> migrations == null ? cleaner.step() : migrations.step());
  }

  private SlotMigrations newMigrations(ClusterPort cluster, Gates gates) {
    SlotExport.Parts parts =
        new SlotExport.Parts(
            settings, keyspace, log, table, sessions, state, host, propagation, saver, cluster);
    SlotMigrations made = new SlotMigrations(parts, gates, replication, cleaner, entropy.split());
    dispatcher.migrates(made);
    made.declare(report);
    return made;
  }

  private ServerFamilies.Parts parts(NodeTitle title, @Nullable ClusterPort cluster) {
    return new ServerFamilies.Parts(
        settings,
        table,
        keyspace,
        log,
        sessions,
        users.access(),
        users,
        users::secret,
        host::log,
        state,
        dispatcher,
        tracking,
        host.process(),
        title,
        report,
        persistence,
        scripting.runner()::unixMicros,
        blockedKeys,
        hooks,
        leniency,
        scripting,
        cluster == null ? null : cluster::publish,
        cluster == null ? () -> 0 : cluster::waitingBytes);
  }

  /// Whether a script runs for too long: others are served meanwhile, and nothing else happens.
  public boolean isBusy() {
    return scripting.runner().isBusy();
  }

  private AofLoad newAofLoad() {
    return new AofLoad(
        settings, keyspace, state, host, new AofExecutor(keyspace, dispatcher, sessions), loader);
  }

  private TestHooks newHooks(@Nullable ClusterPort cluster) {
    return new TestHooks(
        keyspace,
        log,
        state,
        host,
        background,
        aofLoad,
        appendOnly,
        () -> RandomHex.of(entropy, CommandLog.REPLID_CHARS),
        cluster);
  }

  private Replication newReplication(SplittableRandom random) {
    Replication.Parts parts =
        new Replication.Parts(
            settings,
            keyspace,
            log,
            sessions,
            state,
            host,
            propagation,
            dispatcher,
            blockedKeys,
            loader,
            saver,
            appendOnly);
    return new Replication(parts, () -> RandomHex.of(random, CommandLog.REPLID_CHARS));
  }

  private long otherBytes() {
    return log.backlogBytes() + tracking.bytes() + sessions.budget().bytes();
  }

  private void publish(String event, Database database, Key key) {
    keyEvents.publish(event, database, key);
  }

  /// All commands, for `rename-command` before the node starts.
  public CommandTable commands() {
    return table;
  }

  /// Who may do what.
  public NodeUsers users() {
    return users;
  }

  /// Makes this a Sentinel, before it starts.
  public void becomeSentinel(SentinelPort port) {
    state.sentinel(true);
    new SentinelFamily(settings, port).take(table, report);
  }

  Keyspace keyspace() {
    return keyspace;
  }

  BlockedKeys blockedKeys() {
    return blockedKeys;
  }

  Durability durability() {
    return replication.durability();
  }

  /// The log of writes, for whoever reads it: only the node itself appends.
  public CommandLog log() {
    return log;
  }

  /// A turn for one event loop.
  public Turn newTurn() {
    return new Turn(keyspace, dispatcher, InputLimits.of(settings));
  }

  /// Opens a session for a connection, or returns null when there are `maxclients` already.
  public @Nullable Session open(Outlet outlet, String peer, String local, boolean sameMachine) {
    if (!sessions.hasRoom()) {
      sessions.rejected();
      return null;
    }
    Session session = sessions.open(outlet, peer, local, sameMachine);
    families.opened(session);
    return session;
  }

  /// The session's connection is gone.
  public void closed(Session session) {
    sessions.closed(session);
  }

  /// The data set is about to be loaded: until [#start], commands that need data are refused.
  public void prepare() {
    state.loading(true);
  }

  /// Begins to serve: loads the append only files or the data file, if there are any. Until
  /// [#isLoading] is false, commands that need data are refused.
  public void start() {
    state.loading(false);
    replication.assumeRole();
    if (settings.isOn(PersistenceSettings.APPENDONLY)) {
      AofHistory history = newHistory();
      aofLoad.begin(history, () -> aofLoaded(history), () -> host.exit(1));
      return;
    }
    try {
      String name = settings.get(PersistenceSettings.DBFILENAME);
      if (!loader.begin(name, this::loaded, this::loadFailed)) {
        replication.begin(Map.of(), new ExpiredKeys(0));
        appendOnly.start(List.of());
      }
    } catch (Disk.Failure e) {
      loadFailed(e);
    }
  }

  private AofHistory newHistory() {
    return new AofHistory(log, text -> host.log(LogLevel.WARNING, text));
  }

  private void aofLoaded(AofHistory history) {
    if (history.isKnown()) {
      replication.resume();
    } else if (history.isTouched()) {
      // What the log was brought to is not where the data stand.
      log.adopt(RandomHex.of(entropy, CommandLog.REPLID_CHARS), log.offset());
    }
    saver.loaded();
    replication.begin(Map.of(), new ExpiredKeys(0));
    appendOnly.start(history.segments());
  }

  private void loadFailed(RuntimeException e) {
    host.log(
        LogLevel.WARNING,
        "Fatal error loading the DB, check server logs. Exiting: " + e.getMessage());
    if (e instanceof RdbException) {
      host.log(LogLevel.WARNING, "Terminating server after rdb file reading failure.");
    }
    host.exit(1);
  }

  private void loaded(Map<String, String> aux) {
    saver.loaded();
    replication.begin(aux, loader.takeExpired());
    appendOnly.start(List.of());
  }

  /// Whether the data set is being loaded.
  public boolean isLoading() {
    return state.isLoading();
  }

  /// Saving, for the shell's signals.
  public Persistence persistence() {
    return persistence;
  }

  /// How often [#tick] should be called, in times per second: `hz`, and with `dynamic-hz` more
  /// often the more clients there are, or as often as the lag behind the primary is measured.
  public int hertz() {
    return Math.max(Hertz.of(settings, sessions.size()), replication.lag().hertz());
  }

  /// Does what is due at this time.
  public void tick() {
    turnBegins();
    long began = host.nanos();
    families.tick(keyspace.nowMs());
    sessions.tick(keyspace.nowMs());
    dispatcher.snapshotWaits().lookAgain();
    blockedKeys.redirect(redirection::ofWaiting);
    blockedKeys.serve();
    replication.tick();
    condition.tick();
    transfers.tick();
    if (migrations != null) {
      migrations.tick();
    }
    persistence.shutdownWait().tick();
    appendOnly.tick();
    if (!hooks.isCronPaused()) {
      appendOnly.rewriter().tick();
      saver.tick();
      background.tick(hertz());
      tracking.limit();
      persistence.shutdownWait().runDelayed();
    }
    tracking.broadcast();
    dispatcher.loopTimes().ticked(host.nanos() - began);
  }

  /// Ends the process as SHUTDOWN does with these options, at the wish of a signal: cron does it,
  /// so that it can be taken back while cron is paused.
  public void endBySignal(@Nullable Boolean save, boolean now, boolean force) {
    persistence.shutdownWait().delay(() -> persistence.shutdown(save, now, force));
    if (!hooks.isCronPaused()) {
      persistence.shutdownWait().runDelayed();
    }
  }

  /// Carries out what the cluster's control plane asks of the data set and its clients.
  public void carryOut(ClusterEffect effect) {
    turnBegins();
    duties.carryOut(effect);
    turnEnds();
  }

  /// How the data plane stands, for the cluster's control plane.
  public ClusterEvent.DataPlane clusterStatus() {
    return duties.status();
  }

  /// What the others are told of this node's settings and surroundings.
  public ClusterEvent.Surroundings clusterSurroundings() {
    return condition.surroundings();
  }

  /// Gives the native memory back; nothing may use the node any more.
  public void close() {
    scripting.close();
    appendOnly.close();
    log.close();
    keyspace.close();
  }

  /// The slots that have keys, or null while the data set is being loaded.
  public @Nullable SlotSet slotsWithKeys() {
    return duties.slotsWithKeys();
  }

  /// Does work that nobody waits for, in small steps, for about `budgetNanos`.
  ///
  /// @return whether there is more of it to do at once
  public boolean work(long budgetNanos) {
    turnBegins();
    boolean more = background.work(budgetNanos);
    dispatcher.snapshotWaits().worked();
    propagation.flushApart();
    dispatcher.loopTimes().appended(appendOnly.turnEnds());
    tracking.broadcast();
    return more;
  }

  private void turnEnds() {
    propagation.flushApart();
    blockedKeys.serve();
    tracking.broadcast();
    // What asks replicas to confirm is in the log, which goes to the file first.
    if (migrations != null) {
      migrations.turnEnds();
    }
    replication.durability().turnEnds();
    dispatcher.loopTimes().appended(appendOnly.turnEnds());
    replication.turnEnds();
  }

  private void turnBegins() {
    keyspace.nowMs(host.unixMs());
    redirection.turnBegins();
  }
}
