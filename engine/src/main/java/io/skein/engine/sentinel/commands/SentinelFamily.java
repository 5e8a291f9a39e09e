package io.skein.engine.sentinel.commands;

import static io.skein.engine.command.CommandFlag.FAST;
import static io.skein.engine.command.CommandFlag.LOADING;
import static io.skein.engine.command.CommandFlag.NOSCRIPT;
import static io.skein.engine.command.CommandFlag.PUBSUB;
import static io.skein.engine.command.CommandFlag.STALE;

import io.skein.engine.command.Call;
import io.skein.engine.command.Category;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.InfoReport;
import io.skein.engine.command.InfoSection;
import io.skein.engine.config.Settings;
import io.skein.engine.resp.CommandError;
import io.skein.engine.sentinel.Admin;
import io.skein.engine.sentinel.SentinelPort;
import java.util.EnumSet;
import java.util.Set;

/// Makes a node's commands and INFO those of a Sentinel.
public final class SentinelFamily {
  /// What a Sentinel takes over from a server.
  private static final Set<String> KEPT =
      Set.of(
          "acl",
          "auth",
          "client",
          "command",
          "hello",
          "info",
          "ping",
          "psubscribe",
          "punsubscribe",
          "shutdown",
          "subscribe",
          "unsubscribe");

  private static final String HELLO_CHANNEL = "__sentinel__:hello";

  private final SentinelPort port;
  private final SentinelCommands commands;

  public SentinelFamily(Settings settings, SentinelPort port) {
    this.port = port;
    this.commands = new SentinelCommands(settings, port);
  }

  /// Leaves in `table` and `report` what a Sentinel has of a server, and adds what it has of its
  /// own.
  public void take(CommandTable table, InfoReport report) {
    table.keepOnly(name -> KEPT.contains(name));
    Command client = table.find("client");
    if (client != null) {
      client.withoutSub("no-touch");
    }
    report.keepOnly(
        EnumSet.of(InfoSection.SERVER, InfoSection.CLIENTS, InfoSection.STATS, InfoSection.CPU));
    report.add(InfoSection.SENTINEL, out -> Answers.write(out, port.ask(Admin::info)));
    commands.declare(table);
    table.add(
        Command.named("publish")
            .group(Group.PUBSUB)
            .docs("2.0.0", "O(1)", "Takes the hello of another Sentinel.")
            .syntax("channel message")
            .flags(PUBSUB, LOADING, STALE, FAST)
            .does(this::publish));
    table.add(
        Command.named("role")
            .group(Group.SERVER)
            .docs("2.8.12", "O(1)", "Tells that this is a Sentinel, and whom it watches.")
            .flags(NOSCRIPT, LOADING, STALE, FAST)
            .categories(Category.ADMIN, Category.DANGEROUS)
            .does(call -> Answers.write(call.reply(), port.ask(Admin::role))));
  }

  private void publish(Call call) {
    if (!call.string(1).equals(HELLO_CHANNEL)) {
      throw new CommandError("ERR Only HELLO messages are accepted by Sentinel instances.");
    }
    String message = call.string(2);
    Answers.write(call.reply(), port.ask(admin -> admin.hello(message)));
  }
}
