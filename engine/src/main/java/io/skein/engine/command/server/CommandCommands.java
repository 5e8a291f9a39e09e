package io.skein.engine.command.server;

import static io.skein.engine.command.CommandFlag.LOADING;
import static io.skein.engine.command.CommandFlag.STALE;

import io.skein.engine.bytes.Glob;
import io.skein.engine.command.Arguments;
import io.skein.engine.command.Call;
import io.skein.engine.command.Category;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Group;
import io.skein.engine.command.Help;
import io.skein.engine.command.KeyPositions;
import io.skein.engine.command.KeySpec;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Errors;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// COMMAND and its subcommands: what the declarations of all commands say.
public final class CommandCommands {
  private static final String ANY_ORDER = "nondeterministic_output_order";

  private final CommandTable table;

  public CommandCommands(CommandTable table) {
    this.table = table;
  }

  /// Adds the commands to the table that they tell of.
  public void declare() {
    Command command =
        Command.named("command")
            .group(Group.SERVER)
            .docs("2.8.13", "O(N) with N the number of commands", "Describes all commands.")
            .arity(-1)
            .flags(LOADING, STALE)
            .categories(Category.CONNECTION)
            .tips(ANY_ORDER)
            .does(call -> all(call));
    sub(command, "count", "2.8.13", "O(1)", "Counts the commands.")
        .does(call -> call.reply().integer(table.all().size()));
    sub(command, "info", "2.8.13", "O(N) with N the commands named", "Describes some commands.")
        .syntax("[command-name]...")
        .tips(ANY_ORDER)
        .history("7.0.0", "Without a name it describes all commands.")
        .does(this::info);
    sub(command, "docs", "7.0.0", "O(N) with N the commands named", "Documents some commands.")
        .syntax("[command-name]...")
        .tips(ANY_ORDER)
        .does(this::docs);
    sub(command, "getkeys", "2.8.13", "O(N) with N the arguments", "Finds the keys in a call.")
        .syntax("command [arg]...")
        .does(call -> keys(call, false));
    sub(
            command,
            "getkeysandflags",
            "7.0.0",
            "O(N) with N the arguments",
            "Finds the keys in a call, and what is done with them.")
        .syntax("command [arg]...")
        .does(call -> keys(call, true));
    sub(command, "list", "7.0.0", "O(N) with N the number of commands", "Names the commands.")
        .syntax(
            "[filterby: FILTERBY (filterby: MODULE module-name | ACLCAT category | PATTERN"
                + " pattern:pattern)]")
        .tips(ANY_ORDER)
        .does(this::list);
    sub(command, "help", "5.0.0", "O(1)", "Lists the subcommands.").does(CommandCommands::help);
    table.add(command);
  }

  private static Command sub(
      Command command, String name, String since, String complexity, String summary) {
    return command
        .sub(name)
        .docs(since, complexity, summary)
        .flags(LOADING, STALE)
        .categories(Category.CONNECTION);
  }

  private void all(Call call) {
    Collection<Command> commands = table.all();
    call.reply().array(commands.size());
    for (Command command : commands) {
      CommandDetails.write(call.reply(), command);
    }
  }

  private void info(Call call) {
    if (call.count() == 2) {
      all(call);
      return;
    }
    call.reply().array(call.count() - 2);
    for (int i = 2; i < call.count(); i++) {
      Command command = table.find(call.string(i));
      if (command == null) {
        call.reply().nullBulk();
      } else {
        CommandDetails.write(call.reply(), command);
      }
    }
  }

  private void docs(Call call) {
    int mark = call.reply().begin();
    int count = 0;
    if (call.count() == 2) {
      for (Command command : table.all()) {
        CommandDocs.write(call.reply(), command);
        count++;
      }
    }
    for (int i = 2; i < call.count(); i++) {
      Command command = table.find(call.string(i));
      if (command != null) {
        CommandDocs.write(call.reply(), command);
        count++;
      }
    }
    call.reply().endMap(mark, count);
  }

  private void keys(Call call, boolean withFlags) {
    byte[][] words = new byte[call.count() - 2][];
    for (int i = 0; i < words.length; i++) {
      words[i] = call.bytes(i + 2);
    }
    Arguments arguments = new Arguments();
    arguments.point(words);
    Command command = target(arguments);
    if (command == null) {
      throw new CommandError("ERR Invalid command specified");
    }
    if (command.keyFinder() == null
        && command.keySpecs().stream().allMatch(spec -> (spec.flags() & KeySpec.NOT_KEY) != 0)) {
      throw new CommandError("ERR The command has no key arguments");
    }
    if (!command.accepts(arguments.count())) {
      throw new CommandError("ERR Invalid number of arguments specified for command");
    }
    KeyPositions positions = new KeyPositions();
    boolean found = positions.find(command, arguments);
    int count = found ? positions.size() : 0;
    if (count == 0 && !command.has(CommandFlag.NO_MANDATORY_KEYS)) {
      throw new CommandError("ERR Invalid arguments specified for command");
    }
    call.reply().array(count);
    for (int i = 0; i < count; i++) {
      if (withFlags) {
        call.reply().array(2);
      }
      call.reply().bulk(words[positions.index(i)]);
      if (withFlags) {
        CommandDetails.statuses(call.reply(), KeySpec.flagNames(positions.flags(i)));
      }
    }
  }

  private @Nullable Command target(Arguments arguments) {
    Command command = table.find(arguments);
    if (command != null && command.isContainer() && arguments.count() > 1) {
      return command.subcommand(arguments.string(1).toLowerCase(Locale.ROOT));
    }
    return command;
  }

  private void list(Call call) {
    if (call.count() == 2) {
      int every = call.reply().begin();
      call.reply().endArray(every, names(call, table.all(), command -> true));
      return;
    }
    if (call.count() != 5 || !call.is(2, "FILTERBY")) {
      throw Errors.SYNTAX;
    }
    int mark = call.reply().begin();
    call.reply().endArray(mark, names(call, table.all(), filter(call)));
  }

  private static Predicate<Command> filter(Call call) {
    if (call.is(3, "MODULE")) {
      return command -> false;
    }
    if (call.is(3, "ACLCAT")) {
      String name = call.string(4).toLowerCase(Locale.ROOT);
      return command ->
          command.categoryList().stream().anyMatch(category -> category.wireName().equals(name));
    }
    if (call.is(3, "PATTERN")) {
      byte[] pattern = call.bytes(4);
      return command -> {
        byte[] name = command.fullName().getBytes(StandardCharsets.UTF_8);
        return Glob.matches(pattern, 0, pattern.length, name, 0, name.length, true);
      };
    }
    throw Errors.SYNTAX;
  }

  private static int names(Call call, Collection<Command> commands, Predicate<Command> filter) {
    int count = 0;
    for (Command command : commands) {
      if (filter.test(command)) {
        call.reply().bulk(command.fullName());
        count++;
      }
      count += names(call, command.subcommands(), filter);
    }
    return count;
  }

  private static void help(Call call) {
    Help.reply(
        call,
        "(no subcommand)",
        "    Describe all commands.",
        "COUNT",
        "    Count the commands.",
        "LIST [FILTERBY (MODULE <module-name>|ACLCAT <category>|PATTERN <pattern>)]",
        "    Name the commands.",
        "INFO [<command-name> ...]",
        "    Describe these commands, or all.",
        "DOCS [<command-name> ...]",
        "    Document these commands, or all.",
        "GETKEYS <full-command>",
        "    Find the keys in a call.",
        "GETKEYSANDFLAGS <full-command>",
        "    Find the keys in a call, and what is done with them.");
  }
}
