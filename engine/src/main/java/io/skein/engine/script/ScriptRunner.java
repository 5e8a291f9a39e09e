package io.skein.engine.script;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.ErrorStats;
import io.skein.engine.command.Executor;
import io.skein.engine.command.Leniency;
import io.skein.engine.command.RequestInProgress;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.ServerSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Keyspace;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.resp.Reply;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Runs one script at a time, and carries out the commands that it calls.
///
/// A command of a script is executed in the name of the session that runs the script, with no reply
/// to it. What all of them write is one unit of the log.
///
/// *States*: idle; running; busy, once the script has taken longer than `busy-reply-threshold`:
/// from then on other sessions are served now and then, and most of them told to wait.
///
/// *Threads*: only under the data plane.
public final class ScriptRunner implements ScriptCalls {
  private static final CommandError UNKNOWN =
      new CommandError("ERR Unknown Redis command called from script");
  private static final CommandError ARITY =
      new CommandError("ERR Wrong number of args calling Redis command from script");
  private static final CommandError NOT_ALLOWED =
      new CommandError("ERR This Redis command is not allowed from script");
  private static final CommandError NO_SUCH_COMMAND =
      new CommandError("ERR Invalid command passed to redis.acl_check_cmd()");
  private static final int KEPT_REPLY_BYTES = 64 * 1024;
  private static final long NANOS_PER_MS = 1_000_000;

  /// What the runner needs of the node.
  ///
  /// @param nanos a clock that never goes back
  /// @param unixMicros the wall clock
  /// @param log writes to the server's log
  /// @param serveOthers reads what other connections have sent, and answers them
  /// @param isEnding whether the process is about to end
  public record Parts(
      Settings settings,
      CommandTable table,
      Keyspace keyspace,
      Sessions sessions,
      Executor executor,
      ErrorStats errors,
      ScriptGates gates,
      Leniency leniency,
      LongSupplier nanos,
      LongSupplier unixMicros,
      BiConsumer<LogLevel, String> log,
      Runnable serveOthers,
      BooleanSupplier isEnding) {}

  private final Parts node;
  private final Libraries libraries;
  private final Reply reply = new Reply(1024);
  private final Call inner;
  private @Nullable ScriptRun current;
  private boolean busy;
  private boolean killedNow;
  private long frozenMicros;
  private long loadBeganNanos;
  private long loadLimitMs;

  ScriptRunner(Parts node, Libraries libraries) {
    this.node = node;
    this.libraries = libraries;
    this.inner = new Call(node.keyspace, reply);
  }

  /// Whether a script is running.
  public boolean isRunning() {
    return current != null;
  }

  /// Whether a script has been running for so long that others are told so.
  public boolean isBusy() {
    return busy;
  }

  /// The script that is running, or null.
  @Nullable ScriptRun current() {
    return current;
  }

  /// The wall clock in Unix microseconds, which stands still while a script runs.
  public long unixMicros() {
    return current != null ? frozenMicros : node.unixMicros.getAsLong();
  }

  /// How long the script has been running, in milliseconds.
  long runningMs() {
    ScriptRun run = current;
    return run == null ? 0 : (node.nanos.getAsLong() - run.beganNanos()) / NANOS_PER_MS;
  }

  /// Why others have to wait.
  public CommandError busyError() {
    ScriptRun run = current;
    return run == null || run.isEval() ? Scripting.BUSY_SCRIPT : Scripting.BUSY_FUNCTION;
  }

  /// The code of a library is loaded from now on.
  void loads(long limitMs) {
    loadBeganNanos = node.nanos.getAsLong();
    loadLimitMs = limitMs;
  }

  /// Runs a script, and writes its reply to the call's.
  ///
  /// @throws CommandError when it may not run
  void run(Call call, Interpreter in, int reference, String name, ScriptFlags flags, boolean eval) {
    boolean readOnly = call.command().has(CommandFlag.READONLY);
    int keys = checkKeys(call);
    CommandError refusal = node.gates.refusal(call, flags, readOnly);
    if (refusal != null) {
      throw refusal;
    }
    Session session = call.session();
    int db = session.db();
    boolean asking = session.isAsking();
    frozenMicros = node.unixMicros.getAsLong();
    current = new ScriptRun(call, name, eval, flags, readOnly, node.nanos.getAsLong());
    reply.protocol(2);
    node.executor.beginUnit();
    try {
      in.run(reference, call, 3, keys, name, call.reply());
    } finally {
      current = null;
      boolean ends = killedNow;
      busy = false;
      killedNow = false;
      session.db(db);
      session.asking(asking);
      reply.reset(KEPT_REPLY_BYTES);
      if (ends) {
        node.executor.abandonUnit();
      } else {
        node.executor.endUnit();
      }
    }
  }

  /// How many keys the call has.
  ///
  /// @throws CommandError when that number makes no sense
  static int checkKeys(Call call) {
    CommandError wrong =
        call.command().name().startsWith("fcall")
            ? new CommandError("ERR Bad number of keys provided")
            : Errors.NOT_AN_INTEGER;
    long keys = call.integer(2, wrong);
    if (keys > call.count() - 3) {
      throw new CommandError("ERR Number of keys can't be greater than number of args");
    }
    if (keys < 0) {
      throw new CommandError("ERR Number of keys can't be negative");
    }
    return (int) keys;
  }

