package io.skein.simulator;

/// The clocks of one machine: a wall clock, which jumps, and a monotonic one, which drifts.
final class NodeClock {
  private static final long START_MS = 1_700_000_000_000L;
  private static final long US_PER_MS = 1000;
  private static final double MILLION = 1e6;

  private final Schedule schedule;
  private final int driftPpm;
  private long wallOffsetMs;

  /// What the process took as its base when it started.
  private long baseWallMs;

  private long baseMonotonicMs;

  NodeClock(Schedule schedule, int driftPpm) {
    this.schedule = schedule;
    this.driftPpm = driftPpm;
  }

  long monotonicUs() {
    long now = schedule.nowUs();
    return now + (long) (now * (driftPpm / MILLION));
  }

  long monotonicMs() {
    return monotonicUs() / US_PER_MS;
  }

  long wallMs() {
    return START_MS + wallOffsetMs + monotonicMs();
  }

  void jump(long ms) {
    wallOffsetMs += ms;
  }

  /// A process starts.
  void start() {
    baseWallMs = wallMs();
    baseMonotonicMs = monotonicMs();
  }

  /// The process's time: the wall clock as it was at the start, going on by the monotonic one.
  long processMs() {
    return baseWallMs + monotonicMs() - baseMonotonicMs;
  }

  /// When, in the simulation's time, the process's time will be `ms`.
  long toUs(long ms) {
    long monotonic = (ms - baseWallMs + baseMonotonicMs) * US_PER_MS;
    return (long) Math.ceil(monotonic / (1 + driftPpm / MILLION)) + 1;
  }
}
