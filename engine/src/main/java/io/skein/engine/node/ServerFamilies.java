package io.skein.engine.node;

import io.skein.engine.command.AccessControl;
import io.skein.engine.command.Authentication;
import io.skein.engine.command.BlockedKeys;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Debugging;
import io.skein.engine.command.Hertz;
import io.skein.engine.command.HostProcess;
import io.skein.engine.command.InfoReport;
import io.skein.engine.command.InfoSection;
import io.skein.engine.command.LatencyEvents;
import io.skein.engine.command.Leniency;
import io.skein.engine.command.NodeTitle;
import io.skein.engine.command.Persistence;
import io.skein.engine.command.Publisher;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.command.UserStorage;
import io.skein.engine.command.acl.AclCommands;
import io.skein.engine.command.connection.ClientCommands;
import io.skein.engine.command.connection.ConnectionCommands;
import io.skein.engine.command.pubsub.PubSub;
import io.skein.engine.command.pubsub.PubSubCommands;
import io.skein.engine.command.server.CommandCommands;
import io.skein.engine.command.server.ConfigCommands;
import io.skein.engine.command.server.DatasetCommands;
import io.skein.engine.command.server.DatasetSections;
import io.skein.engine.command.server.DebugCommand;
import io.skein.engine.command.server.InfoCommand;
import io.skein.engine.command.server.LatencyCommands;
import io.skein.engine.command.server.LoopTimes;
import io.skein.engine.command.server.MemoryCommands;
import io.skein.engine.command.server.MemorySection;
import io.skein.engine.command.server.Monitors;
import io.skein.engine.command.server.NodeCommands;
import io.skein.engine.command.server.SaveCommands;
import io.skein.engine.command.server.ServerSection;
import io.skein.engine.command.server.SlowCalls;
import io.skein.engine.command.server.SlowLog;
import io.skein.engine.command.server.SlowLogCommands;
import io.skein.engine.command.server.TrafficSections;
import io.skein.engine.command.tracking.ClientTracking;
import io.skein.engine.command.tracking.TrackingCommands;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.log.CommandLog;
import io.skein.engine.script.Scripting;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The commands about connections and about the node as a whole, and what they need.
final class ServerFamilies {
  private final Authentication authentication;
  private final Sessions sessions;
  private final NodeState state;
  private final DatasetSections datasetSections;
  private final MemorySection memorySection;
  private final LoopTimes loopTimes;
  private final PubSub pubsub;

  /// What these commands work on.
  record Parts(
      Settings settings,
      CommandTable table,
      Keyspace keyspace,
      CommandLog log,
      Sessions sessions,
      AccessControl access,
      UserStorage userStorage,
      IntFunction<byte[]> secrets,
      BiConsumer<LogLevel, String> logLine,
      NodeState state,
      Dispatcher dispatcher,
      ClientTracking tracking,
      HostProcess host,
      NodeTitle title,
      InfoReport report,
      Persistence persistence,
      LongSupplier unixMicros,
      BlockedKeys blockedKeys,
      Debugging debugging,
      Leniency leniency,
      Scripting scripting,
      @Nullable Publisher publisher,
      LongSupplier busBytes) {}

  /// Declares the commands and contributes to INFO.
  ServerFamilies(Parts node) {
    Settings settings = node.settings;
    InfoReport report = node.report;
    sessions = node.sessions;
    state = node.state;
    authentication = new Authentication(node.access);
    state.pause().onRelease(sessions::release);
    state.pause().onChange(node.keyspace::holdExpiry);
    datasetSections =
        new DatasetSections(
            settings,
            node.keyspace,
            sessions,
            node.access.log(),
            node.dispatcher,
            node.blockedKeys);
    memorySection =
        new MemorySection(
            settings,
            node.keyspace,
            sessions,
            node.host,
            node.log,
            node.tracking::bytes,
            node.busBytes,
            node.persistence::appendBufferBytes,
            node.scripting);
    new ServerSection(
            settings,
            node.title,
            node.host,
            node.keyspace::nowMs,
            () -> Hertz.of(settings, sessions.size()))
        .contribute(report);
    datasetSections.contribute(report);
    pubsub = new PubSub(sessions);
    pubsub.contribute(report);
    node.tracking.contribute(report);
    memorySection.contribute(report);
    loopTimes = node.dispatcher.loopTimes();
    loopTimes.contribute(report);
    report.add(InfoSection.PERSISTENCE, node.persistence::describe);
    new TrafficSections(settings, node.table, node.dispatcher).contribute(report);
    declare(node);
  }

  private void declare(Parts node) {
    CommandTable table = node.table;
    new ConnectionCommands(sessions, authentication, node.title).declare(table);
    TrackingCommands tracking = new TrackingCommands(sessions, node.tracking);
    new ClientCommands(sessions, state.pause(), node.access.users(), tracking::declare)
        .declare(table);
    new AclCommands(node.access, table, sessions, node.userStorage, node.logLine, node.secrets)
        .declare();
    new ConfigCommands(node.settings, node.report, node.title, node.host).declare(table);
    new CommandCommands(table).declare();
    new InfoCommand(node.report).declare(table);
    new DatasetCommands(node.settings, node.persistence).declare(table);
    new SaveCommands(node.persistence, sessions).declare(table);
    new NodeCommands(node.settings, node.unixMicros).declare(table);
    new Monitors(sessions, node.dispatcher, node.title).declare(table);
    new MemoryCommands(node.keyspace, memorySection, node.host).declare(table);
    new DebugCommand(
            node.settings, node.host, node.persistence, node.debugging, sessions, node.leniency)
        .declare(table);
    new PubSubCommands(pubsub, node.publisher).declare(table);
    observe(node);
  }

  /// What is told how long commands take.
  private static void observe(Parts node) {
    SlowLog slowLog = new SlowLog(node.settings);
    LatencyEvents latency = new LatencyEvents(node.settings);
    SlowCalls calls = new SlowCalls(node.settings, node.dispatcher, slowLog, latency);
    calls.configure();
    new SlowLogCommands(slowLog).declare(node.table);
    new LatencyCommands(node.settings, node.table, latency).declare();
  }

  /// Makes a new session what it is before its client has said anything.
  void opened(Session session) {
    authentication.begin(session);
  }

  /// Who is subscribed to what.
  PubSub pubsub() {
    return pubsub;
  }

  /// Does what is due at this time.
  void tick(long nowMs) {
    state.pause().tick(nowMs);
    datasetSections.tick(nowMs);
    memorySection.tick();
    loopTimes.sample(nowMs);
  }
}
