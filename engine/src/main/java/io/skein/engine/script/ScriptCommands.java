package io.skein.engine.script;

import static io.skein.engine.command.CommandFlag.ALLOW_BUSY;
import static io.skein.engine.command.CommandFlag.LOADING;
import static io.skein.engine.command.CommandFlag.NOSCRIPT;
import static io.skein.engine.command.CommandFlag.STALE;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.Help;
import io.skein.engine.resp.CommandError;
import java.util.Locale;

/// SCRIPT and its subcommands.
final class ScriptCommands {
  private static final String ALL_SHARDS = "request_policy:all_shards";
  private static final String ALL_NODES = "request_policy:all_nodes";
  private static final String ALL_SUCCEEDED = "response_policy:all_succeeded";
  private static final CommandError NO_DEBUGGER =
      new CommandError("ERR This server has no debugger of scripts");

  private final Scripting scripting;

  ScriptCommands(Scripting scripting) {
    this.scripting = scripting;
  }

  void declare(CommandTable table) {
    Command script =
        Command.named("script")
            .group(Group.SCRIPTING)
            .docs("2.6.0", "Depends on subcommand.", "Holds what concerns the cache of scripts.");
    sub(script, "debug", "3.2.0", "O(1)", "Sets how scripts are debugged.")
        .syntax("(mode: YES | SYNC | NO)")
        .flags(NOSCRIPT)
        .does(ScriptCommands::debug);
    sub(script, "exists", "2.6.0", "O(N)", "Tells which scripts are known.")
        .syntax("sha1...")
        .flags(NOSCRIPT)
        .tips(ALL_SHARDS, "response_policy:agg_logical_and")
        .does(this::exists);
    sub(script, "flush", "2.6.0", "O(N)", "Forgets all scripts.")
        .syntax("[flush-type: ASYNC | SYNC]")
        .flags(NOSCRIPT)
        .tips(ALL_NODES, ALL_SUCCEEDED)
        .history("6.2.0", "Added the `ASYNC` and `SYNC` flushing mode modifiers.")
        .does(this::flush);
    sub(script, "help", "5.0.0", "O(1)", "Lists the subcommands.")
        .flags(LOADING, STALE)
        .does(ScriptCommands::help);
    sub(script, "kill", "2.6.0", "O(1)", "Ends the script that is running.")
        .flags(NOSCRIPT, ALLOW_BUSY)
        .tips(ALL_SHARDS, "response_policy:one_succeeded")
        .does(call -> scripting.runner().kill(call, true));
    sub(script, "load", "2.6.0", "O(N)", "Compiles a script and remembers it.")
        .syntax("script")
        .flags(NOSCRIPT, STALE)
        .tips(ALL_NODES, ALL_SUCCEEDED)
        .does(this::load);
    table.add(script);
  }

  private static Command sub(
      Command script, String name, String since, String cost, String summary) {
    return script.sub(name).docs(since, cost, summary);
  }

  private static void debug(Call call) {
    if (call.is(2, "no")) {
      call.reply().ok();
    } else if (call.is(2, "yes") || call.is(2, "sync")) {
      throw NO_DEBUGGER;
    } else {
      throw new CommandError("ERR Use SCRIPT DEBUG YES/SYNC/NO");
    }
  }

  private void exists(Call call) {
    call.reply().array(call.count() - 2);
    for (int i = 2; i < call.count(); i++) {
      boolean known = scripting.scripts().find(call.string(i).toLowerCase(Locale.ROOT)) != null;
      call.reply().integer(known ? 1 : 0);
    }
  }

  private void flush(Call call) {
    boolean lazily = scripting.flushesLazily();
    if (call.count() == 3 && call.is(2, "SYNC")) {
      lazily = false;
    } else if (call.count() == 3 && call.is(2, "ASYNC")) {
      lazily = true;
    } else if (call.count() > 2) {
      throw new CommandError("ERR SCRIPT FLUSH only support SYNC|ASYNC option");
    }
    scripting.flushScripts(lazily);
    call.reply().ok();
  }

  private void load(Call call) {
    EvalScripts.Script script =
        scripting.scripts().define(call.buffer(), call.offset(2), call.length(2), true);
    call.reply().bulk(script.sha());
  }

  private static void help(Call call) {
    Help.reply(
        call,
        "DEBUG (YES|SYNC|NO)",
        "    Refused, but for NO: there is no debugger.",
        "EXISTS <sha1> [<sha1> ...]",
        "    Tell for each of the scripts whether it is known.",
        "FLUSH [ASYNC|SYNC]",
        "    Forget all scripts. Without a mode, lazyfree-lazy-user-flush says which.",
        "KILL",
        "    End the script that is running, unless it has written already.",
        "LOAD <script>",
        "    Compile a script and remember it, without running it.");
  }
}
