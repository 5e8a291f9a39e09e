package io.skein.engine.command.server;

import io.skein.engine.command.LatencyEvents;
import io.skein.engine.config.ServerSettings;
import io.skein.engine.config.Settings;

/// The texts of LATENCY GRAPH and LATENCY DOCTOR.
final class LatencyReport {
  private static final int COLUMNS = 80;
  private static final int ROWS = 4;
  private static final long MINUTE = 60;
  private static final long HOUR = 3600;
  private static final long DAY = 86_400;

  private LatencyReport() {}

  /// A column for each sample, the newest at the right, and below it how long ago it was.
  static String graph(String event, LatencyEvents.Series series, long nowMs) {
    int first = Math.max(0, series.count() - COLUMNS);
    long high = 0;
    long low = Long.MAX_VALUE;
    for (int i = first; i < series.count(); i++) {
      high = Math.max(high, series.ms(i));
      low = Math.min(low, series.ms(i));
    }
    StringBuilder s = new StringBuilder();
    s.append(event).append(" - high ").append(high).append(" ms, low ").append(low);
    s.append(" ms (all time high ").append(series.maximum()).append(" ms)\n");
    s.append("-".repeat(COLUMNS)).append('\n');
    for (int row = ROWS; row > 0; row--) {
      for (int i = first; i < series.count(); i++) {
        s.append(cell(series.ms(i) - low, high - low, row));
      }
      s.append('\n');
    }
    s.append('\n');
    labels(s, series, first, nowMs);
    return s.toString();
  }

  /// What column shows in `row`, counted from 1 at the bottom: full, its top, or nothing.
  private static char cell(long height, long highest, int row) {
    double top = highest == 0 ? 0.5 : (double) height / highest * ROWS;
    if (top >= row) {
      return '#';
    }
    if (top > row - 1 + 0.5) {
      return 'o';
    }
    return top > row - 1 || row == 1 ? '_' : ' ';
  }

  private static void labels(StringBuilder s, LatencyEvents.Series series, int first, long nowMs) {
    String[] ages = new String[series.count() - first];
    int longest = 0;
    for (int i = 0; i < ages.length; i++) {
      ages[i] = age(nowMs / 1000 - series.second(first + i));
      longest = Math.max(longest, ages[i].length());
    }
    for (int line = 0; line < longest; line++) {
      for (String age : ages) {
        s.append(line < age.length() ? age.charAt(line) : ' ');
      }
      s.append('\n');
    }
  }

  private static String age(long seconds) {
    if (seconds < MINUTE) {
      return seconds + "s";
    }
    if (seconds < HOUR) {
      return seconds / MINUTE + "m";
    }
    return seconds < DAY ? seconds / HOUR + "h" : seconds / DAY + "d";
  }

  /// What can be said about all delays.
  static String of(Settings settings, LatencyEvents events, long nowMs) {
    long threshold = settings.number(ServerSettings.LATENCY_MONITOR_THRESHOLD);
    if (threshold == 0) {
      return "The latency monitor is off. Switch it on with CONFIG SET latency-monitor-threshold"
          + " <milliseconds>, and come back when something was slow.\n";
    }
    if (events.all().isEmpty()) {
      return "Nothing took " + threshold + " ms or more since the latency monitor is on.\n";
    }
    StringBuilder s = new StringBuilder("Kinds of events that took long:\n\n");
    events.all().forEach((event, series) -> describe(s, event, series, nowMs));
    s.append("\nWhat may help:\n");
    if (events.find("command") != null || events.find("fast-command") != null) {
      s.append("- SLOWLOG GET shows which commands took long. Commands on many elements at once")
          .append(" can be split, KEYS replaced by SCAN, DEL by UNLINK.\n");
    }
    s.append("- If commands that do little are slow too, look for other load on this machine,")
        .append(" swapping and, for virtual machines, stolen time.\n");
    return s.toString();
  }

  private static void describe(
      StringBuilder s, String event, LatencyEvents.Series series, long nowMs) {
    long sum = 0;
    for (int i = 0; i < series.count(); i++) {
      sum += series.ms(i);
    }
    int last = series.count() - 1;
    s.append("- ").append(event).append(": ").append(series.count()).append(" samples, average ");
    s.append(sum / series.count()).append(" ms, longest ").append(series.maximum());
    s.append(" ms, last ").append(age(nowMs / 1000 - series.second(last))).append(" ago.\n");
  }
}
