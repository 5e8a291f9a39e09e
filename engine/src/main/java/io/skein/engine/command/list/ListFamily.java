package io.skein.engine.command.list;

import io.skein.engine.command.BlockedKeys;
import io.skein.engine.command.CommandTable;

/// All commands on lists.
public final class ListFamily {
  private ListFamily() {}

  /// Adds the commands to `table`.
  public static void declare(CommandTable table, BlockedKeys blockedKeys) {
    new PushCommands().declare(table);
    new PopCommands(blockedKeys).declare(table);
    new MoveCommands(blockedKeys).declare(table);
    new RangeCommands().declare(table);
    new SearchCommands().declare(table);
  }
}
