package io.skein.engine.command;

import io.skein.engine.config.ServerSettings;
import io.skein.engine.config.Settings;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Times at which something took long, by the kind of event: what LATENCY shows.
///
/// An event counts when it took `latency-monitor-threshold` milliseconds or more; with 0, none
/// does. For each kind the longest of each of the last 160 seconds that had any is kept.
public final class LatencyEvents {
  /// How many samples are kept of each kind of event.
  public static final int SAMPLES = 160;

  /// The samples of one kind of event.
  public static final class Series {
    private final long[] seconds = new long[SAMPLES];
    private final long[] millis = new long[SAMPLES];
    private int count;
    private int next;
    private long maximum;

    private void add(long second, long ms) {
      maximum = Math.max(maximum, ms);
      int last = (next + SAMPLES - 1) % SAMPLES;
      if (count > 0 && seconds[last] == second) {
        millis[last] = Math.max(millis[last], ms);
        return;
      }
      seconds[next] = second;
      millis[next] = ms;
      next = (next + 1) % SAMPLES;
      count = Math.min(count + 1, SAMPLES);
    }

    /// The number of samples.
    public int count() {
      return count;
    }

    /// The time of sample `i`, oldest first, in Unix seconds.
    public long second(int i) {
      return seconds[index(i)];
    }

    /// How long sample `i` took, in milliseconds.
    public long ms(int i) {
      return millis[index(i)];
    }

    /// The longest ever, in milliseconds.
    public long maximum() {
      return maximum;
    }

    private int index(int i) {
      return (next + SAMPLES - count + i) % SAMPLES;
    }
  }

  private final Settings settings;
  private final Map<String, Series> series = new TreeMap<>();

  public LatencyEvents(Settings settings) {
    this.settings = settings;
  }

  /// Something of the kind `event` took `ms` milliseconds.
  public void happened(String event, long ms, long nowMs) {
    long threshold = settings.number(ServerSettings.LATENCY_MONITOR_THRESHOLD);
    if (threshold > 0 && ms >= threshold) {
      series.computeIfAbsent(event, e -> new Series()).add(nowMs / 1000, ms);
    }
  }

  /// All kinds of events that have samples.
  public Map<String, Series> all() {
    return series;
  }

  /// The samples of one kind of event, or null.
  public @Nullable Series find(String event) {
    return series.get(event);
  }
}
