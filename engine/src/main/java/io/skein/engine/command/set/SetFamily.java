package io.skein.engine.command.set;

import io.skein.engine.command.CommandTable;
import io.skein.engine.config.Settings;

/// All commands on sets.
public final class SetFamily {
  private SetFamily() {}

  /// Adds the commands to `table`.
  ///
  /// @param seed of what SPOP and SRANDMEMBER choose
  public static void declare(CommandTable table, Settings settings, long seed) {
    new MemberCommands().declare(table);
    new RandomMembers(settings, seed).declare(table);
    new SetAlgebra().declare(table);
  }
}
