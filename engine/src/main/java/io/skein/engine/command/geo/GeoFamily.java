package io.skein.engine.command.geo;

import io.skein.engine.command.CommandTable;

/// All commands on places.
public final class GeoFamily {
  private GeoFamily() {}

  /// Adds the commands to `table`.
  public static void declare(CommandTable table) {
    new PlaceCommands().declare(table);
    new SearchCommands().declare(table);
  }
}