  @Override
  public Reply call(byte[] buffer, int[] offsets, int[] lengths, int count) {
    ScriptRun run = current;
    reply.reset(KEPT_REPLY_BYTES);
    if (run == null) {
      reply.error(UNKNOWN.text());
      return reply;
    }
    point(run, buffer, offsets, lengths, count);
    Command found = inner.commandOrNull();
    CommandError error = check(run, found);
    if (error != null) {
      if (found != null) {
        found.stats().rejected();
      }
      node.errors.count(error.text());
      reply.error(error.text());
      return reply;
    }
    if (!run.replicates()) {
      inner.logNothing();
    }
    node.executor.execute(inner);
    return reply;
  }

  /// Has the inner call be that of these arguments, with the command that they name.
  private void point(ScriptRun run, byte[] buffer, int[] offsets, int[] lengths, int count) {
    inner.point(buffer, offsets, lengths, 0, count);
    Call outer = run.call();
    Command found = node.table.find(inner);
    if (found != null && found.isContainer() && count > 1) {
      found = found.subcommand(inner.string(1).toLowerCase(Locale.ROOT));
    }
    inner.begin(outer.session(), found);
    inner.inTransaction(true);
    inner.ofScript(true);
    inner.fromPrimary(outer.isFromPrimary());
  }

  private @Nullable CommandError check(ScriptRun run, @Nullable Command found) {
    if (found == null) {
      return UNKNOWN;
    }
    if (!found.accepts(inner.count())) {
      return ARITY;
    }
    if (found.has(CommandFlag.NOSCRIPT) && !node.leniency.allowsAnyInScripts()) {
      return NOT_ALLOWED;
    }
    inner.findKeys();
    CommandError error = node.gates.refusal(inner, run);
    if (error == null && inner.keyCount() > 1) {
      inner.touchKeys();
    }
    return error;
  }

  @Override
  public boolean mayCall(byte[] buffer, int[] offsets, int[] lengths, int count) {
    ScriptRun run = current;
    if (run == null) {
      return false;
    }
    point(run, buffer, offsets, lengths, count);
    Command found = inner.commandOrNull();
    if (found == null) {
      throw NO_SUCH_COMMAND;
    }
    if (found.accepts(count)) {
      inner.findKeys();
    }
    return node.gates.isPermitted(inner);
  }

  @Override
  public int protocol() {
    return reply.protocol();
  }

  @Override
  public void protocol(int version) {
    reply.protocol(version);
  }

  @Override
  public void replicates(boolean on) {
    ScriptRun run = current;
    if (run != null) {
      run.replicates(on);
    }
  }

  @Override
  public boolean logs(int level) {
    return level >= node.settings.get(ServerSettings.LOGLEVEL).ordinal();
  }

  @Override
  public void log(int level, String text) {
    node.log.accept(
        switch (level) {
          case 0 -> LogLevel.DEBUG;
          case 1 -> LogLevel.VERBOSE;
          case 2 -> LogLevel.NOTICE;
          default -> LogLevel.WARNING;
        },
        text);
  }

  @Override
  public @Nullable String interrupted() {
    if (libraries.beingLoaded() != null) {
      long took = (node.nanos.getAsLong() - loadBeganNanos) / NANOS_PER_MS;
      return took > loadLimitMs ? "FUNCTION LOAD timeout" : null;
    }
    ScriptRun run = current;
    long threshold = node.settings.number(ServerSettings.BUSY_REPLY_THRESHOLD);
    if (run == null || threshold == 0) {
      return null;
    }
    if (!busy) {
      long took = runningMs();
      if (took < threshold) {
        return null;
      }
      busy = true;
      node.log.accept(
          LogLevel.WARNING,
          "Slow script detected: still in execution after "
              + took
              + " milliseconds. You can try killing the script using the "
              + (run.isEval() ? "SCRIPT KILL" : "FUNCTION KILL")
              + " command. Script name is: "
              + run.name()
              + ".");
    }
    serveOthers();
    if (node.isEnding.getAsBoolean()) {
      killedNow = true;
      return "The server ends";
    }
    return run.isKilled() ? "Script killed by user with SCRIPT KILL..." : null;
  }

  private void serveOthers() {
    RequestInProgress aside = node.sessions.setAside();
    try {
      node.serveOthers.run();
    } finally {
      node.sessions.takeBack(aside);
    }
  }

  /// Ends the script at the wish of SCRIPT KILL or FUNCTION KILL.
  void kill(Call call, boolean eval) {
    ScriptRun run = current;
    if (run == null) {
      throw new CommandError("NOTBUSY No scripts in execution right now.");
    }
    if (run.call().isFromPrimary()) {
      throw new CommandError(
          "UNKILLABLE The busy script was sent by a master instance in the context of replication"
              + " and cannot be killed.");
    }
    if (run.hasWritten()) {
      throw new CommandError(
          "UNKILLABLE Sorry the script already executed write commands against the dataset. You can"
              + " either wait the script termination or kill the server in a hard way using the"
              + " SHUTDOWN NOSAVE command.");
    }
    if (eval != run.isEval()) {
      throw busyError();
    }
    run.kill();
    call.reply().ok();
  }

  @Override
  public @Nullable String register(
      String name, @Nullable String description, int reference, int flags) {
    Library library = libraries.beingLoaded();
    if (library == null) {
      return "redis.register_function can only be called on FUNCTION LOAD command";
    }
    return library.add(
        new Library.Function(name, description, reference, new ScriptFlags(true, flags)));
  }

  @Override
  public boolean isLoading() {
    return libraries.beingLoaded() != null;
  }

  @Override
  public void error(Reply to, String text, boolean counted) {
    ScriptRun run = current;
    if (run != null) {
      Call outer = run.call();
      if (!outer.hasFailed()) {
        outer.failed(true);
        outer.command().stats().failed();
      }
    }
    if (counted) {
      node.errors.count(text);
    }
    to.error(text);
  }
}
