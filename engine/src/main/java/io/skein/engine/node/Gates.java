package io.skein.engine.node;

import io.skein.engine.bytes.Text;
import io.skein.engine.command.AccessControl;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.Pause;
import io.skein.engine.command.Session;
import io.skein.engine.command.Transaction;
import io.skein.engine.config.ReplicationSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.script.ScriptRunner;
import org.jspecify.annotations.Nullable;

/// What a command must pass before it is executed, in Redis's order; each gate is one method and
/// one error text.
///
/// A gate returns the error that turns the command away, or null to let it pass.
final class Gates {
  private static final CommandError NO_AUTH = new CommandError("NOAUTH Authentication required.");
  static final CommandError READ_ONLY =
      new CommandError("READONLY You can't write against a read only replica.");
  private static final CommandError NO_REPLICAS =
      new CommandError("NOREPLICAS Not enough good replicas to write.");
  static final CommandError MASTER_DOWN =
      new CommandError(
          "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.");
  private static final CommandError LOADING =
      new CommandError("LOADING Redis is loading the dataset in memory");
  static final CommandError MISCONF =
      new CommandError(
          "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to"
              + " disk. Commands that may modify the data set are disabled, because this instance is"
              + " configured to report errors during writes if RDB snapshotting fails"
              + " (stop-writes-on-bgsave-error option). Please check the Redis logs for details about"
              + " the RDB error.");
  private static final CommandError FROM_REPLICA =
      new CommandError("ERR Replica can't interact with the keyspace");
  private static final CommandError NOT_IN_MULTI =
      new CommandError("ERR Command not allowed inside a transaction");

  /// The flags of commands that may leave something in the log.
  static final long REPLICATES = CommandFlag.WRITE.bit() | CommandFlag.MAY_REPLICATE.bit();

  /// A role that the control plane has announced is taken up within milliseconds.
  private static final long PROMOTION_MS = 2000;

  private static final long DATA = REPLICATES | CommandFlag.READONLY.bit();

  private final Settings settings;
  private final NodeState state;
  private final AccessControl access;
  private final Redirection redirection;
  private final MemoryBound memory;
  private @Nullable LagProbe lag;
  private @Nullable ScriptRunner scripts;

  Gates(
      Settings settings,
      NodeState state,
      AccessControl access,
      Redirection redirection,
      MemoryBound memory) {
    this.settings = settings;
    this.state = state;
    this.access = access;
    this.redirection = redirection;
    this.memory = memory;
  }

  /// Has reads on a replica refused when `probe` says so.
  void lag(LagProbe probe) {
    lag = probe;
  }

  /// Whether `session` need not authenticate, or has.
  boolean isAuthenticated(Session session) {
    return session.isAuthenticated() || access.users().admitsStrangers();
  }

  /// Has most commands refused while a script of `runner` has been running for too long.
  void scripts(ScriptRunner runner) {
    scripts = runner;
  }

  /// The first gate's error that turns `call` away, or null when it may be executed or queued.
  @Nullable CommandError refusal(Call call) {
    Command command = call.command();
    Session session = call.session();
    CommandError error = authentication(command, session);
    if (error == null) {
      error = transaction(command, session);
    }
    if (error == null && !session.user().isUnlimited()) {
      error = access.refusal(call);
    }
    if (error == null) {
      error = redirection.refusal(call);
    }
    ScriptRunner running = scripts;
    if (running != null && running.isBusy()) {
      return error != null ? error : busy(call, running);
    }
    if (error == null) {
      error = memory(call);
    }
    boolean writes = hasFlag(call, CommandFlag.WRITE.bit());
    if (error == null && (writes || command.name().equals("ping"))) {
      error = disk(call);
    }
    if (error == null && writes) {
      error = replicas();
    }
    if (error == null && writes) {
      error = readOnly(call);
    }
    if (error == null) {
      error = subscribed(command, session);
    }
    if (error == null) {
      error = stale(call);
    }
    if (error == null && state.isReplica()) {
      error = lagging(call);
    }
    if (error == null) {
      error = loading(call);
    }
    if (error == null) {
      error = replica(call);
    }
    return error;
  }

