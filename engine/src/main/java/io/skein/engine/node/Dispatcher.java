package io.skein.engine.node;

import io.skein.engine.command.Blocked;
import io.skein.engine.command.BlockedKeys;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.ErrorStats;
import io.skein.engine.command.Executor;
import io.skein.engine.command.Handler;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.command.Traffic;
import io.skein.engine.command.Transaction;
import io.skein.engine.command.Watcher;
import io.skein.engine.command.server.LoopTimes;
import io.skein.engine.command.tracking.ClientTracking;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Carries one command after another through look-up, gates, execution, propagation and accounting.
///
/// *Time*: reading the clock costs as much as a small command. Brief commands are therefore timed
/// together, until a slow one comes or the batch ends, and share the time; any other command is
/// timed by itself. When somebody wants to know of each command that takes longer than a fraction
/// of a millisecond ([#timeEach]), all are.
final class Dispatcher implements Executor, Traffic, BlockedKeys.Repeating {
  /// What may wait for a client to read before it is known whose it is.
  private static final int MOST_BEFORE_AUTHENTICATION = 256 * 1024;

  private final CommandTable table;
  private final Gates gates;
  private final Keyspace keyspace;
  private final Propagation propagation;
  private final ErrorStats errors = new ErrorStats();
  private final LongSupplier nanos;
  private final Sessions sessions;
  private final ClientTracking tracking;
  private final SnapshotWaits snapshotWaits;
  private final PeerConduct conduct;
  private final Command[] group = new Command[128];
  private int grouped;
  private long lastNanos;
  private long turnNanos;
  private long turnProcessed;
  private long commandNanos;
  private final LoopTimes loopTimes = new LoopTimes();
  private boolean timeEach;
  private boolean trackLatency = true;
  private @Nullable Watcher watcher;
  private @Nullable Watcher monitors;
  private @Nullable ReplyGate gate;
  private long processed;
  private @Nullable BlockedKeys blockedKeys;
  private @Nullable SlotMigrations migrations;
  private final Holds holds;

  Dispatcher(
      CommandTable table,
      Gates gates,
      Keyspace keyspace,
      Propagation propagation,
      Sessions sessions,
      ClientTracking tracking,
      LongSupplier nanos) {
    this.table = table;
    this.gates = gates;
    this.holds = new Holds(gates);
    this.keyspace = keyspace;
    this.propagation = propagation;
    this.sessions = sessions;
    this.tracking = tracking;
    this.snapshotWaits = new SnapshotWaits(keyspace, sessions);
    this.conduct = new PeerConduct(sessions);
    this.nanos = nanos;
  }

  /// What should not happen, and is told of.
  PeerConduct conduct() {
    return conduct;
  }

  /// Has those who wait for keys served after each command.
  void serves(BlockedKeys waiting) {
    blockedKeys = waiting;
  }

  /// Has `holding` decide when replies leave, while it is on.
  void gate(ReplyGate holding) {
    gate = holding.isOn() ? holding : null;
  }

  CommandTable table() {
    return table;
  }

  @Override
  public ErrorStats errors() {
    return errors;
  }

  @Override
  public long processed() {
    return processed;
  }

  @Override
  public void reset() {
    processed = 0;
    conduct.reset();
    errors.reset();
    for (Command command : table.all()) {
      command.stats().reset();
      for (Command child : command.subcommands()) {
        child.stats().reset();
      }
    }
  }

  @Override
  public void watcher(@Nullable Watcher slow, boolean each) {
    watcher = slow;
    timeEach = each;
  }

  @Override
  public void monitors(@Nullable Watcher sees) {
    monitors = sees;
  }

  @Override
  public void trackLatency(boolean on) {
    trackLatency = on;
  }

  boolean isAuthenticated(Session session) {
    return gates.isAuthenticated(session);
  }

  void turnBegins() {
    sessions.turnBegins();
    tracking.limit();
    lastNanos = nanos.getAsLong();
    turnNanos = lastNanos;
    turnProcessed = processed;
    commandNanos = 0;
  }

  /// Those who wait for a snapshot to get on.
  SnapshotWaits snapshotWaits() {
    return snapshotWaits;
  }

  /// What turns take.
  LoopTimes loopTimes() {
    return loopTimes;
  }

  /// Requests of `session` are executed, and the replies gathered in `reply`, until it is
  /// [delivered][#delivered].
  void gathering(Session session, Reply reply) {
    sessions.gathering(session, reply);
  }

  void delivered() {
    sessions.gatheringEnds();
  }

