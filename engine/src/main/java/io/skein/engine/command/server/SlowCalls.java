package io.skein.engine.command.server;

import io.skein.engine.command.Call;
import io.skein.engine.command.Command;
import io.skein.engine.command.CommandFlag;
import io.skein.engine.command.LatencyEvents;
import io.skein.engine.command.Traffic;
import io.skein.engine.command.Watcher;
import io.skein.engine.config.ServerSettings;
import io.skein.engine.config.Settings;

/// Tells the slow log and the latency monitor how long commands take.
///
/// Commands flagged `fast` are timed together unless one of the two wants to know of times that a
/// fast command may well take.
public final class SlowCalls implements Watcher {
  /// Below this threshold, in microseconds, every command is timed by itself.
  private static final long FAST_MICROS = 1000;

  private final Settings settings;
  private final Traffic traffic;
  private final SlowLog slowLog;
  private final LatencyEvents latency;

  public SlowCalls(Settings settings, Traffic traffic, SlowLog slowLog, LatencyEvents latency) {
    this.settings = settings;
    this.traffic = traffic;
    this.slowLog = slowLog;
    this.latency = latency;
    settings.onChange(ServerSettings.SLOWLOG_LOG_SLOWER_THAN, s -> configure());
    settings.onChange(ServerSettings.LATENCY_MONITOR_THRESHOLD, s -> configure());
    settings.onChange(ServerSettings.LATENCY_TRACKING, s -> configure());
  }

  /// Has the dispatcher tell as much as the settings ask for.
  public void configure() {
    long slow = settings.number(ServerSettings.SLOWLOG_LOG_SLOWER_THAN);
    long spike = settings.number(ServerSettings.LATENCY_MONITOR_THRESHOLD) * 1000;
    boolean each = slow >= 0 && slow < FAST_MICROS || spike > 0 && spike <= FAST_MICROS;
    traffic.watcher(slow < 0 && spike == 0 ? null : this, each);
    traffic.trackLatency(settings.isOn(ServerSettings.LATENCY_TRACKING));
  }

  @Override
  public void after(Call call, long nanos) {
    long micros = nanos / 1000;
    if (!call.command().has(CommandFlag.SKIP_SLOWLOG)) {
      slowLog.executed(call, micros);
    }
    if (looksAtLatency(call.command())) {
      return;
    }
    boolean fast = call.command().has(CommandFlag.FAST);
    latency.happened(fast ? "fast-command" : "command", micros / 1000, call.nowMs());
  }

  /// What LATENCY takes by itself, which may be long the first time, is not what it is asked for:
  /// behind LATENCY RESET there is nothing to be seen.
  private static boolean looksAtLatency(Command command) {
    Command container = command.container();
    return container != null && container.name().equals("latency");
  }
}
