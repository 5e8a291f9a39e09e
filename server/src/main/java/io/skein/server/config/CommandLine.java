package io.skein.server.config;

import io.skein.engine.config.ConfigText;
import io.skein.engine.config.LineGrammar;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The command line in redis-server's grammar: `[FILE] [--NAME VALUE ...] [-]`.
///
/// Options become lines that are read after the file and standard input, so that they win. A word
/// that begins with `--` is a value when it follows a name that has none yet, except after `--save`
/// and `--sentinel`, which old scripts give without one.
///
/// @param action what to do
/// @param configFile the file named first, or null
/// @param readsStandardInput whether configuration is read from standard input, after the file
/// @param options the options as lines of configuration, raw text
/// @param sentinelMode whether to start as a Sentinel
public record CommandLine(
    Action action,
    @Nullable String configFile,
    boolean readsStandardInput,
    String options,
    boolean sentinelMode) {

  /// What a command line asks for.
  public enum Action {
    /// Run a server.
    RUN,
    /// Print the usage and exit with 1.
    HELP,
    /// Print the version and exit with 0.
    VERSION,
    /// Test the machine's memory.
    TEST_MEMORY,
    /// Look for problems of this machine, and exit with 0 if there are none.
    CHECK_SYSTEM
  }

  /// Parses the arguments that follow the program's name.
  public static CommandLine parse(List<String> arguments) {
    Action action = arguments.isEmpty() ? Action.RUN : action(arguments.getFirst());
    boolean sentinel = arguments.contains("--sentinel");
    if (action != Action.RUN || arguments.isEmpty()) {
      return new CommandLine(action, null, false, "", sentinel);
    }
    String first = arguments.getFirst();
    String file = first.startsWith("-") ? null : first;
    boolean standardInput = false;
    boolean hasValue = true;
    StringBuilder options = new StringBuilder();
    for (int i = file == null ? 0 : 1; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      boolean last = i == arguments.size() - 1;
      if (argument.equals("-") && (i == 0 || last)) {
        standardInput = true;
      } else if (hasValue && argument.startsWith("--")) {
        options.append(options.isEmpty() ? "" : "\n");
        options.append(ConfigText.raw(argument.substring(2))).append(' ');
        boolean noneFollows = last || arguments.get(i + 1).startsWith("--");
        if (noneFollows && argument.equalsIgnoreCase("--save")) {
          options.append("\"\"");
        } else if (isLoneName(argument)) {
          hasValue = noneFollows && argument.equalsIgnoreCase("--sentinel");
        }
      } else {
        options.append(ConfigText.quoted(argument)).append(' ');
        hasValue = true;
      }
    }
    return new CommandLine(action, file, standardInput, options.toString(), sentinel);
  }

  private static boolean isLoneName(String argument) {
    List<String> words = LineGrammar.split(ConfigText.raw(argument));
    return words != null && words.size() == 1;
  }

  private static Action action(String first) {
    return switch (first) {
      case "-v", "--version" -> Action.VERSION;
      case "-h", "--help" -> Action.HELP;
      case "--test-memory" -> Action.TEST_MEMORY;
      case "--check-system" -> Action.CHECK_SYSTEM;
      default -> Action.RUN;
    };
  }
}
