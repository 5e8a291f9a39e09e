package io.skein.engine.command.hash;

import io.skein.engine.command.CommandTable;

/// All commands on hashes.
public final class HashFamily {
  private HashFamily() {}

  /// Adds the commands to `table`.
  ///
  /// @param seed of what HRANDFIELD chooses
  public static void declare(CommandTable table, long seed) {
    new FieldCommands().declare(table);
    new NumberFields().declare(table);
    new WholeHash().declare(table);
    new RandomFields(seed).declare(table);
    new FieldTimes().declare(table);
    new FieldsAndTimes().declare(table);
  }
}
