package io.skein.engine.command.server;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.Handler;
import io.skein.engine.command.Help;
import io.skein.engine.rdb.DumpPayload;
import io.skein.engine.resp.CommandError;

/// FUNCTION, of a server that has no libraries and cannot run any: tools that carry the libraries
/// of a cluster to a new node find that there are none, and are refused where there would be one.
public final class FunctionCommands {
  private static final CommandError WRONG_FOOTER = new CommandError(DumpPayload.WRONG_FOOTER);
  private static final CommandError NO_LIBRARIES =
      new CommandError("ERR This server cannot run functions, and takes no libraries of them");
  private static final CommandError WRONG_POLICY =
      new CommandError(
          "ERR Wrong restore policy given, value should be either FLUSH, APPEND or REPLACE.");
  private static final CommandError NO_NAME =
      new CommandError("ERR library name argument was not given");
  private static final CommandError WRONG_FLUSH =
      new CommandError("ERR FUNCTION FLUSH only supports SYNC|ASYNC option");

  /// Adds the command to `table`.
  public void declare(CommandTable table) {
    Command function =
        Command.named("function")
            .group(Group.SCRIPTING)
            .docs("7.0.0", "Depends on subcommand.", "Holds what concerns libraries of functions.");
    sub(function, "dump", "Returns all libraries as bytes that RESTORE takes.", this::dump);
    sub(function, "flush", "Deletes all libraries.", this::flush)
        .syntax("[flush-type: ASYNC | SYNC]")
        .flags(CommandFlag.WRITE);
    sub(function, "help", "Lists the subcommands.", FunctionCommands::help)
        .flags(CommandFlag.LOADING, CommandFlag.STALE);
    sub(function, "list", "Lists the libraries.", this::list)
        .syntax("[LIBRARYNAME library-name-pattern] [WITHCODE]");
    sub(
            function,
            "restore",
            "Takes libraries from the bytes that DUMP has returned.",
            this::restore)
        .syntax("serialized-value [policy: FLUSH | APPEND | REPLACE]")
        .flags(CommandFlag.WRITE, CommandFlag.DENYOOM);
    table.add(function);
  }

  private static Command sub(Command function, String name, String summary, Handler action) {
    return function
        .sub(name)
        .docs("7.0.0", "O(1), there being no libraries.", summary)
        .flags(CommandFlag.NOSCRIPT)
        .does(action);
  }

  private void dump(Call call) {
    call.reply().bulk(DumpPayload.ofNothing());
  }

  private void flush(Call call) {
    if (call.count() > 3) {
      throw Help.wrongUse(call);
    }
    if (call.count() == 3 && !call.is(2, "SYNC") && !call.is(2, "ASYNC")) {
      throw WRONG_FLUSH;
    }
    call.reply().ok();
  }

  private void list(Call call) {
    boolean withCode = false;
    boolean named = false;
    for (int i = 2; i < call.count(); i++) {
      if (!withCode && call.is(i, "WITHCODE")) {
        withCode = true;
      } else if (!named && call.is(i, "LIBRARYNAME")) {
        if (++i == call.count()) {
          throw NO_NAME;
        }
        named = true;
      } else {
        throw new CommandError("ERR Unknown argument " + call.string(i));
      }
    }
    call.reply().array(0);
  }

  private void restore(Call call) {
    if (call.count() > 4) {
      throw Help.wrongUse(call);
    }
    if (call.count() == 4
        && !call.is(3, "FLUSH")
        && !call.is(3, "APPEND")
        && !call.is(3, "REPLACE")) {
      throw WRONG_POLICY;
    }
    byte[] payload = call.bytes(2);
    if (!DumpPayload.verify(payload, false)) {
      throw WRONG_FOOTER;
    }
    if (!DumpPayload.isNothing(payload)) {
      throw NO_LIBRARIES;
    }
    call.reply().ok();
  }

  private static void help(Call call) {
    Help.reply(
        call,
        "DUMP",
        "    Returns all libraries as bytes.",
        "FLUSH [ASYNC|SYNC]",
        "    Deletes all libraries, of which there are none.",
        "LIST [LIBRARYNAME PATTERN] [WITHCODE]",
        "    Lists the libraries, of which there are none.",
        "RESTORE <PAYLOAD> [FLUSH|APPEND|REPLACE]",
        "    Takes the libraries of a payload of DUMP, if there are none in it.");
  }
}
