package io.skein.simulator;

import io.skein.engine.machine.Invariant;
import java.io.PrintStream;
import java.util.EnumMap;
import java.util.Map;

/// Sums up what came of many runs.
final class Sweep {
  private static final double US_PER_S = 1e6;
  private static final int US_PER_MS = 1000;

  private final PrintStream out;
  private final EnumMap<Profile, Sum> sums = new EnumMap<>(Profile.class);
  private final EnumMap<Fault, Integer> faults = new EnumMap<>(Fault.class);
  private int runs;
  private int nodeRuns;
  private int failures;
  private long longestIsolatedWriteMs;

  /// What the runs of one profile came to.
  private static final class Sum {
    int runs;
    long events;
    long virtualUs;
    long elections;
    long healUs;
    long acknowledged;
    long lost;
    long replicated;
    long replicatedLost;
  }

  Sweep(PrintStream out) {
    this.out = out;
  }

  int failures() {
    return failures;
  }

  void add(Options options, Outcome outcome, boolean show) {
    runs++;
    Sum sum = sums.computeIfAbsent(options.profile(), k -> new Sum());
    sum.runs++;
    nodeRuns += options.data() == Options.Data.NODE ? 1 : 0;
    sum.events += outcome.events();
    sum.virtualUs += outcome.virtualUs();
    sum.elections += outcome.elections();
    sum.healUs = Math.max(sum.healUs, outcome.healUs());
    sum.acknowledged += outcome.acknowledged();
    sum.lost += outcome.lost();
    sum.replicated += outcome.replicated();
    sum.replicatedLost += outcome.replicatedLost();
    longestIsolatedWriteMs = Math.max(longestIsolatedWriteMs, outcome.longestIsolatedWriteMs());
    outcome.faults().forEach((fault, count) -> faults.merge(fault, count, Integer::sum));
    if (show) {
      out.printf(
          "seed %d: %s, %d nodes, node timeout %d ms, haste %s, data %s, trace hash %016x%n",
          options.seed(),
          Main.name(options.profile()),
          options.nodes(),
          options.nodeTimeoutMs(),
          Main.name(options.haste()),
          Main.name(options.data()),
          outcome.hash());
    }
  }

  void failed(Options options, World world, RuntimeException e) {
    runs++;
    failures++;
    out.println(world.trace.tail());
    out.printf("FAILED at %.3f s: %s%n", world.schedule.nowUs() / US_PER_S, e.getMessage());
    if (!(e instanceof Invariant.Broken)) {
      e.printStackTrace(out);
    }
    out.println("replay: " + options.command());
  }

  void report() {
    for (Map.Entry<Profile, Sum> entry : sums.entrySet()) {
      Sum sum = entry.getValue();
      out.printf(
          "%-13s %d runs, %.0f virtual s, %d events, %d elections, whole again within %d ms; "
              + "%d writes acknowledged, %d lost; %d replicated (WAIT 1), %d lost%n",
          Main.name(entry.getKey()),
          sum.runs,
          sum.virtualUs / US_PER_S,
          sum.events,
          sum.elections,
          sum.healUs / US_PER_MS,
          sum.acknowledged,
          sum.lost,
          sum.replicated,
          sum.replicatedLost);
    }
    StringBuilder list = new StringBuilder();
    faults.forEach(
        (fault, count) -> list.append(' ').append(Main.name(fault)).append(' ').append(count));
    out.println("faults:" + list);
    out.println(
        "longest time an isolated primary went on accepting writes: "
            + longestIsolatedWriteMs
            + " ms");
    out.println(
        runs + " runs, " + failures + " failed; " + nodeRuns + " of the others with whole nodes");
  }
}
