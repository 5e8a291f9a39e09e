package io.skein.engine.acl;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// Which commands may be executed: a bit for each, and the rules that it came to be by.
///
/// The rules are kept in order, as later ones win, but without those that a later one has made
/// void, so that they do not grow without end.
final class CommandRules {
  /// Commands and subcommands that there can be; the last bit stands for those that are yet to
  /// come.
  static final int MOST_COMMANDS = 1024;

  private final long[] allowed = new long[MOST_COMMANDS / 64];
  private final Map<Integer, List<String>> firstArguments = new TreeMap<>();
  private final List<String> rules = new ArrayList<>();

  /// Whether every command may be executed, and no rule since has taken one away.
  private boolean all;

  CommandRules copy() {
    CommandRules copy = new CommandRules();
    System.arraycopy(allowed, 0, copy.allowed, 0, allowed.length);
    firstArguments.forEach((id, words) -> copy.firstArguments.put(id, new ArrayList<>(words)));
    copy.rules.addAll(rules);
    copy.all = all;
    return copy;
  }

  boolean isAll() {
    return all;
  }

  /// `+@all` or `-@all`.
  void all(boolean allow) {
    Arrays.fill(allowed, allow ? -1L : 0);
    firstArguments.clear();
    rules.clear();
    all = allow;
  }

  /// `+command` or `-command`, its subcommands included.
  void command(RuledCommand command, boolean allow) {
    change(command, allow);
    remember(command.fullName(), allow);
  }

  /// `+command|argument`: allowed with this first argument only, which is no subcommand.
  void firstArgument(RuledCommand command, String argument) {
    List<String> words = firstArguments.computeIfAbsent(command.id(), id -> new ArrayList<>());
    if (words.stream().noneMatch(argument::equalsIgnoreCase)) {
      words.add(argument);
    }
    remember(command.fullName() + "|" + argument, true);
  }

  /// `+@category` or `-@category`.
  void category(CommandCatalog catalog, String name, long bit, boolean allow) {
    remember("@" + name, allow);
    for (RuledCommand command : catalog.all()) {
      if ((command.categoryBits() & bit) != 0) {
        change(command, allow);
      }
      for (RuledCommand child : command.subcommands()) {
        if ((child.categoryBits() & bit) != 0) {
          change(child, allow);
        }
      }
    }
  }

  private void change(RuledCommand command, boolean allow) {
    set(command.id(), allow);
    firstArguments.remove(command.id());
    for (RuledCommand child : command.subcommands()) {
      set(child.id(), allow);
    }
  }

  private void set(int id, boolean allow) {
    if (allow) {
      allowed[id >> 6] |= 1L << id;
    } else {
      allowed[id >> 6] &= ~(1L << id);
      all = false;
    }
  }

  /// Appends a rule, and drops what it makes void: rules on the same command or category, and those
  /// on parts of it.
  private void remember(String what, boolean allow) {
    String name = what.toLowerCase(Locale.ROOT);
    rules.removeIf(rule -> {
      String about = rule.substring(1);
      return about.equals(name) || about.startsWith(name + "|");
    });
    rules.add((allow ? "+" : "-") + name);
  }

  /// Whether the command may be executed whatever its arguments.
  boolean allows(int id) {
    return (allowed[id >> 6] & 1L << id) != 0;
  }

  /// The first arguments with which the command may be executed though it may not otherwise.
  List<String> firstArguments(int id) {
    return firstArguments.getOrDefault(id, List.of());
  }

  /// The rules in the form of ACL GETUSER.
  String describe() {
    String start = allows(MOST_COMMANDS - 1) ? "+@all" : "-@all";
    return rules.isEmpty() ? start : start + " " + String.join(" ", rules);
  }
}