  void batchEnds() {
    settleGroup();
  }

  void turnEnds() {
    loopTimes.turned(lastNanos - turnNanos, commandNanos, Math.max(0, processed - turnProcessed));
    sessions.turnEnds();
  }

  void deliver(Session session, Reply reply) {
    sessions.write(session, reply.bytes(), reply.size());
    if (!session.isAuthenticated()
        && session.outlet().pendingBytes() > MOST_BEFORE_AUTHENTICATION
        && !gates.isAuthenticated(session)) {
      sessions.closeNow(session, "it reads no replies and has not authenticated");
    }
    sessions.budget().enforce();
  }

  /// Whether [#count] is to be called.
  boolean countsMemory() {
    return sessions.budget().isCounting();
  }

  /// What `session` takes may have changed.
  void count(Session session) {
    sessions.budget().recount(session);
  }

  /// Everything was counted.
  void counted() {
    sessions.budget().enforce();
  }

  void protocolError(Session session, Reply reply) {
    errors.count("ERR");
    reply.error("ERR Protocol error: " + session.parser().error());
    session.closeAfterReply();
  }

  void queryTooLong(Session session) {
    sessions.closeNow(session, "its query buffer is over the limit");
  }

  /// Looks the command up, has it pass the gates, and executes or queues it.
  void dispatch(Call call) {
    dispatch(call, true);
  }

  private void dispatch(Call call, boolean mayWait) {
    Session session = call.session();
    Reply reply = call.reply();
    sessions.takeUp(session);
    if (migrations != null && session.kind() == Session.Kind.IMPORT) {
      migrations.run(call);
      sessions.executed(reply);
      return;
    }
    boolean ofReplica = session.kind() == Session.Kind.REPLICA;
    Command found = call.commandOrNull();
    CommandError error = resolve(call, found);
    if (found != null) {
      session.lastCommand(call.command());
    }
    if (error == null && (holds.mustWait(call) || mayWait && snapshotWaits.holds(call))) {
      session.paused(true);
      sessions.hold(session);
      sessions.executed(reply);
      return;
    }
    session.lastInteractionMs(keyspace.nowMs());
    if (error == null) {
      error = gates.refusal(call);
    }
    // The keys evicted at the gates are told of before the reply.
    int mark = reply.size();
    if (error != null) {
      reject(call, found == null ? null : call.command(), error);
    } else {
      Command command = call.command();
      Transaction transaction = session.transaction();
      if (transaction != null && !runsInsideMulti(command)) {
        transaction.add(command, command.flagBits(call), call.copyArguments());
        reply.queued();
      } else {
        sessions.executing();
        run(call, command);
      }
    }
    if (session.isAsking() && (found == null || !found.name().equals("asking"))) {
      session.asking(false);
    }
    if (session.tracking() != null) {
      tracking.requestDone(session, found);
    }
    if (session.replyMode() != Session.ReplyMode.ON && session.blocked() == null) {
      session.silence(reply, mark);
    }
    if (ofReplica && reply.size() > mark) {
      conduct.answered(session, call.commandOrNull(), reply, mark);
    }
    sessions.executed(reply);
    BlockedKeys waiting = blockedKeys;
    if (waiting != null
        && waiting.hasReady()
        && session.kind() != Session.Kind.PRIMARY
        && !propagation.isInUnit()) {
      waiting.serve();
    }
  }

  @Override
  public boolean isHeldBack(Call call) {
    return holds.mustWait(call);
  }

  @Override
  public void repeat(Call call) {
    dispatch(call, false);
  }

  @Override
  public void gaveUp(Command command, long took, @Nullable String error) {
    processed++;
    command.stats().ran(1, took, trackLatency);
    if (error != null) {
      command.stats().failed();
      errors.count(error);
    }
  }

  /// Carries out what migrations of slots bring, and has commands wait for those that leave.
  void migrates(SlotMigrations slots) {
    migrations = slots;
    holds.by(slots);
  }

  /// Who has commands wait.
  Holds holds() {
    return holds;
  }

  /// Finds the subcommand that is meant, and the keys; returns why the call cannot be carried out.
  static @Nullable CommandError resolve(Call call, @Nullable Command found) {
    if (found == null) {
      return Gates.unknown(call);
    }
    if (found.isContainer() && call.count() > 1) {
      Command child = found.subcommand(call.string(1).toLowerCase(java.util.Locale.ROOT));
      if (child == null) {
        return Gates.unknownSubcommand(found, call);
      }
      call.command(child);
      if (!child.accepts(call.count())) {
        return Errors.wrongArity(child.fullName());
      }
      return call.findKeys()
          ? null
          : new CommandError("ERR Invalid arguments specified for command");
    }
    CommandError error = arity(call, found);
    if (error == null
        && found.has(CommandFlag.MOVABLEKEYS)
        && (call.keyCount() == 0 || found.keyFinder() != null)) {
      call.findKeys();
    }
    return error;
  }

