package io.skein.engine.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Features that this version lacks: their settings may only have the default, so that nobody
/// relies on them.
public final class UnsupportedSettings {
  /// A setting that must keep its default, and what to tell who changes it.
  ///
  /// @param harmless a value, besides the default, that asks for nothing; null if there is none
  private record Unsupported(Setting<?> setting, String reason, @Nullable Object harmless) {
    Unsupported(Setting<?> setting, String reason) {
      this(setting, reason, null);
    }
  }

  private static final List<Unsupported> ALL =
      List.of(
          new Unsupported(
              ServerSettings.DAEMONIZE,
              "a JVM cannot detach itself: use a supervisor such as systemd, or nohup"),
          new Unsupported(
              ServerSettings.SUPERVISED,
              "no supervisor is told when the server is ready: use systemd's Type=exec",
              "auto"),
          new Unsupported(
              ServerSettings.SYSLOG_ENABLED,
              "the log cannot be sent to the system's: log to standard output under systemd"));

  private UnsupportedSettings() {}

  /// Refuses the value that `setting` has in `settings` if this version cannot honour it.
  static void check(Settings settings, Setting<?> setting) throws ConfigError {
    for (Unsupported unsupported : ALL) {
      Object value = settings.get(setting);
      if (unsupported.setting.equals(setting)
          && !value.equals(setting.initial())
          && !value.equals(unsupported.harmless)) {
        throw new ConfigError(unsupported.reason);
      }
    }
  }

  /// Whether some values of `setting` are refused.
  static boolean concerns(Setting<?> setting) {
    for (Unsupported unsupported : ALL) {
      if (unsupported.setting.equals(setting)) {
        return true;
      }
    }
    return false;
  }
}
