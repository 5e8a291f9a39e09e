package io.skein.engine.command;

import io.skein.engine.resp.CommandError;
import java.util.Locale;

/// The reply of HELP, which every command with subcommands has.
public final class Help {
  private Help() {}

  /// Replies with `lines`, each a usage or, indented by four spaces, what it does, between the head
  /// and the tail that all such replies have.
  public static void reply(Call call, String... lines) {
    Command container = call.command().container();
    String name = (container == null ? call.command() : container).name();
    call.reply().array(lines.length + 3);
    call.reply()
        .simple(
            name.toUpperCase(Locale.ROOT)
                + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
    for (String line : lines) {
      call.reply().simple(line);
    }
    call.reply().simple("HELP");
    call.reply().simple("    Print this text.");
  }

  /// The error for a subcommand whose arguments fit none of its forms.
  public static CommandError wrongUse(Call call) {
    Command container = call.command().container();
    String name = (container == null ? call.command() : container).name();
    return new CommandError(
        "ERR unknown subcommand or wrong number of arguments for '"
            + call.string(1)
            + "'. Try "
            + name.toUpperCase(Locale.ROOT)
            + " HELP.");
  }
}
