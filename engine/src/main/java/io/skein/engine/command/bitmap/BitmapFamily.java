package io.skein.engine.command.bitmap;

import io.skein.engine.command.CommandTable;
import io.skein.engine.config.Settings;

/// All commands on the bits of strings.
public final class BitmapFamily {
  private BitmapFamily() {}

  /// Adds the commands to `table`.
  public static void declare(CommandTable table, Settings settings) {
    BitOffsets offsets = new BitOffsets(settings);
    new BitCommands(offsets).declare(table);
    new BitSearch().declare(table);
    new BitOperation().declare(table);
    new BitfieldCommands(offsets).declare(table);
  }
}
