package io.skein.engine.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Features that this version lacks: their settings may only have the default, so that nobody
/// relies on them.
public final class UnsupportedSettings {
  private static final String NO_TLS = "TLS is not supported by this version";

  /// A setting that must keep its default, and what to tell who changes it.
  private record Unsupported(Setting<?> setting, String reason) {}

  private static final List<Unsupported> ALL =
      List.of(
          new Unsupported(
              PersistenceSettings.APPENDONLY,
              "append only files are not supported by this version"),
          new Unsupported(
              SecuritySettings.ACLFILE, "access control lists are not supported by this version"),
          new Unsupported(TlsSettings.TLS_PORT, NO_TLS),
          new Unsupported(TlsSettings.TLS_CLUSTER, NO_TLS),
          new Unsupported(TlsSettings.TLS_REPLICATION, NO_TLS),
          new Unsupported(
              ServerSettings.DAEMONIZE,
              "a JVM cannot detach itself: use a supervisor such as systemd, or nohup"),
          new Unsupported(
              ServerSettings.SYSLOG_ENABLED,
              "the log cannot be sent to the system's: log to standard output under systemd"));

  private UnsupportedSettings() {}

  /// Why `setting` cannot have `value`; null if it can.
  static @Nullable String refusal(Setting<?> setting, Object value) {
    for (Unsupported unsupported : ALL) {
      if (unsupported.setting.equals(setting) && !value.equals(setting.initial())) {
        return unsupported.reason;
      }
    }
    return null;
  }
}
