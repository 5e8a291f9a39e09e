package io.skein.engine.script;

import static io.skein.engine.command.CommandFlag.ALLOW_BUSY;
import static io.skein.engine.command.CommandFlag.DENYOOM;
import static io.skein.engine.command.CommandFlag.LOADING;
import static io.skein.engine.command.CommandFlag.NOSCRIPT;
import static io.skein.engine.command.CommandFlag.STALE;
import static io.skein.engine.command.CommandFlag.WRITE;

import io.skein.engine.bytes.Bytes;
import io.skein.engine.bytes.Glob;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.Help;
import io.skein.engine.rdb.DumpPayload;
import io.skein.engine.rdb.FunctionPayload;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Reply;
import java.util.ArrayList;
import java.util.List;

/// FUNCTION and its subcommands.
final class FunctionCommands {
  private static final String ALL_SHARDS = "request_policy:all_shards";
  private static final String ALL_SUCCEEDED = "response_policy:all_succeeded";

  private final Scripting scripting;
  private final Libraries libraries;

  FunctionCommands(Scripting scripting) {
    this.scripting = scripting;
    this.libraries = scripting.libraries();
  }

  void declare(CommandTable table) {
    Command function =
        Command.named("function")
            .group(Group.SCRIPTING)
            .docs("7.0.0", "Depends on subcommand.", "Holds what concerns libraries of functions.");
    sub(function, "delete", "O(1)", "Deletes a library.")
        .syntax("library-name")
        .flags(NOSCRIPT, WRITE)
        .tips(ALL_SHARDS, ALL_SUCCEEDED)
        .does(this::delete);
    sub(function, "dump", "O(N)", "Returns all libraries as bytes that RESTORE takes.")
        .flags(NOSCRIPT)
        .does(call -> call.reply().bulk(FunctionPayload.of(libraries.sources())));
    sub(function, "flush", "O(N)", "Deletes all libraries.")
        .syntax("[flush-type: ASYNC | SYNC]")
        .flags(NOSCRIPT, WRITE)
        .tips(ALL_SHARDS, ALL_SUCCEEDED)
        .does(this::flush);
    sub(function, "help", "O(1)", "Lists the subcommands.")
        .flags(LOADING, STALE)
        .does(FunctionCommands::help);
    sub(function, "kill", "O(1)", "Ends the function that is running.")
        .flags(NOSCRIPT, ALLOW_BUSY)
        .tips(ALL_SHARDS, "response_policy:one_succeeded")
        .does(call -> scripting.runner().kill(call, false));
    sub(function, "list", "O(N)", "Lists the libraries.")
        .syntax("[LIBRARYNAME library-name-pattern] [WITHCODE]")
        .flags(NOSCRIPT)
        .tips("nondeterministic_output_order")
        .does(this::list);
    sub(function, "load", "O(1)", "Takes a library in.")
        .syntax("[REPLACE] function-code")
        .flags(NOSCRIPT, WRITE, DENYOOM)
        .tips(ALL_SHARDS, ALL_SUCCEEDED)
        .does(this::load);
    sub(function, "restore", "O(N)", "Takes libraries from the bytes that DUMP has returned.")
        .syntax("serialized-value [policy: FLUSH | APPEND | REPLACE]")
        .flags(NOSCRIPT, WRITE, DENYOOM)
        .tips(ALL_SHARDS, ALL_SUCCEEDED)
        .does(this::restore);
    sub(function, "stats", "O(1)", "Tells which function is running.")
        .flags(NOSCRIPT, ALLOW_BUSY)
        .tips("nondeterministic_output", ALL_SHARDS, "response_policy:special")
        .does(this::stats);
    table.add(function);
  }

  private static Command sub(Command function, String name, String cost, String summary) {
    return function.sub(name).docs("7.0.0", cost, summary);
  }

  private void delete(Call call) {
    if (!libraries.delete(call.string(2))) {
      throw new CommandError("ERR Library not found");
    }
    call.dirty(1);
    call.reply().ok();
  }

  private void flush(Call call) {
    if (call.count() > 3) {
      throw Help.wrongUse(call);
    }
    boolean lazily = scripting.flushesLazily();
    if (call.count() == 3 && call.is(2, "SYNC")) {
      lazily = false;
    } else if (call.count() == 3 && call.is(2, "ASYNC")) {
      lazily = true;
    } else if (call.count() == 3) {
      throw new CommandError("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");
    }
    libraries.clear(lazily);
    call.dirty(1);
    call.reply().ok();
  }

  private void load(Call call) {
    boolean replace = false;
    for (int i = 2; i < call.count() - 1; i++) {
      if (!call.is(i, "REPLACE")) {
        throw new CommandError("ERR Unknown option given: " + call.string(i));
      }
      replace = true;
    }
    // What the primary or the file has accepted may take longer here.
    boolean limited = !call.isFromPrimary();
    String name = libraries.load(call.bytes(call.count() - 1), replace, limited);
    call.dirty(1);
    call.reply().bulk(name);
  }