  /// What may be done while a script has been running for too long.
  private @Nullable CommandError busy(Call call, ScriptRunner running) {
    Command command = call.command();
    CommandError error = subscribed(command, call.session());
    if (error == null) {
      error = stale(call);
    }
    if (error == null) {
      error = loading(call);
    }
    if (error == null && !command.has(CommandFlag.ALLOW_BUSY)) {
      error = running.busyError();
    }
    return error;
  }

  private @Nullable CommandError authentication(Command command, Session session) {
    return !session.isAuthenticated()
            && !access.users().admitsStrangers()
            && !command.has(CommandFlag.NO_AUTH)
        ? NO_AUTH
        : null;
  }

  private @Nullable CommandError transaction(Command command, Session session) {
    return session.transaction() != null && command.has(CommandFlag.NO_MULTI) ? NOT_IN_MULTI : null;
  }

  private @Nullable CommandError memory(Call call) {
    boolean enough = memory.makeRoom();
    state.outOfMemory(!enough);
    if (enough) {
      return null;
    }
    Transaction transaction = call.session().transaction();
    boolean needsMemory =
        (call.command().flagBits(call) & CommandFlag.DENYOOM.bit()) != 0
            || isExec(call.command())
                && transaction != null
                && (transaction.flagBits() & CommandFlag.DENYOOM.bit()) != 0;
    return needsMemory ? Errors.OUT_OF_MEMORY : null;
  }

  /// Whether `call` needs memory that there is not.
  boolean isOutOfMemory(Call call) {
    return memory(call) != null;
  }

  private @Nullable CommandError disk(Call call) {
    if (state.isSaveFailing() && !state.isReplica()) {
      return MISCONF;
    }
    String append = state.appendError();
    if (append == null) {
      return null;
    }
    if (call.session().kind() == Session.Kind.PRIMARY) {
      // What the primary has written cannot be refused: without it the data would part.
      if (!call.command().name().equals("ping")) {
        state.cannotAppend(settings.isOn(ReplicationSettings.REPLICA_IGNORE_DISK_WRITE_ERRORS));
      }
      return null;
    }
    return new CommandError("MISCONF Errors writing to the AOF file: " + append);
  }

  /// Too few replicas are up to date for a write.
  @Nullable CommandError replicas() {
    int least = settings.integer(ReplicationSettings.MIN_REPLICAS_TO_WRITE);
    return least > 0
            && !state.isReplica()
            && settings.integer(ReplicationSettings.MIN_REPLICAS_MAX_LAG) > 0
            && state.goodReplicas() < least
        ? NO_REPLICAS
        : null;
  }

  private @Nullable CommandError readOnly(Call call) {
    return state.isReplica()
            && settings.isOn(ReplicationSettings.REPLICA_READ_ONLY)
            && call.session().kind() != Session.Kind.PRIMARY
        ? READ_ONLY
        : null;
  }

  /// What a client of RESP2 may do while it is subscribed: replies and messages look alike there.
  private static @Nullable CommandError subscribed(Command command, Session session) {
    if (session.kind() != Session.Kind.PUBSUB || session.protocol() != 2) {
      return null;
    }
    return switch (command.fullName()) {
      case "ping",
          "subscribe",
          "ssubscribe",
          "sunsubscribe",
          "unsubscribe",
          "psubscribe",
          "punsubscribe",
          "quit",
          "reset" ->
          null;
      default ->
          new CommandError(
              "ERR Can't execute '"
                  + command.fullName()
                  + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in"
                  + " this context");
    };
  }

  private @Nullable CommandError stale(Call call) {
    return state.isReplica()
            && !state.isPrimaryLinkUp()
            && !settings.isOn(ReplicationSettings.REPLICA_SERVE_STALE_DATA)
            && !allHave(call, CommandFlag.STALE)
        ? MASTER_DOWN
        : null;
  }

