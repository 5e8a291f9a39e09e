package io.skein.engine.command.server;

import static io.skein.engine.command.CommandFlag.LOADING;
import static io.skein.engine.command.CommandFlag.STALE;

import io.skein.engine.command.Call;
import io.skein.engine.command.Category;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.InfoReport;
import io.skein.engine.command.InfoSection;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/// INFO.
public final class InfoCommand {
  private final InfoReport report;

  public InfoCommand(InfoReport report) {
    this.report = report;
  }

  /// Adds the command to `table`.
  public void declare(CommandTable table) {
    table.add(
        Command.named("info")
            .group(Group.SERVER)
            .docs("1.0.0", "O(1)", "Describes the server and what it has done.")
            .syntax("[section]...")
            .flags(LOADING, STALE)
            .categories(Category.DANGEROUS)
            .history("7.0.0", "Several sections in one call.")
            .tips("nondeterministic_output", "request_policy:all_shards", "response_policy:special")
            .does(call -> call.reply().verbatim("txt", report.text(sections(call)))));
  }

  private static Set<InfoSection> sections(Call call) {
    Set<InfoSection> wanted = EnumSet.noneOf(InfoSection.class);
    if (call.count() == 1) {
      addUsual(wanted);
    }
    for (int i = 1; i < call.count(); i++) {
      String name = call.string(i).toLowerCase(Locale.ROOT);
      switch (name) {
        case "default" -> addUsual(wanted);
        case "all", "everything" -> {
          wanted.addAll(EnumSet.complementOf(EnumSet.of(InfoSection.DEBUG)));
        }
        default -> {
          for (InfoSection section : InfoSection.values()) {
            if (section.wireName().equals(name)) {
              wanted.add(section);
            }
          }
        }
      }
    }
    return wanted;
  }

  private static void addUsual(Set<InfoSection> wanted) {
    for (InfoSection section : InfoSection.values()) {
      if (section.isUsual()) {
        wanted.add(section);
      }
    }
  }
}
