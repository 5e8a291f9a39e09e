package io.skein.simulator;

import io.skein.engine.machine.Invariant;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Makes runs, and sums up what came of them.
///
/// Each run is one thread's alone; many go on at once, and are told of in the order of their seeds.
final class Sweep {
  private static final double US_PER_S = 1e6;
  private static final int US_PER_MS = 1000;

  /// How many runs a thread may be ahead of one that takes long, lest all their outcomes pile up.
  private static final int RUNS_AHEAD = 16;

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
    long crashes;
    final EnumMap<Fates.Fate, Integer> replicatedLost = new EnumMap<>(Fates.Fate.class);
  }

  Sweep(PrintStream out) {
    this.out = out;
  }

  int failures() {
    return failures;
  }

  /// What a run came to.
  private sealed interface Run {}

  private record Held(Options options, Outcome outcome) implements Run {}

  private record Broke(Options options, World world, RuntimeException failure) implements Run {}

  /// Makes the runs that were asked for.
  void run(Arguments arguments) {
    if (arguments.from() == arguments.to()) {
      note(run(arguments, arguments.from()), true);
      return;
    }
    ArrayDeque<Future<Run>> ahead = new ArrayDeque<>();
    // Lines of several runs at once would be of no use.
    int count = arguments.trace() ? 1 : arguments.threads();
    try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
      for (long seed = arguments.from(); seed <= arguments.to(); seed++) {
        long each = seed;
        ahead.addLast(threads.submit(() -> run(arguments, each)));
        if (ahead.size() > RUNS_AHEAD * count) {
          note(outcome(ahead.removeFirst()), false);
        }
      }
      while (!ahead.isEmpty()) {
        note(outcome(ahead.removeFirst()), false);
      }
    }
  }

  private Run run(Arguments arguments, long seed) {
    Options options = arguments.apply(Options.of(seed));
    World world = new World(options, arguments.trace() ? out::println : null);
    try {
      return new Held(options, world.run());
    } catch (RuntimeException e) {
      return new Broke(options, world, e);
    }
  }

  private static Run outcome(Future<Run> run) {
    try {
      return run.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("a run was not finished", e);
    }
  }

  private void note(Run run, boolean alone) {
    switch (run) {
      case Held held -> add(held.options(), held.outcome(), alone);
      case Broke broke -> failed(broke.options(), broke.world(), broke.failure());
    }
  }

  private void add(Options options, Outcome outcome, boolean show) {
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
    sum.crashes += outcome.crashes();
    outcome
        .replicatedLost()
        .forEach((fate, count) -> sum.replicatedLost.merge(fate, count, Integer::sum));
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

  private void failed(Options options, World world, RuntimeException e) {
    runs++;
    failures++;
    out.println(world.trace.tail());
    out.printf("FAILED at %.3f s: %s%n", world.schedule.nowUs() / US_PER_S, e.getMessage());
    if (!(e instanceof Invariant.Broken)) {
      e.printStackTrace(out);
    }
    out.println("replay: " + options.command());
  }

  private static String lost(EnumMap<Fates.Fate, Integer> counts) {
    int all = counts.values().stream().mapToInt(Integer::intValue).sum();
    StringBuilder text = new StringBuilder(all + " lost");
    counts.forEach(
        (fate, count) -> text.append(", ").append(count).append(' ').append(Main.name(fate)));
    return text.toString();
  }

  void report() {
    for (Map.Entry<Profile, Sum> entry : sums.entrySet()) {
      Sum sum = entry.getValue();
      out.printf(
          "%-13s %d runs, %.0f virtual s, %d events, %d crashes, %d elections, whole again within %d ms; "
              + "%d writes acknowledged, %d lost; %d replicated (WAIT 1), %s%n",
          Main.name(entry.getKey()),
          sum.runs,
          sum.virtualUs / US_PER_S,
          sum.events,
          sum.crashes,
          sum.elections,
          sum.healUs / US_PER_MS,
          sum.acknowledged,
          sum.lost,
          sum.replicated,
          lost(sum.replicatedLost));
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