  private static @Nullable CommandError arity(Call call, Command command) {
    return command.accepts(call.count()) ? null : Errors.wrongArity(command.fullName());
  }

  private static boolean runsInsideMulti(Command command) {
    return switch (command.fullName()) {
      case "exec", "discard", "multi", "watch", "quit", "reset" -> true;
      default -> false;
    };
  }

  private void run(Call call, Command command) {
    if (command.isBrief() && !timeEach && call.keyCount() <= 2) {
      perform(call);
      group[grouped++] = command;
      if (grouped == group.length) {
        settleGroup();
      }
    } else {
      settleGroup();
      execute(call);
    }
  }

  @Override
  public void beginUnit() {
    propagation.beginUnit();
  }

  @Override
  public void endUnit() {
    propagation.endUnit();
  }

  @Override
  public void abandonUnit() {
    propagation.abandonUnit();
  }

  /// Shows monitors a command that runs others before it does.
  void announce(Call call) {
    Watcher sees = monitors;
    if (sees != null) {
      sees.after(call, 0);
    }
  }

  @Override
  public void execute(Call call) {
    Command command = call.command();
    long began = nanos.getAsLong();
    perform(call);
    lastNanos = nanos.getAsLong();
    long took = lastNanos - began + call.earlierNanos();
    Blocked wait = call.session().blocked();
    if (wait != null && wait.repeatsCommand()) {
      wait.spent(lastNanos - began);
      processed--;
      return;
    }
    commandNanos += took;
    command.stats().ran(1, took, trackLatency);
    Watcher slow = watcher;
    if (slow != null) {
      slow.after(call, took);
    }
  }

  /// Shares the time since the clock was read last among the commands of the group.
  private void settleGroup() {
    if (grouped == 0) {
      return;
    }
    long now = nanos.getAsLong();
    commandNanos += now - lastNanos;
    long each = (now - lastNanos) / grouped;
    lastNanos = now;
    for (int i = 0; i < grouped; i++) {
      group[i].stats().ran(1, each, trackLatency);
    }
    grouped = 0;
  }

  private void perform(Call call) {
    Handler handler = call.command().handler();
    Reply reply = call.reply();
    int mark = reply.size();
    processed++;
    call.followed(propagation.isFollowed());
    keyspace.touchOnRead(!call.session().isNoTouch() || call.command().name().equals("touch"));
    try {
      if (handler == null) {
        throw Errors.wrongArity(call.command().fullName());
      }
      handler.run(call);
    } catch (CommandError e) {
      reply.truncate(mark);
      fail(call, e);
    }
    if (call.session().tracking() != null) {
      tracking.executed(call.session(), call);
    }
    Watcher sees = monitors;
    if (sees != null
        && !call.isRepeated()
        && !call.command().has(CommandFlag.SKIP_MONITOR)
        && !call.command().has(CommandFlag.ADMIN)) {
      sees.after(call, 0);
    }
    keyspace.countChanges(call.isOnlyLogged() ? 0 : call.dirty());
    propagation.executed(call);
    ReplyGate holding = gate;
    if (holding != null) {
      holding.executed(call, propagation.isInUnit());
    }
  }

  private void fail(Call call, CommandError e) {
    call.failed(true);
    call.command().stats().failed();
    errors.count(e.text());
    call.reply().error(e.text());
    conduct.failed(call, e);
  }

  @Override
  public long unexpectedErrors() {
    return conduct.errors();
  }

  @Override
  public void refuse(Call call, CommandError error) {
    call.failed(true);
    errors.count(error.text());
    call.reply().error(error.text());
  }

  private void reject(Call call, @Nullable Command command, CommandError error) {
    Transaction transaction = call.session().transaction();
    if (command != null && command.name().equals("exec")) {
      sessions.discardTransaction(call.session());
      error = Errors.transactionDiscarded(error);
    } else if (transaction != null) {
      transaction.abort();
    }
    if (command != null && (!command.isContainer() || call.count() == 1)) {
      command.stats().rejected();
    }
    errors.count(error.text());
    call.reply().error(error.text());
    conduct.failed(call, error);
  }
}
