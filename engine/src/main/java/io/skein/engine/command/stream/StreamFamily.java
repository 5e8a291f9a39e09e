package io.skein.engine.command.stream;

import io.skein.engine.command.BlockedKeys;
import io.skein.engine.command.CommandTable;

/// All commands on streams.
public final class StreamFamily {
  private StreamFamily() {}

  /// Adds the commands to `table`; `blockedKeys` has those who wait for entries.
  public static void declare(CommandTable table, BlockedKeys blockedKeys) {
    new AddCommands(blockedKeys).declare(table);
    new TrimCommands().declare(table);
    new RangeCommands().declare(table);
    new ReadCommands(blockedKeys).declare(table);
    new GroupCommands(blockedKeys).declare(table);
    new PendingCommands().declare(table);
    new ClaimCommands().declare(table);
    new StreamReports().declare(table);
  }
}
