package io.skein.engine.command.server;

import io.skein.engine.command.InfoReport;
import io.skein.engine.command.InfoSection;
import io.skein.engine.command.InfoText;

/// What the event loops do with their time, as far as the engine sees it: turns, in which commands
/// are executed, and the work of cron.
///
/// A cycle is one of either. What a loop spends on reading and writing is not in it.
public final class LoopTimes {
  private static final long NANOS_PER_MICRO = 1000;

  private final Rates cyclesPerSecond = new Rates(this::cycles);
  private final Rates nanosPerSecond = new Rates(this::nanos);
  private long cycles;
  private long nanos;
  private long commandNanos;
  private long cronNanos;
  private long appendNanos;
  private long longestNanos;
  private long mostCommands;

  /// A loop has made a turn.
  ///
  /// @param took how long, in nanoseconds
  /// @param inCommands what of it commands took
  /// @param commands how many there were
  public void turned(long took, long inCommands, long commands) {
    cycle(took);
    commandNanos += inCommands;
    mostCommands = Math.max(mostCommands, commands);
  }

  /// Cron has run.
  public void ticked(long took) {
    cycle(took);
    cronNanos += took;
  }

  /// What was logged was handed on to the append only file.
  public void appended(long took) {
    appendNanos += took;
  }

  private void cycle(long took) {
    cycles++;
    nanos += took;
    longestNanos = Math.max(longestNanos, took);
  }

  /// Takes samples, when they are due.
  public void sample(long nowMs) {
    cyclesPerSecond.sample(nowMs);
    nanosPerSecond.sample(nowMs);
  }

  /// Adds what is known here to `report`.
  public void contribute(InfoReport report) {
    report.add(InfoSection.STATS, this::statistics);
    report.add(InfoSection.DEBUG, this::details);
    report.onReset(this::reset);
  }

  private void statistics(InfoText out) {
    long perSecond = cyclesPerSecond.perSecond();
    long each = perSecond == 0 ? 0 : nanosPerSecond.perSecond() / perSecond;
    out.field("eventloop_cycles", cycles);
    out.field("eventloop_duration_sum", nanos / NANOS_PER_MICRO);
    out.field("eventloop_duration_cmd_sum", commandNanos / NANOS_PER_MICRO);
    out.field("instantaneous_eventloop_cycles_per_sec", perSecond);
    out.field("instantaneous_eventloop_duration_usec", each / NANOS_PER_MICRO);
  }

  private void details(InfoText out) {
    out.field("eventloop_duration_aof_sum", appendNanos / NANOS_PER_MICRO);
    out.field("eventloop_duration_cron_sum", cronNanos / NANOS_PER_MICRO);
    out.field("eventloop_duration_max", longestNanos / NANOS_PER_MICRO);
    out.field("eventloop_cmd_per_cycle_max", mostCommands);
  }

  private void reset() {
    cycles = 0;
    nanos = 0;
    commandNanos = 0;
    cronNanos = 0;
    appendNanos = 0;
    longestNanos = 0;
    mostCommands = 0;
  }

  private long cycles() {
    return cycles;
  }

  private long nanos() {
    return nanos;
  }
}
