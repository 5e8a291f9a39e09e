package io.skein.simulator.sentinel;

import java.io.PrintStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `./skein simulate --sentinels N`: runs of Sentinels, by seed.
public final class SentinelRuns {
  private static final int REPLICAS = 3;

  private SentinelRuns() {}

  /// Runs what the options say and returns the exit status: 0, 1 when something was broken.
  ///
  /// @throws IllegalArgumentException when the options make no sense
  public static int run(List<String> options, PrintStream out) {
    int sentinels = 3;
    int minutes = 4;
    long first = 1;
    long last = 1;
    boolean trace = false;
    for (int i = 0; i < options.size(); i++) {
      String option = options.get(i);
      if (option.equals("--trace")) {
        trace = true;
        continue;
      }
      if (i + 1 == options.size()) {
        throw new IllegalArgumentException(option + " needs a value");
      }
      String value = options.get(++i);
      switch (option) {
        case "--sentinels" -> sentinels = Integer.parseInt(value);
        case "--minutes" -> minutes = Integer.parseInt(value);
        case "--seed" -> first = last = Long.parseLong(value);
        case "--seeds" -> {
          String[] ends = value.split("\\.\\.", 2);
          first = Long.parseLong(ends[0]);
          last = Long.parseLong(ends[ends.length - 1]);
        }
        default -> throw new IllegalArgumentException("no option " + option + " for Sentinels");
      }
    }
    return run(sentinels, minutes, first, last, trace ? out : null, out);
  }

  private static int run(
      int sentinels,
      int minutes,
      long first,
      long last,
      @Nullable PrintStream trace,
      PrintStream out) {
    int broken = 0;
    long failovers = 0;
    for (long seed = first; seed <= last; seed++) {
      SentinelWorld world = new SentinelWorld(seed, sentinels, REPLICAS, trace);
      String what = world.run(minutes);
      failovers += world.failovers();
      if (what != null) {
        broken++;
        out.println(
            "seed "
                + seed
                + ": "
                + what
                + "\n  replay: ./skein simulate --sentinels "
                + sentinels
                + " --minutes "
                + minutes
                + " --seed "
                + seed
                + " --trace");
      }
    }
    out.println(
        (last - first + 1) + " runs, " + failovers + " failovers, " + broken + " runs broken");
    return broken == 0 ? 0 : 1;
  }
}
