package io.skein.engine.script;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.InfoReport;
import io.skein.engine.command.InfoSection;
import io.skein.engine.command.ScriptMemory;
import io.skein.engine.command.Session;
import io.skein.engine.command.Sessions;
import io.skein.engine.config.MemorySettings;
import io.skein.engine.config.Settings;
import io.skein.engine.resp.CommandError;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// All that concerns scripts and functions: what is cached, what is loaded, what runs.
///
/// Two interpreters, one for scripts and one for functions, are opened when they are first needed,
/// so that a server without scripts does not pay for them.
public final class Scripting implements ScriptMemory {
  static final CommandError BUSY_SCRIPT =
      new CommandError(
          "BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.");
  static final CommandError BUSY_FUNCTION =
      new CommandError(
          "BUSY Redis is busy running a script. You can only call FUNCTION KILL or SHUTDOWN NOSAVE.");
  private static final CommandError NO_ENGINE =
      new CommandError("ERR This build of the server has no interpreter of scripts");

  private final Settings settings;
  private final @Nullable ScriptEngine engine;
  private final EvalScripts scripts = new EvalScripts(this);
  private final Libraries libraries = new Libraries(this);
  private final ScriptRunner runner;
  private @Nullable Interpreter evalInterpreter;
  private @Nullable Interpreter functionInterpreter;
  private final Sessions sessions;
  private boolean preparing;
  private boolean prepared;

  /// @param engine what runs the code, or null where there is nothing that could
  public Scripting(@Nullable ScriptEngine engine, ScriptRunner.Parts node) {
    this.settings = node.settings();
    this.engine = engine;
    this.sessions = node.sessions();
    this.prepared = engine == null;
    this.runner = new ScriptRunner(node, libraries);
  }

  /// Adds the commands to `table`, and what is counted to `report`.
  ///
  /// @param announce shows monitors a command before it runs
  public void declare(CommandTable table, InfoReport report, Consumer<Call> announce) {
    new EvalCommands(this, announce).declare(table);
    new ScriptCommands(this).declare(table);
    new FcallCommands(this, announce).declare(table);
    new FunctionCommands(this).declare(table);
    report.add(InfoSection.STATS, out -> out.field("evicted_scripts", evictedScripts()));
  }

  /// `action`, which is left out while a script keeps the node busy: time stands still for it, and
  /// what it has written is not complete.
  public Runnable unlessBusy(Runnable action) {
    return () -> {
      if (!runner.isBusy()) {
        action.run();
      }
    };
  }

  /// Whether `call` should come again when interpreters can be opened: what the first of them takes
  /// long for is done elsewhere meanwhile, and nobody else is held up.
  public boolean holds(Call call) {
    if (prepared
        || call.command().group() != Group.SCRIPTING
        || call.session().kind() == Session.Kind.PRIMARY
        || !needsInterpreter(call.command())) {
      return false;
    }
    if (!preparing && engine != null) {
      preparing = true;
      prepared = engine.prepare(this::prepared);
    }
    return !prepared;
  }

  private void prepared() {
    prepared = true;
    sessions.release();
  }

  /// Who wants to end a script finds the one that was sent before, though it waits to begin.
  private boolean needsInterpreter(Command command) {
    return switch (command.fullName()) {
      case "script|kill", "function|kill" -> preparing;
      case "eval",
          "evalsha",
          "eval_ro",
          "evalsha_ro",
          "fcall",
          "fcall_ro",
          "script|load",
          "function|load",
          "function|restore" ->
          true;
      default -> false;
    };
  }

  /// What runs.
  public ScriptRunner runner() {
    return runner;
  }

  /// The libraries of functions.
  public Libraries libraries() {
    return libraries;
  }

  EvalScripts scripts() {
    return scripts;
  }

  Interpreter evalInterpreter() {
    Interpreter open = evalInterpreter;
    if (open == null) {
      open = open(false);
      evalInterpreter = open;
    }
    return open;
  }

  Interpreter functionInterpreter() {
    Interpreter open = functionInterpreter;
    if (open == null) {
      open = open(true);
      functionInterpreter = open;
    }
    return open;
  }

  private Interpreter open(boolean functions) {
    if (engine == null) {
      throw NO_ENGINE;
    }
    return engine.open(functions, runner);
  }

  /// Forgets all scripts of EVAL.
  void flushScripts(boolean lazily) {
    scripts.clear();
    Interpreter open = evalInterpreter;
    evalInterpreter = null;
    if (open != null) {
      open.close(lazily);
    }
  }

  void closeFunctions(boolean lazily) {
    Interpreter open = functionInterpreter;
    functionInterpreter = null;
    if (open != null) {
      open.close(lazily);
    }
  }

  /// Whether FLUSH without a mode is to give memory back elsewhere.
  boolean flushesLazily() {
    return settings.isOn(MemorySettings.LAZYFREE_LAZY_USER_FLUSH);
  }

  /// Gives the memory of the interpreters back.
  public void close() {
    flushScripts(false);
    libraries.clear(false);
    closeFunctions(false);
  }

  @Override
  public long evalInterpreterBytes() {
    Interpreter open = evalInterpreter;
    return open == null ? 0 : open.memoryBytes();
  }

  @Override
  public long functionInterpreterBytes() {
    Interpreter open = functionInterpreter;
    return open == null ? 0 : open.memoryBytes();
  }

  @Override
  public long scriptBytes() {
    return scripts.bytes();
  }

  @Override
  public long libraryBytes() {
    return libraries.bytes();
  }

  @Override
  public int scriptCount() {
    return scripts.count();
  }

  @Override
  public int functionCount() {
    return libraries.functionCount();
  }

  @Override
  public int libraryCount() {
    return libraries.count();
  }

  @Override
  public long evictedScripts() {
    return scripts.evicted();
  }
}