  /// Reads of data that are staler than they may be; in a cluster the client is sent to the
  /// primary.
  private @Nullable CommandError lagging(Call call) {
    LagProbe probe = lag;
    if (probe == null
        || !probe.isBounded()
        || call.session().kind() == Session.Kind.PRIMARY
        || !hasFlag(call, CommandFlag.READONLY.bit())) {
      return null;
    }
    String reason = probe.refusal();
    if (reason == null) {
      return null;
    }
    CommandError elsewhere = redirection.toOwner(call);
    return elsewhere != null ? elsewhere : new CommandError("STALE " + reason);
  }

  private @Nullable CommandError loading(Call call) {
    boolean refused =
        state.isLoading()
            ? !allHave(call, CommandFlag.LOADING)
            : state.isLoadingBeside() && hasFlag(call, CommandFlag.NO_ASYNC_LOADING.bit());
    return refused ? LOADING : null;
  }

  /// A replica is exempt from CLIENT PAUSE and from limits, and so must not work on data.
  private static @Nullable CommandError replica(Call call) {
    Session session = call.session();
    return (session.kind() == Session.Kind.REPLICA || session.isMonitor()) && hasFlag(call, DATA)
        ? FROM_REPLICA
        : null;
  }

  /// Whether CLIENT PAUSE, or a failover, holds `call` back.
  boolean isPaused(Call call) {
    if (state.isReplica() && redirection.isPromoted()) {
      // Whoever was sent here by the others is not to be told that this is a replica.
      state
          .pause()
          .begin(
              Pause.Purpose.PROMOTION,
              call.keyspace().nowMs() + PROMOTION_MS,
              false,
              call.keyspace().nowMs());
    }
    return state.pause().isActive()
        && call.session().kind() != Session.Kind.PRIMARY
        && call.session().kind() != Session.Kind.REPLICA
        && (state.pause().isForAll() || hasFlag(call, REPLICATES));
  }

  /// Whether the command, or one of those that it executes, has any of the flags in `bits`.
  private static boolean hasFlag(Call call, long bits) {
    Command command = call.command();
    if ((command.flagBits(call) & bits) != 0) {
      return true;
    }
    Transaction transaction = call.session().transaction();
    return isExec(command) && transaction != null && (transaction.flagBits() & bits) != 0;
  }

  /// Whether the command, and each of those that it executes, has `flag`.
  private static boolean allHave(Call call, CommandFlag flag) {
    Command command = call.command();
    Transaction transaction = call.session().transaction();
    return (command.flagBits(call) & flag.bit()) != 0
        && !(isExec(command)
            && transaction != null
            && (transaction.commonBits() & flag.bit()) == 0);
  }

  private static boolean isExec(Command command) {
    return command.name().equals("exec");
  }

  /// The error for a name that no command has, quoting the arguments as far as 128 bytes reach.
  static CommandError unknown(Call call) {
    StringBuilder args = new StringBuilder();
    for (int i = 1; i < call.count() && args.length() < 128; i++) {
      int length = Math.min(call.length(i), 128 - args.length());
      args.append('\'').append(quoted(call, i, length)).append("' ");
    }
    return new CommandError(
        "ERR unknown command '"
            + quoted(call, 0, Math.min(128, call.length(0)))
            + "', with args beginning with: "
            + args);
  }

  /// The error for a subcommand that `container` does not have.
  static CommandError unknownSubcommand(Command container, Call call) {
    return new CommandError(
        "ERR unknown subcommand '"
            + quoted(call, 1, Math.min(128, call.length(1)))
            + "'. Try "
            + container.name().toUpperCase(java.util.Locale.ROOT)
            + " HELP.");
  }

  private static String quoted(Call call, int i, int length) {
    return Text.decode(call.buffer(), call.offset(i), length);
  }
}
