package io.skein.server.net;

import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.Settings;
import io.skein.server.log.ServerLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// How many files the system lets this process have open, and so how many clients.
///
/// The JVM has raised the soft limit to the hard one by the time this runs.
public final class OpenFiles {
  /// Descriptors for everything that is no client: listeners, files, jars, event loops.
  private static final int RESERVED = 32;

  private static final long UNLIMITED = Long.MAX_VALUE;

  private OpenFiles() {}

  /// Lowers `maxclients` to what the limit allows, and says so.
  public static void adjust(Settings settings, ServerLog log) {
    long wanted = settings.number(NetworkSettings.MAXCLIENTS);
    long limit = limit();
    if (wanted + RESERVED > limit) {
      long possible = Math.max(1, limit - RESERVED);
      settings.put(NetworkSettings.MAXCLIENTS, possible);
      log.warning(
          ("You requested maxclients of " + wanted + " requiring at least ")
              + ((wanted + RESERVED) + " max file descriptors."));
      log.warning(
          ("Current maximum open files is " + limit + ". maxclients has been reduced to ")
              + (possible + " to compensate for low ulimit. If you need higher maxclients increase")
              + " 'ulimit -n'.");
    }
  }

  /// The most open files, as Linux tells it; [#UNLIMITED] where it is not to be known.
  private static long limit() {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
        if (line.startsWith("Max open files")) {
          String soft = line.substring("Max open files".length()).strip().split(" +")[0];
          return soft.equals("unlimited") ? UNLIMITED : Long.parseLong(soft);
        }
      }
    } catch (IOException notLinux) {
      return UNLIMITED;
    }
    return UNLIMITED;
  }
}
