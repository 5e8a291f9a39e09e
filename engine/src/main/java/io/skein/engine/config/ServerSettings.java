package io.skein.engine.config;

import static io.skein.engine.config.Declarations.INT_MAX;
import static io.skein.engine.config.Declarations.LONG_MAX;
import static io.skein.engine.config.Setting.IMMUTABLE;
import static io.skein.engine.config.Setting.MODIFIABLE;

import java.util.List;

/// The process, its log, its statistics and its rhythm.
public final class ServerSettings {
  private static final Declarations D = new Declarations();

  /// Whether the server detaches from its terminal.
  public static final BoolSetting DAEMONIZE = D.yesNo("daemonize", IMMUTABLE, false);

  /// Where the process id is written.
  public static final TextSetting PIDFILE = D.optional("pidfile", IMMUTABLE);

  /// Where the log is written; empty for standard output.
  public static final TextSetting LOGFILE = D.text("logfile", IMMUTABLE, "");

  /// The least important messages that are logged.
  public static final ChoiceSetting<LogLevel> LOGLEVEL =
      D.choice("loglevel", MODIFIABLE, LogLevel.values(), LogLevel.NOTICE);

  /// How many databases there are; one in cluster mode.
  public static final NumberSetting DATABASES = D.number("databases", IMMUTABLE, 1, INT_MAX, 16);

  /// Background rounds per second.
  public static final NumberSetting HZ =
      D.add(
          new NumberSetting(
              "hz", null, MODIFIABLE, NumberSetting.Form.HERTZ, false, 0, INT_MAX, 10));

  /// Whether there are more rounds when there are many clients.
  public static final BoolSetting DYNAMIC_HZ = D.yesNo("dynamic-hz", MODIFIABLE, true);

  /// Whether idle time is used to finish the growth of tables.
  public static final BoolSetting ACTIVEREHASHING = D.yesNo("activerehashing", MODIFIABLE, true);

  /// How hard the background looks for expired keys.
  public static final NumberSetting ACTIVE_EXPIRE_EFFORT =
      D.number("active-expire-effort", MODIFIABLE, 1, 10, 1);

  /// Microseconds above which a command is in the slow log; negative for never.
  public static final NumberSetting SLOWLOG_LOG_SLOWER_THAN =
      D.number("slowlog-log-slower-than", MODIFIABLE, -1, LONG_MAX, 10_000);

  /// Entries of the slow log.
  public static final NumberSetting SLOWLOG_MAX_LEN =
      D.number("slowlog-max-len", MODIFIABLE, 0, LONG_MAX, 128);

  /// Milliseconds above which an event counts as a latency spike; 0 for never.
  public static final NumberSetting LATENCY_MONITOR_THRESHOLD =
      D.number("latency-monitor-threshold", MODIFIABLE, 0, LONG_MAX, 0);

  /// Whether the times of every command are counted.
  public static final BoolSetting LATENCY_TRACKING = D.yesNo("latency-tracking", MODIFIABLE, true);

  /// The percentiles that INFO latencystats shows.
  public static final Setting<List<Double>> LATENCY_TRACKING_INFO_PERCENTILES =
      D.add(new PercentilesSetting());

  /// Milliseconds after which a running script answers others with BUSY.
  public static final NumberSetting BUSY_REPLY_THRESHOLD =
      D.number("busy-reply-threshold", "lua-time-limit", MODIFIABLE, 0, LONG_MAX, 5000);

  /// The events that are published.
  public static final Setting<KeyspaceEvents> NOTIFY_KEYSPACE_EVENTS =
      D.add(new KeyspaceEventsSetting());

  /// Keys whose readers are remembered for client-side caching.
  public static final NumberSetting TRACKING_TABLE_MAX_KEYS =
      D.unsigned("tracking-table-max-keys", null, MODIFIABLE, 0, LONG_MAX, 1_000_000);

  /// Seconds that a shutdown waits for replicas.
  public static final NumberSetting SHUTDOWN_TIMEOUT =
      D.number("shutdown-timeout", MODIFIABLE, 0, INT_MAX, 10);

  /// How SIGINT shuts down.
  public static final Setting<ShutdownFlags> SHUTDOWN_ON_SIGINT =
      D.add(new ShutdownFlagsSetting("shutdown-on-sigint"));

  /// How SIGTERM shuts down.
  public static final Setting<ShutdownFlags> SHUTDOWN_ON_SIGTERM =
      D.add(new ShutdownFlagsSetting("shutdown-on-sigterm"));

  /// The order of letters for SORT ALPHA; empty for the environment's.
  public static final TextSetting LOCALE_COLLATE =
      D.text("locale-collate", MODIFIABLE, "", TextSetting.Check.LOCALE);

  /// Whether the log also goes to the system's.
  public static final BoolSetting SYSLOG_ENABLED = D.yesNo("syslog-enabled", IMMUTABLE, false);

  /// Which supervisor is told when the server is ready.
  public static final ChoiceSetting<String> SUPERVISED =
      D.word("supervised", IMMUTABLE, "no", "upstart", "systemd", "auto", "no");

  static final List<Setting<?>> ALL = D.all();

  private ServerSettings() {}
}
