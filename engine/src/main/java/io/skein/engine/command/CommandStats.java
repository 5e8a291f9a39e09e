package io.skein.engine.command;

/// What INFO commandstats and latencystats say about one command.
public final class CommandStats {
  private long calls;
  private long nanos;
  private long rejected;
  private long failed;
  private @org.jspecify.annotations.Nullable LatencyHistogram histogram;

  CommandStats() {}

  /// Counts `count` calls that took `elapsedNanos` together; `histogram` says whether latencies are
  /// kept.
  public void ran(long count, long elapsedNanos, boolean track) {
    calls += count;
    nanos += elapsedNanos;
    if (track) {
      LatencyHistogram h = histogram;
      if (h == null) {
        h = new LatencyHistogram();
        histogram = h;
      }
      h.record(elapsedNanos / count, count);
    }
  }

  /// Counts a call that a gate turned away.
  public void rejected() {
    rejected++;
  }

  /// Counts a call that ran and replied with an error.
  public void failed() {
    failed++;
  }

  /// Forgets everything.
  public void reset() {
    calls = 0;
    nanos = 0;
    rejected = 0;
    failed = 0;
    histogram = null;
  }

  public long calls() {
    return calls;
  }

  public long nanos() {
    return nanos;
  }

  public long rejectedCalls() {
    return rejected;
  }

  public long failedCalls() {
    return failed;
  }

  /// The latencies of the calls, or null when none were kept.
  public @org.jspecify.annotations.Nullable LatencyHistogram histogram() {
    return histogram;
  }
}
