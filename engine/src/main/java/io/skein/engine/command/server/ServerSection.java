package io.skein.engine.command.server;

import io.skein.engine.command.HostProcess;
import io.skein.engine.command.InfoReport;
import io.skein.engine.command.InfoSection;
import io.skein.engine.command.InfoText;
import io.skein.engine.command.NodeTitle;
import io.skein.engine.config.NetworkSettings;
import io.skein.engine.config.ServerSettings;
import io.skein.engine.config.Settings;
import io.skein.engine.config.TlsSettings;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/// The sections of INFO about the process: server, cpu, modules, cluster.
public final class ServerSection {
  private static final long MICROS = 1_000_000;
  private static final long SECONDS_PER_DAY = 86_400;

  private final Settings settings;
  private final NodeTitle title;
  private final HostProcess host;
  private final LongSupplier nowMs;
  private final IntSupplier hertz;

  /// @param hertz how often per second the node does what is due by itself
  public ServerSection(
      Settings settings, NodeTitle title, HostProcess host, LongSupplier nowMs, IntSupplier hertz) {
    this.settings = settings;
    this.title = title;
    this.host = host;
    this.nowMs = nowMs;
    this.hertz = hertz;
  }

  /// Adds what is known here to `report`.
  public void contribute(InfoReport report) {
    report.add(InfoSection.SERVER, this::server);
    report.add(InfoSection.CPU, this::cpu);
    report.add(InfoSection.MODULES, out -> {});
    report.add(
        InfoSection.CLUSTER, out -> out.flag("cluster_enabled", title.mode().equals("cluster")));
  }

  private void server(InfoText out) {
    long now = nowMs.getAsLong();
    long uptime = Math.max(0, now - title.startedMs()) / 1000;
    long port = settings.number(NetworkSettings.PORT);
    out.field("redis_version", NodeTitle.REDIS_VERSION);
    out.field("redis_git_sha1", "00000000");
    out.field("redis_git_dirty", 0);
    out.field("redis_build_id", "0");
    out.field("redis_mode", title.mode());
    out.field("os", host.operatingSystem());
    out.field("arch_bits", 64);
    out.field("monotonic_clock", "System.nanoTime");
    out.field("multiplexing_api", host.transport());
    out.field("process_id", host.processId());
    out.field("process_supervised", settings.get(ServerSettings.SUPERVISED));
    out.field("run_id", title.runId());
    out.field("tcp_port", port != 0 ? port : settings.number(TlsSettings.TLS_PORT));
    out.field("server_time_usec", now * 1000);
    out.field("uptime_in_seconds", uptime);
    out.field("uptime_in_days", uptime / SECONDS_PER_DAY);
    out.field("hz", hertz.getAsInt());
    out.field("configured_hz", settings.number(ServerSettings.HZ));
    out.field("lru_clock", now / 1000 & 0xffffff);
    out.field("executable", host.executable());
    out.field("config_file", host.configFile());
    out.flag("io_threads_active", settings.number(NetworkSettings.IO_THREADS) > 1);
    List<String> listeners = host.listeners();
    for (int i = 0; i < listeners.size(); i++) {
      out.field("listener" + i, listeners.get(i));
    }
  }

  private void cpu(InfoText out) {
    long system = host.systemMicros();
    long user = host.userMicros();
    out.field("used_cpu_sys", seconds(system));
    out.field("used_cpu_user", seconds(user));
    out.field("used_cpu_sys_children", seconds(0));
    out.field("used_cpu_user_children", seconds(0));
    out.field("used_cpu_sys_main_thread", seconds(system));
    out.field("used_cpu_user_main_thread", seconds(user));
  }

  private static String seconds(long micros) {
    return InfoText.decimal((double) micros / MICROS, 6);
  }
}
