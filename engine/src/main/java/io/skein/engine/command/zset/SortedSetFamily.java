package io.skein.engine.command.zset;

import io.skein.engine.command.BlockedKeys;
import io.skein.engine.command.CommandTable;

/// All commands on sorted sets but those that take them for places on the earth.
public final class SortedSetFamily {
  private SortedSetFamily() {}

  /// Adds the commands to `table`.
  ///
  /// @param seed of the random choices of ZRANDMEMBER
  public static void declare(CommandTable table, BlockedKeys blockedKeys, long seed) {
    new AddCommands().declare(table);
    new ScoreCommands().declare(table);
    new RangeCommands().declare(table);
    new OldRangeCommands().declare(table);
    new RemoveRangeCommands().declare(table);
    new PopCommands(blockedKeys).declare(table);
    new CombineCommands().declare(table);
    new SampleCommands(seed).declare(table);
  }
}