  private void list(Call call) {
    boolean withCode = false;
    Bytes pattern = null;
    for (int i = 2; i < call.count(); i++) {
      if (!withCode && call.is(i, "WITHCODE")) {
        withCode = true;
      } else if (pattern == null && call.is(i, "LIBRARYNAME")) {
        if (++i == call.count()) {
          throw new CommandError("ERR library name argument was not given");
        }
        pattern = call.toBytes(i).toLowerCase();
      } else {
        throw new CommandError("ERR Unknown argument " + call.string(i));
      }
    }
    List<Library> shown = new ArrayList<>();
    for (Library library : libraries.all()) {
      if (pattern == null || Glob.matches(pattern, Bytes.of(library.name()).toLowerCase())) {
        shown.add(library);
      }
    }
    call.reply().array(shown.size());
    for (Library library : shown) {
      describe(call.reply(), library, withCode);
    }
  }

  private static void describe(Reply reply, Library library, boolean withCode) {
    reply.map(withCode ? 4 : 3);
    reply.bulk("library_name");
    reply.bulk(library.name());
    reply.bulk("engine");
    reply.bulk("LUA");
    reply.bulk("functions");
    reply.array(library.functions().size());
    for (Library.Function function : library.functions().values()) {
      reply.map(3);
      reply.bulk("name");
      reply.bulk(function.name());
      reply.bulk("description");
      String description = function.description();
      if (description == null) {
        reply.nullBulk();
      } else {
        reply.bulk(description);
      }
      reply.bulk("flags");
      flags(reply, function.flags());
    }
    if (withCode) {
      reply.bulk("library_code");
      reply.bulk(library.code());
    }
  }

  private static void flags(Reply reply, ScriptFlags flags) {
    reply.set(Integer.bitCount(flags.bits()));
    for (ScriptFlag flag : ScriptFlag.values()) {
      if (flags.has(flag)) {
        reply.simple(flag.text());
      }
    }
  }

  private void restore(Call call) {
    if (call.count() > 4) {
      throw Help.wrongUse(call);
    }
    Libraries.Policy policy = Libraries.Policy.APPEND;
    if (call.count() == 4) {
      policy = policy(call);
    }
    byte[] payload = call.bytes(2);
    if (!DumpPayload.verify(payload, false)) {
      throw new CommandError(DumpPayload.WRONG_FOOTER);
    }
    libraries.restore(FunctionPayload.sources(payload), policy);
    call.dirty(1);
    call.reply().ok();
  }

  private static Libraries.Policy policy(Call call) {
    for (Libraries.Policy policy : Libraries.Policy.values()) {
      if (call.is(3, policy.name())) {
        return policy;
      }
    }
    throw new CommandError(
        "ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.");
  }

  private void stats(Call call) {
    ScriptRun run = scripting.runner().current();
    if (run != null && run.isEval()) {
      throw Scripting.BUSY_SCRIPT;
    }
    Reply reply = call.reply();
    reply.map(2);
    reply.bulk("running_script");
    if (run == null) {
      reply.nullBulk();
    } else {
      reply.map(3);
      reply.bulk("name");
      reply.bulk(run.name());
      reply.bulk("command");
      Call running = run.call();
      reply.array(running.count());
      for (int i = 0; i < running.count(); i++) {
        reply.bulk(running.buffer(), running.offset(i), running.length(i));
      }
      reply.bulk("duration_ms");
      reply.integer(scripting.runner().runningMs());
    }
    reply.bulk("engines");
    reply.map(1);
    reply.bulk("LUA");
    reply.map(2);
    reply.bulk("libraries_count");
    reply.integer(libraries.count());
    reply.bulk("functions_count");
    reply.integer(libraries.functionCount());
  }

  private static void help(Call call) {
    Help.reply(
        call,
        "DELETE <LIBRARY NAME>",
        "    Delete the library.",
        "DUMP",
        "    Return all libraries as bytes that RESTORE takes.",
        "FLUSH [ASYNC|SYNC]",
        "    Delete all libraries. Without a mode, lazyfree-lazy-user-flush says which.",
        "KILL",
        "    End the function that is running, unless it has written already.",
        "LIST [LIBRARYNAME PATTERN] [WITHCODE]",
        "    List the libraries with their functions, and with their code if that is wanted.",
        "LOAD [REPLACE] <FUNCTION CODE>",
        "    Take a library in; with REPLACE, in place of one of the same name.",
        "RESTORE <PAYLOAD> [FLUSH|APPEND|REPLACE]",
        "    Take the libraries of a payload of DUMP in: in place of all there are (FLUSH), only if",
        "    none of them is there (APPEND, the default), or in place of those that are (REPLACE).",
        "STATS",
        "    Tell which function is running, and how many there are.");
  }
}
