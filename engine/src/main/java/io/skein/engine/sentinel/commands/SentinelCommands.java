package io.skein.engine.sentinel.commands;

import static io.skein.engine.command.CommandFlag.ADMIN;
import static io.skein.engine.command.CommandFlag.LOADING;
import static io.skein.engine.command.CommandFlag.STALE;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.Help;
import io.skein.engine.config.Settings;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import io.skein.engine.sentinel.Admin;
import io.skein.engine.sentinel.Answer;
import io.skein.engine.sentinel.SentinelPort;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// SENTINEL and its subcommands.
final class SentinelCommands {
  private static final CommandError INVALID_QUORUM = new CommandError("ERR Invalid quorum");
  private static final CommandError INVALID_PORT = new CommandError("ERR Invalid port");
  private static final int MAX_PORT = 65_535;

  private final SentinelPort port;
  private final ConfigOptions config;

  SentinelCommands(Settings settings, SentinelPort port) {
    this.port = port;
    this.config = new ConfigOptions(settings, port);
  }

  void declare(CommandTable table) {
    Command sentinel =
        Command.named("sentinel")
            .group(Group.SENTINEL)
            .docs("2.8.4", "Depends on subcommand.", "Holds what concerns the Sentinel.")
            .flags(ADMIN);
    sentinel
        .sub("help")
        .docs("6.2.0", "O(1)", "Lists the subcommands.")
        .flags(LOADING, STALE)
        .does(SentinelHelp::reply);
    questions(sentinel);
    orders(sentinel);
    settings(sentinel);
    table.add(sentinel);
  }

  private void questions(Command sentinel) {
    String each = "O(N) with N the number of instances";
    sub(sentinel, "masters", "2.8.4", each, "Lists the primaries that are watched.")
        .does(call -> ask(call, Admin::primaries));
    sub(sentinel, "master", "2.8.4", "O(1)", "Tells the state of a primary.")
        .syntax("master-name")
        .does(call -> ask(call, call.string(2), Admin::primary));
    for (String name : List.of("replicas", "slaves")) {
      Command replicas =
          sub(
                  sentinel,
                  name,
                  name.equals("slaves") ? "2.8.0" : "5.0.0",
                  each,
                  "Lists the replicas of a primary.")
              .syntax("master-name")
              .does(call -> ask(call, call.string(2), Admin::replicas));
      if (name.equals("slaves")) {
        replicas.deprecated("5.0.0", "`SENTINEL REPLICAS`");
      }
    }
    sub(sentinel, "sentinels", "2.8.4", each, "Lists the other Sentinels of a primary.")
        .syntax("master-name")
        .does(call -> ask(call, call.string(2), Admin::sentinels));
    sub(sentinel, "myid", "6.2.0", "O(1)", "Tells the id of this Sentinel.")
        .does(call -> ask(call, Admin::myId));
    sub(sentinel, "get-master-addr-by-name", "2.8.4", "O(1)", "Tells where a primary is.")
        .syntax("master-name")
        .does(call -> ask(call, call.string(2), Admin::addressOf));
    sub(
            sentinel,
            "is-master-down-by-addr",
            "2.8.4",
            "O(1)",
            "Tells whether a primary is down, and votes for a Sentinel.")
        .syntax("ip port:integer current-epoch:integer runid")
        .does(this::isDown);
    sub(sentinel, "ckquorum", "2.8.4", each, "Tells whether a failover could be agreed on.")
        .syntax("master-name")
        .does(call -> ask(call, call.string(2), Admin::checkQuorum));
    sub(sentinel, "info-cache", "3.2.0", each, "Shows what instances last said in INFO.")
        .arity(-3)
        .syntax("nodename...")
        .does(call -> {
          List<String> names = words(call, 2);
          ask(call, admin -> admin.infoCache(names));
        });
    sub(sentinel, "pending-scripts", "2.8.4", "O(N)", "Lists scripts that run or are to run.")
        .does(call -> ask(call, Admin::pendingScripts));
    sub(sentinel, "why", "7.2.0", each, "Explains how a primary is seen, and what was decided.")
        .syntax("master-name")
        .does(call -> ask(call, call.string(2), Admin::why));
  }

