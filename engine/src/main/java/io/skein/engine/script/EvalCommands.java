package io.skein.engine.script;

import static io.skein.engine.command.CommandFlag.MAY_REPLICATE;
import static io.skein.engine.command.CommandFlag.NOSCRIPT;
import static io.skein.engine.command.CommandFlag.NO_MANDATORY_KEYS;
import static io.skein.engine.command.CommandFlag.READONLY;
import static io.skein.engine.command.CommandFlag.SKIP_MONITOR;
import static io.skein.engine.command.CommandFlag.STALE;

import io.skein.engine.command.Arguments;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.Handler;
import io.skein.engine.command.KeySpec;
import io.skein.engine.resp.CommandError;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// EVAL and EVALSHA, and their forms that do not write.
final class EvalCommands {
  private static final CommandError NO_SCRIPT =
      new CommandError("NOSCRIPT No matching script. Please use EVAL.");
  private static final int SHA_CHARS = 40;

  private final Scripting scripting;
  private final Consumer<Call> announce;

  EvalCommands(Scripting scripting, Consumer<Call> announce) {
    this.scripting = scripting;
    this.announce = announce;
  }

  void declare(CommandTable table) {
    table.add(
        writing("eval", "2.6.0", "script", "Runs a script.")
            .flagsOf((call, bits) -> flagBits(ofText(call), bits))
            .does(this::eval));
    table.add(
        reading("eval_ro", "script", "Runs a script that does not write.")
            .flagsOf((call, bits) -> flagBits(ofText(call), bits))
            .does(this::eval));
    table.add(
        writing("evalsha", "2.6.0", "sha1", "Runs a script that the server knows by its SHA-1.")
            .flagsOf((call, bits) -> flagBits(ofSha(call), bits))
            .does(this::evalSha));
    table.add(
        reading("evalsha_ro", "sha1", "Runs a known script that does not write.")
            .flagsOf((call, bits) -> flagBits(ofSha(call), bits))
            .does(this::evalSha));
  }

  static Command writing(String name, String since, String what, String summary) {
    return command(name, since, what, summary)
        .flags(NOSCRIPT, SKIP_MONITOR, MAY_REPLICATE, NO_MANDATORY_KEYS, STALE)
        .keys(KeySpec.counted(KeySpec.RW | KeySpec.ACCESS | KeySpec.UPDATE, 2));
  }

  static Command reading(String name, String what, String summary) {
    return command(name, "7.0.0", what, summary)
        .flags(NOSCRIPT, SKIP_MONITOR, NO_MANDATORY_KEYS, STALE, READONLY)
        .keys(KeySpec.counted(KeySpec.RO | KeySpec.ACCESS, 2));
  }

  private static Command command(String name, String since, String what, String summary) {
    Handler none = call -> {};
    return Command.named(name)
        .group(Group.SCRIPTING)
        .docs(since, "Depends on the " + (what.equals("function") ? what : "script") + ".", summary)
        .syntax(what + " numkeys:integer [key...] [arg...]")
        .does(none);
  }

  private static long flagBits(@Nullable ScriptFlags flags, long bits) {
    return flags == null ? bits : flags.commandBits(bits);
  }

  private static @Nullable ScriptFlags ofText(Arguments call) {
    byte[] b = call.buffer();
    int at = call.offset(1);
    boolean declares = call.length(1) >= 2 && b[at] == '#' && b[at + 1] == '!';
    if (!declares) {
      return null;
    }
    try {
      return Shebang.ofScript(call.bytes(1)).flags();
    } catch (CommandError wrong) {
      return null;
    }
  }

  private @Nullable ScriptFlags ofSha(Arguments call) {
    EvalScripts.Script script = known(call);
    return script == null ? null : script.flags();
  }

  private EvalScripts.@Nullable Script known(Arguments call) {
    return call.length(1) == SHA_CHARS
        ? scripting.scripts().find(call.string(1).toLowerCase(Locale.ROOT))
        : null;
  }

  private void eval(Call call) {
    announce.accept(call);
    ScriptRunner.checkKeys(call);
    run(call, scripting.scripts().define(call.buffer(), call.offset(1), call.length(1), false));
  }

  private void evalSha(Call call) {
    announce.accept(call);
    if (call.length(1) == SHA_CHARS) {
      ScriptRunner.checkKeys(call);
    }
    EvalScripts.Script script = known(call);
    if (script == null) {
      throw NO_SCRIPT;
    }
    run(call, script);
  }

  private void run(Call call, EvalScripts.Script script) {
    scripting.scripts().used(script);
    scripting
        .runner()
        .run(
            call,
            scripting.evalInterpreter(),
            script.reference(),
            script.sha(),
            script.flags(),
            true);
  }
}
