package io.skein.engine.command.string;

import io.skein.engine.command.CommandTable;
import io.skein.engine.config.Settings;

/// All commands on strings but those on bits.
public final class StringFamily {
  private StringFamily() {}

  /// Adds the commands to `table`.
  public static void declare(CommandTable table, Settings settings) {
    new StringCommands(settings).declare(table);
    new SeveralStrings().declare(table);
    new CompareCommands().declare(table);
    new CounterCommands().declare(table);
    new RangeCommands(settings).declare(table);
    new LcsCommand(settings).declare(table);
  }
}
