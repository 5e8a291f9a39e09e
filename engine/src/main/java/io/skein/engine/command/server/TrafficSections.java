package io.skein.engine.command.server;

import io.skein.engine.command.Command;
import io.skein.engine.command.CommandStats;
import io.skein.engine.command.CommandTable;
import io.skein.engine.command.InfoReport;
import io.skein.engine.command.InfoSection;
import io.skein.engine.command.InfoText;
import io.skein.engine.command.LatencyHistogram;
import io.skein.engine.command.Traffic;
import io.skein.engine.config.ServerSettings;
import io.skein.engine.config.Settings;
import java.util.Collection;
import java.util.StringJoiner;

/// The sections of INFO about commands: how often, how long, and which errors.
public final class TrafficSections {
  private final Settings settings;
  private final CommandTable table;
  private final Traffic traffic;

  public TrafficSections(Settings settings, CommandTable table, Traffic traffic) {
    this.settings = settings;
    this.table = table;
    this.traffic = traffic;
  }

  /// Adds what is known here to `report`.
  public void contribute(InfoReport report) {
    report.add(InfoSection.COMMANDSTATS, out -> calls(out, table.all()));
    report.add(
        InfoSection.ERRORSTATS,
        out ->
            traffic
                .errors()
                .counts()
                .forEach((code, count) -> out.field("errorstat_" + safe(code), "count=" + count)));
    report.add(
        InfoSection.LATENCYSTATS,
        out -> {
          if (settings.isOn(ServerSettings.LATENCY_TRACKING)) {
            latencies(out, table.all());
          }
        });
    report.onReset(traffic::reset);
  }

  private static void calls(InfoText out, Collection<Command> commands) {
    for (Command command : commands) {
      CommandStats stats = command.stats();
      long calls = stats.calls();
      if (calls + stats.rejectedCalls() + stats.failedCalls() > 0) {
        double micros = stats.nanos() / 1000.0;
        out.field(
            "cmdstat_" + safe(command.fullName()),
            "calls="
                + calls
                + ",usec="
                + (long) micros
                + ",usec_per_call="
                + InfoText.decimal(calls == 0 ? 0 : micros / calls, 2)
                + ",rejected_calls="
                + stats.rejectedCalls()
                + ",failed_calls="
                + stats.failedCalls());
      }
      calls(out, command.subcommands());
    }
  }

  private void latencies(InfoText out, Collection<Command> commands) {
    for (Command command : commands) {
      LatencyHistogram histogram = command.stats().histogram();
      if (histogram != null) {
        StringJoiner percentiles = new StringJoiner(",");
        for (double percent : settings.get(ServerSettings.LATENCY_TRACKING_INFO_PERCENTILES)) {
          percentiles.add(
              "p"
                  + plain(percent)
                  + "="
                  + InfoText.decimal(histogram.percentile(percent) / 1000.0, 3));
        }
        out.field("latency_percentiles_usec_" + safe(command.fullName()), percentiles.toString());
      }
      latencies(out, command.subcommands());
    }
  }

  /// A percentile without the zeros at its end.
  private static String plain(double percent) {
    String text = InfoText.decimal(percent, 6);
    int end = text.length();
    while (text.charAt(end - 1) == '0') {
      end--;
    }
    return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
  }

  /// A name in which nothing can be taken for the format of INFO.
  private static String safe(String name) {
    return name.replaceAll("[#:\\r\\n]", "_");
  }
}