  private void orders(Command sentinel) {
    sub(sentinel, "monitor", "2.8.4", "O(1)", "Begins to watch a primary.")
        .syntax("name ip port:integer quorum:integer")
        .does(this::monitor);
    sub(sentinel, "remove", "2.8.4", "O(1)", "Watches a primary no more.")
        .syntax("master-name")
        .does(call -> ask(call, call.string(2), Admin::remove));
    sub(sentinel, "reset", "2.8.4", "O(N)", "Forgets all but the names of primaries.")
        .syntax("pattern:pattern")
        .does(call -> {
          var pattern = call.toBytes(2);
          ask(call, admin -> admin.reset(pattern));
        });
    sub(sentinel, "failover", "2.8.4", "O(1)", "Puts a replica in a primary's place.")
        .syntax("master-name [COORDINATED]")
        .does(this::failover);
    sub(sentinel, "forget", "7.2.0", "O(1)", "Forgets one replica or one Sentinel.")
        .arity(-5)
        .syntax("master-name (instance: REPLICA host port:integer | SENTINEL id)")
        .does(this::forget);
    sub(sentinel, "flushconfig", "2.8.4", "O(1)", "Writes the configuration file.")
        .does(call -> ask(call, Admin::flushConfig));
    sub(sentinel, "simulate-failure", "3.2.0", "O(1)", "Has this Sentinel crash in a failover.")
        .arity(-3)
        .syntax("(mode: CRASH-AFTER-ELECTION | CRASH-AFTER-PROMOTION | HELP)...")
        .does(this::simulateFailure);
  }

  private void settings(Command sentinel) {
    sub(sentinel, "set", "2.8.4", "O(1)", "Sets options of a primary.")
        .arity(-5)
        .syntax("master-name (data: option value)...")
        .does(call -> {
          String name = call.string(2);
          List<String> words = words(call, 3);
          ask(call, admin -> admin.set(name, words));
        });
    sub(sentinel, "config", "6.2.0", "O(N)", "Shows or sets options of the whole Sentinel.")
        .arity(-4)
        .syntax(
            "(action: SET (parameter-value: parameter value)... | GET (parameter: parameter)...)")
        .history("7.2.0", "Several parameters in one call.")
        .does(config::run);
    sub(sentinel, "debug", "7.0.0", "O(N)", "Shows or sets how often things are done.")
        .arity(-2)
        .syntax("[data: parameter value]...")
        .does(call -> {
          List<String> words = words(call, 2);
          ask(call, admin -> admin.debug(words));
        });
  }

  private static Command sub(
      Command sentinel, String name, String since, String cost, String summary) {
    return sentinel.sub(name).docs(since, cost, summary).flags(ADMIN);
  }

  private void ask(Call call, Function<Admin, Answer> question) {
    Answers.write(call.reply(), port.ask(question));
  }

  /// A question about one primary.
  private interface AboutPrimary {
    Answer ask(Admin admin, String name);
  }

  private void ask(Call call, String name, AboutPrimary question) {
    ask(call, admin -> question.ask(admin, name));
  }

  static List<String> words(Call call, int from) {
    List<String> words = new ArrayList<>();
    for (int i = from; i < call.count(); i++) {
      words.add(call.string(i));
    }
    return words;
  }

  private void isDown(Call call) {
    String host = call.string(2);
    long at = call.integer(3);
    long epoch = call.integer(4);
    String candidate = call.string(5);
    if (at < 0 || at > MAX_PORT || epoch < 0) {
      throw Errors.NOT_AN_INTEGER;
    }
    ask(call, admin -> admin.isDown(host, (int) at, epoch, candidate));
  }

  private void monitor(Call call) {
    String name = call.string(2);
    String host = call.string(3);
    long quorum = call.integer(5, INVALID_QUORUM);
    long at = call.integer(4, INVALID_PORT);
    Answer isName = port.ask(admin -> new Answer.Int(admin.isToBeResolved(host) ? 1 : 0));
    if (isName.equals(new Answer.Int(1))) {
      port.lookUp(host);
    }
    ask(call, admin -> admin.monitor(name, host, at, quorum));
  }

  private void failover(Call call) {
    String name = call.string(2);
    boolean coordinated = call.count() == 4;
    if (coordinated && !call.is(3, "COORDINATED")) {
      throw Errors.SYNTAX;
    }
    ask(call, admin -> admin.failover(name, coordinated));
  }

  private void forget(Call call) {
    String name = call.string(2);
    String what = call.string(4);
    if (call.is(3, "SENTINEL") && call.count() == 5) {
      ask(call, admin -> admin.forgetSentinel(name, what));
    } else if (call.is(3, "REPLICA") && call.count() == 6) {
      long at = call.integer(5, 1, MAX_PORT, INVALID_PORT);
      ask(call, admin -> admin.forgetReplica(name, what, (int) at));
    } else {
      throw Help.wrongUse(call);
    }
  }

  private void simulateFailure(Call call) {
    boolean afterElection = false;
    boolean afterPromotion = false;
    for (int i = 2; i < call.count(); i++) {
      if (call.is(i, "crash-after-election")) {
        afterElection = true;
      } else if (call.is(i, "crash-after-promotion")) {
        afterPromotion = true;
      } else if (call.is(i, "help")) {
        call.reply().array(2);
        call.reply().bulk("crash-after-election");
        call.reply().bulk("crash-after-promotion");
        return;
      } else {
        throw new CommandError("ERR Unknown failure simulation specified");
      }
    }
    boolean election = afterElection;
    boolean promotion = afterPromotion;
    ask(call, admin -> admin.simulateFailure(election, promotion));
  }
}
