package io.skein.engine.config;

import org.jspecify.annotations.Nullable;

/// A configuration that cannot be loaded; the server does not start.
public final class ConfigFileError extends Exception {
  private static final long serialVersionUID = 1L;

  private final String report;

  private ConfigFileError(String reason, String report) {
    super(reason, null, true, false);
    this.report = report;
  }

  /// A fault in the line `text`, number `line` counting from 1, of `source`: the name of an
  /// included file, or null for the main text (file, standard input and command line together).
  static ConfigFileError at(@Nullable String source, int line, String text, String reason) {
    String where = source == null ? "" : " of " + source;
    return new ConfigFileError(
        reason,
        heading()
            + ("Reading the configuration file, at line " + line + where + "\n")
            + (">>> '" + text + "'\n" + reason + "\n"));
  }

  /// A fault in a `sentinel` line.
  public static ConfigFileError atLine(SentinelLine line, String reason) {
    return at(null, line.number(), line.text(), reason);
  }

  /// A configuration whose lines are sound one by one but not together, or not on this machine.
  public static ConfigFileError ofWhole(String reason) {
    return new ConfigFileError(reason, heading() + reason + "\n");
  }

  /// A file that cannot be opened: `reason` is the operating system's.
  public static ConfigFileError cannotOpen(String file, String reason) {
    String text = "Fatal error, can't open config file '" + file + "': " + reason;
    return new ConfigFileError(text, text + "\n");
  }

  private static String heading() {
    return "\n*** FATAL CONFIG FILE ERROR (Redis " + ConfigReader.REDIS_VERSION + ") ***\n";
  }

  /// The reason alone, one line.
  public String reason() {
    return String.valueOf(getMessage());
  }

  /// All that is to be written to standard error, with its line ends; the exit code is then 1.
  public String report() {
    return report;
  }
}
