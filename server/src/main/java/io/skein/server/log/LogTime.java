package io.skein.server.log;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/// Writes points in time in the local zone, without the formatter of the JDK, which is slow to
/// load.
final class LogTime {
  private static final String[] MONTHS = {
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"
  };

  /// No zone changes its offset within a quarter of an hour that begins on the hour.
  private static final long QUARTER_MS = 15 * 60 * 1000;

  private long quarter = Long.MIN_VALUE;
  private long offsetMs;

  /// Appends `unixMs` as `22 Nov 2026 15:58:11.123`.
  synchronized void append(StringBuilder line, long unixMs) {
    if (unixMs / QUARTER_MS != quarter) {
      quarter = unixMs / QUARTER_MS;
      offsetMs =
          ZoneId.systemDefault()
                  .getRules()
                  .getOffset(Instant.ofEpochMilli(unixMs))
                  .getTotalSeconds()
              * 1000L;
    }
    long local = unixMs + offsetMs;
    LocalDate day = LocalDate.ofEpochDay(Math.floorDiv(local, 86_400_000L));
    int ms = (int) Math.floorMod(local, 86_400_000L);
    digits(line, day.getDayOfMonth(), 10).append(' ').append(MONTHS[day.getMonthValue() - 1]);
    line.append(' ').append(day.getYear()).append(' ');
    digits(line, ms / 3_600_000, 10).append(':');
    digits(line, ms / 60_000 % 60, 10).append(':');
    digits(line, ms / 1000 % 60, 10).append('.');
    digits(line, ms % 1000, 100);
  }

  private static StringBuilder digits(StringBuilder line, int value, int first) {
    for (int unit = first; unit > 0; unit /= 10) {
      line.append((char) ('0' + value / unit % 10));
    }
    return line;
  }
}
