package io.skein.simulator;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/// `./skein simulate --scale`: a table of what the bus costs by the number of nodes.
final class ScaleCommand {
  static final String NAME = "--scale";
  private static final int MIN_NODES = 6;
  private static final int MAX_NODES = 2000;
  private static final long DEFAULT_TIMEOUT_MS = 15_000;
  private static final double KB = 1000;

  private final PrintStream out;

  ScaleCommand(PrintStream out) {
    this.out = out;
  }

  /// Makes the runs for `--scale N[,N...] [node timeout in ms] [kill]`.
  ///
  /// @throws IllegalArgumentException when the arguments are not sound
  void run(String[] args) {
    if (args.length < 2 || args.length > 4) {
      throw new IllegalArgumentException(NAME + " needs N[,N...] [node timeout in ms] [kill]");
    }
    List<Integer> counts = new ArrayList<>();
    long timeoutMs;
    try {
      for (String count : args[1].split(",", -1)) {
        counts.add(Integer.parseInt(count));
      }
      timeoutMs = args.length > 2 ? Long.parseLong(args[2]) : DEFAULT_TIMEOUT_MS;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(NAME + " needs whole numbers", e);
    }
    boolean killsOnly = args.length > 3;
    for (int count : counts) {
      if (count < MIN_NODES || count > MAX_NODES || count % 2 != 0 || timeoutMs < 100) {
        throw new IllegalArgumentException(
            NAME + " needs even numbers of nodes from 6 to 2000, and a timeout of 100 ms or more");
      }
    }
    if (killsOnly && !args[3].equals("kill")) {
      throw new IllegalArgumentException(NAME + " knows no " + args[3]);
    }
    out.println(
        "| nodes | constants | messages per node and s | kB per node and s | primary |"
            + " failed everywhere after ms | replaced after ms | messages for that |");
    out.println("|---|---|---|---|---|---|---|---|");
    for (int count : counts) {
      for (boolean ours : new boolean[] {true, false}) {
        for (boolean silent : killsOnly ? new boolean[] {false} : new boolean[] {false, true}) {
          Scale.Result result = Scale.run(count, timeoutMs, ours, silent, 1);
          out.printf(
              java.util.Locale.ROOT,
              "| %d | %s | %.1f | %.1f | %s | %d | %d | %d |%n",
              count,
              ours ? "Skein" : "Redis",
              result.messagesPerS(),
              result.bytesPerS() / KB,
              silent ? "silent" : "killed",
              result.failMs(),
              result.promotedMs(),
              result.deathMessages());
        }
      }
    }
  }
}
