package io.skein.engine.command.server;

import static io.skein.engine.command.CommandFlag.ADMIN;
import static io.skein.engine.command.CommandFlag.FAST;
import static io.skein.engine.command.CommandFlag.LOADING;
import static io.skein.engine.command.CommandFlag.NOSCRIPT;
import static io.skein.engine.command.CommandFlag.NO_ASYNC_LOADING;
import static io.skein.engine.command.CommandFlag.READONLY;
import static io.skein.engine.command.CommandFlag.STALE;

import io.skein.engine.bytes.Numbers;
import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.Help;
import io.skein.engine.config.SecuritySettings;
import io.skein.engine.config.Settings;
import io.skein.engine.resp.CommandError;
import java.util.function.LongSupplier;

/// TIME, LOLWUT and MODULE.
public final class NodeCommands {
  private static final CommandError NOT_ALLOWED =
      new CommandError(
          "ERR MODULE command not allowed. If the enable-module-command option is set to \"local\","
              + " you can run it from a local connection, otherwise you need to set this option in"
              + " the configuration file, and then restart the server.");
  private static final CommandError NO_MODULES =
      new CommandError("ERR Error loading the extension. Please check the server logs.");
  private static final CommandError NONE_TO_UNLOAD =
      new CommandError("ERR Error unloading module: no such module with that name");

  private final Settings settings;
  private final LongSupplier unixMicros;

  /// @param unixMicros the time of day in microseconds
  public NodeCommands(Settings settings, LongSupplier unixMicros) {
    this.settings = settings;
    this.unixMicros = unixMicros;
  }

  /// Adds the commands to `table`.
  public void declare(CommandTable table) {
    table.add(
        Command.named("time")
            .group(Group.SERVER)
            .docs("2.6.0", "O(1)", "Tells the server's time.")
            .flags(LOADING, STALE, FAST)
            .tips("nondeterministic_output")
            .does(this::time));
    table.add(
        Command.named("lolwut")
            .group(Group.SERVER)
            .docs("5.0.0", "", "Draws a flock, and tells the version.")
            .syntax("[version: VERSION version:integer]")
            .flags(READONLY, FAST)
            .does(Lolwut::draw));
    modules(table);
  }

  private void time(Call call) {
    long now = unixMicros.getAsLong();
    call.reply().array(2);
    call.reply().bulk(Numbers.toBytes(now / 1_000_000));
    call.reply().bulk(Numbers.toBytes(now % 1_000_000));
  }

  private void modules(CommandTable table) {
    Command module =
        Command.named("module")
            .group(Group.SERVER)
            .docs("4.0.0", "Depends on subcommand.", "Holds what concerns modules.");
    module
        .sub("list")
        .docs("4.0.0", "O(1)", "Names the modules, of which there are none.")
        .flags(ADMIN, NOSCRIPT)
        .tips("nondeterministic_output_order")
        .does(call -> call.reply().array(0));
    module
        .sub("load")
        .docs("4.0.0", "O(1)", "Is refused: there are no modules.")
        .syntax("path [arg]...")
        .flags(NO_ASYNC_LOADING, ADMIN, NOSCRIPT)
        .does(call -> refuse(call, NO_MODULES));
    module
        .sub("loadex")
        .docs("7.0.0", "O(1)", "Is refused: there are no modules.")
        .syntax("path [configs: CONFIG name value]... [ARGS args...]")
        .flags(NO_ASYNC_LOADING, ADMIN, NOSCRIPT)
        .does(call -> refuse(call, NO_MODULES));
    module
        .sub("unload")
        .docs("4.0.0", "O(1)", "Is refused: there are no modules.")
        .syntax("name")
        .flags(NO_ASYNC_LOADING, ADMIN, NOSCRIPT)
        .does(call -> refuse(call, NONE_TO_UNLOAD));
    module
        .sub("help")
        .docs("5.0.0", "O(1)", "Lists the subcommands.")
        .flags(LOADING, STALE)
        .does(call ->
            Help.reply(
                call, "LIST", "    Name the loaded modules: there are none, and none can be."));
    table.add(module);
  }

  private void refuse(Call call, CommandError error) {
    boolean allowed =
        switch (settings.get(SecuritySettings.ENABLE_MODULE_COMMAND)) {
          case NO -> false;
          case YES -> true;
          case LOCAL -> call.session().isLocal();
        };
    throw allowed ? error : NOT_ALLOWED;
  }
}
