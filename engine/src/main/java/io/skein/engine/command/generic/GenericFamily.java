package io.skein.engine.command.generic;

import io.skein.engine.command.CommandTable;
import io.skein.engine.command.Leniency;
import io.skein.engine.config.LogLevel;
import io.skein.engine.config.Settings;
import io.skein.engine.keyspace.Keyspace;
import java.util.function.BiConsumer;

/// All commands on keys whatever their type.
public final class GenericFamily {
  private GenericFamily() {}

  /// Adds the commands to `table`.
  ///
  /// @param leniency what DEBUG has switched off
  /// @param log is told why RESTORE refuses a value
  /// @param seed of the choice of RANDOMKEY
  public static void declare(
      CommandTable table,
      Settings settings,
      Keyspace keyspace,
      Leniency leniency,
      BiConsumer<LogLevel, String> log,
      long seed) {
    new KeyCommands(settings).declare(table);
    new ExpireCommands(settings).declare(table);
    new TtlCommands().declare(table);
    new MoveCommands().declare(table);
    new WalkCommands(keyspace, seed).declare(table);
    new ObjectCommands(settings).declare(table);
    new DumpCommands(settings, leniency, log).declare(table);
    new SortCommands().declare(table);
  }
}
