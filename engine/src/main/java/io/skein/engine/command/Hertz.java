package io.skein.engine.command;

import io.skein.engine.config.ServerSettings;
import io.skein.engine.config.Settings;

/// How often per second a node does what is due by itself.
public final class Hertz {
  /// With `dynamic-hz`, the clients that one tick is enough for.
  private static final int CLIENTS_PER_TICK = 200;

  private static final int MOST = 500;

  private Hertz() {}

  /// `hz`; with `dynamic-hz` doubled until there are no more than so many clients for each tick.
  public static int of(Settings settings, int clients) {
    int hertz = Math.max(1, settings.integer(ServerSettings.HZ));
    if (settings.isOn(ServerSettings.DYNAMIC_HZ)) {
      while (hertz < MOST && clients / hertz > CLIENTS_PER_TICK) {
        hertz = Math.min(MOST, hertz * 2);
      }
    }
    return hertz;
  }
}
