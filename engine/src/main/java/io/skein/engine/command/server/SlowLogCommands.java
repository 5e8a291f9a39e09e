package io.skein.engine.command.server;

import static io.skein.engine.command.CommandFlag.ADMIN;
import static io.skein.engine.command.CommandFlag.LOADING;
import static io.skein.engine.command.CommandFlag.STALE;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.Help;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Reply;
import java.util.Iterator;

/// SLOWLOG and its subcommands.
public final class SlowLogCommands {
  private static final CommandError COUNT =
      new CommandError("ERR count should be greater than or equal to -1");

  private final SlowLog log;

  public SlowLogCommands(SlowLog log) {
    this.log = log;
  }

  /// Adds the commands to `table`.
  public void declare(CommandTable table) {
    Command slowlog =
        Command.named("slowlog")
            .group(Group.SERVER)
            .docs("2.2.12", "Depends on subcommand.", "Holds what concerns slow commands.");
    slowlog
        .sub("get")
        .docs("2.2.12", "O(N) with N the entries shown", "Shows the commands that took long.")
        .syntax("[count:integer]")
        .flags(ADMIN, LOADING, STALE)
        .history("4.0.0", "Shows the client's address and name.")
        .tips("request_policy:all_nodes", "nondeterministic_output")
        .does(this::get);
    slowlog
        .sub("len")
        .docs("2.2.12", "O(1)", "Counts the entries.")
        .flags(ADMIN, LOADING, STALE)
        .tips("request_policy:all_nodes", "response_policy:agg_sum", "nondeterministic_output")
        .does(call -> call.reply().integer(log.entries().size()));
    slowlog
        .sub("reset")
        .docs("2.2.12", "O(N) with N the number of entries", "Forgets all entries.")
        .flags(ADMIN, LOADING, STALE)
        .tips("request_policy:all_nodes", "response_policy:all_succeeded")
        .does(this::reset);
    slowlog
        .sub("help")
        .docs("6.2.0", "O(1)", "Lists the subcommands.")
        .flags(LOADING, STALE)
        .does(SlowLogCommands::help);
    table.add(slowlog);
  }

  private void get(Call call) {
    if (call.count() > 3) {
      throw Help.wrongUse(call);
    }
    long wanted = call.count() == 2 ? 10 : call.integer(2, -1, Long.MAX_VALUE, COUNT);
    int size = log.entries().size();
    int shown = wanted < 0 || wanted > size ? size : (int) wanted;
    Reply reply = call.reply();
    reply.array(shown);
    Iterator<SlowLog.Entry> entries = log.entries().iterator();
    for (int i = 0; i < shown; i++) {
      SlowLog.Entry entry = entries.next();
      reply.array(6);
      reply.integer(entry.id());
      reply.integer(entry.unixSeconds());
      reply.integer(entry.micros());
      reply.array(entry.arguments().length);
      for (byte[] argument : entry.arguments()) {
        reply.bulk(argument);
      }
      reply.bulk(entry.address());
      reply.bulk(entry.name());
    }
  }

  private void reset(Call call) {
    log.entries().clear();
    call.reply().ok();
  }

  private static void help(Call call) {
    Help.reply(
        call,
        "GET [<count>]",
        "    Show the last <count> slow commands (default: 10, -1 for all), each as:",
        "    id, time, duration in microseconds, arguments, client's address, client's name",
        "LEN",
        "    Count the entries.",
        "RESET",
        "    Forget all entries.");
  }
}
