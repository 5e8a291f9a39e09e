package io.skein.engine.command.hyperloglog;

import io.skein.engine.command.CommandTable;
import io.skein.engine.config.Settings;

/// All commands on HyperLogLogs.
public final class HyperLogLogFamily {
  private HyperLogLogFamily() {}

  /// Adds the commands to `table`.
  public static void declare(CommandTable table, Settings settings) {
    new SketchCommands(settings).declare(table);
    new SketchDebugging(settings).declare(table);
  }
}
