package io.skein.engine.command.server;

import static io.skein.engine.command.CommandFlag.ADMIN;
import static io.skein.engine.command.CommandFlag.LOADING;
import static io.skein.engine.command.CommandFlag.NOSCRIPT;
import static io.skein.engine.command.CommandFlag.STALE;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.Help;
import io.skein.engine.command.HostError;
import io.skein.engine.command.HostProcess;
import io.skein.engine.command.InfoReport;
import io.skein.engine.command.NodeTitle;
import io.skein.engine.config.ConfigError;
import io.skein.engine.config.ConfigText;
import io.skein.engine.config.Settings;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import java.util.ArrayList;
import java.util.List;

/// CONFIG and its subcommands.
public final class ConfigCommands {
  private static final String ALL_NODES = "request_policy:all_nodes";
  private static final String ALL_SUCCEEDED = "response_policy:all_succeeded";

  private final Settings settings;
  private final InfoReport report;
  private final NodeTitle title;
  private final HostProcess host;

  public ConfigCommands(Settings settings, InfoReport report, NodeTitle title, HostProcess host) {
    this.settings = settings;
    this.report = report;
    this.title = title;
    this.host = host;
  }

  /// Adds the commands to `table`.
  public void declare(CommandTable table) {
    Command config =
        Command.named("config")
            .group(Group.SERVER)
            .docs("2.0.0", "Depends on subcommand.", "Holds what concerns the configuration.");
    sub(config, "get", "2.0.0", "Shows the values of settings.")
        .syntax("parameter...")
        .history("7.0.0", "Several patterns in one call.")
        .does(this::get);
    sub(config, "set", "2.0.0", "Changes settings while the server runs.")
        .syntax("(data: parameter value)...")
        .history("7.0.0", "Several settings in one call, all of them or none.")
        .tips(ALL_NODES, ALL_SUCCEEDED)
        .does(this::set);
    sub(config, "resetstat", "2.0.0", "Starts the statistics of INFO anew.")
        .tips(ALL_NODES, ALL_SUCCEEDED)
        .does(this::resetStatistics);
    sub(config, "rewrite", "2.8.0", "Writes the settings in force to the configuration file.")
        .tips(ALL_NODES, ALL_SUCCEEDED)
        .does(this::rewrite);
    config
        .sub("help")
        .docs("5.0.0", "O(1)", "Lists the subcommands.")
        .flags(LOADING, STALE)
        .does(ConfigCommands::help);
    table.add(config);
  }

  private static Command sub(Command config, String name, String since, String summary) {
    String complexity = name.length() == 3 ? "O(N) with N the number of settings given" : "O(1)";
    return config.sub(name).docs(since, complexity, summary).flags(ADMIN, NOSCRIPT, LOADING, STALE);
  }

  private void get(Call call) {
    List<String> found = settings.matching(words(call, 2));
    call.reply().map(found.size() / 2);
    for (String text : found) {
      call.reply().bulk(ConfigText.bytes(text));
    }
  }

  private void set(Call call) {
    if (call.count() % 2 != 0) {
      throw Errors.SYNTAX;
    }
    try {
      settings.set(words(call, 2), call.session().isLocal(), title.isLoading());
    } catch (ConfigError refused) {
      throw new CommandError(refused.reason());
    }
    call.reply().ok();
  }

  private static List<String> words(Call call, int from) {
    List<String> words = new ArrayList<>();
    for (int i = from; i < call.count(); i++) {
      words.add(ConfigText.of(call.bytes(i)));
    }
    return words;
  }

  private void resetStatistics(Call call) {
    report.reset();
    call.reply().ok();
  }

  private void rewrite(Call call) {
    rewrite(call, host, false);
  }

  static void rewrite(Call call, HostProcess host, boolean all) {
    try {
      host.rewriteConfig(all);
    } catch (HostError failed) {
      throw new CommandError("ERR " + failed.reason());
    }
    call.reply().ok();
  }

  private static void help(Call call) {
    Help.reply(
        call,
        "GET <pattern>",
        "    Show the settings whose names match the glob-like <pattern>.",
        "SET <directive> <value>",
        "    Change a setting.",
        "RESETSTAT",
        "    Start the statistics of INFO anew.",
        "REWRITE",
        "    Write the settings in force to the configuration file.");
  }
}
