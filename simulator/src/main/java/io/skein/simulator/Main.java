package io.skein.simulator;

import io.skein.simulator.sentinel.SentinelRuns;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Locale;

/// The command line of the simulator.
public final class Main {
  private static final String USAGE =
      """
      Usage: ./skein simulate [OPTIONS]

        --seed N            one run, which follows from N alone
        --seeds FROM..TO    many runs, and what came of them
        --trace             prints what happens, as it happens
        --profile NAME      calm, failovers, crashes, partitions, pauses, clocks, two_primaries, orders,
                            mixed; else the seed decides; always, everysec, replicated: what append only
                            files and the reply gate keep when nodes die; slots: slots that move,
                            slots_mixed: while all goes wrong
        --nodes N           nodes of the cluster, half of them replicas (6)
        --data KIND         what stands for the data: node, the whole engine; model, ten times as fast;
                            else the seed decides
        --minutes M         how long things go wrong, in virtual minutes (2)
        --sentinels N       instead of a cluster: N Sentinels, a primary and three replicas; with
                            --seed, --seeds, --trace and --minutes
        --threads N         how many of many runs go on at once (as many as there are processors)
        --scale N[,N...] [T] [kill]
                            what the bus costs in clusters of N nodes, and how soon a primary that is killed or
                            falls silent is replaced, with our constants and with Redis's, at a node timeout
                            of T ms (15000); with kill, the killed one alone. 300 nodes take 5 GB and minutes

      The same seed and options give the same run, event for event, on any machine.
      """;

  private Main() {}

  /// Runs what the arguments say, and exits with 1 when an invariant was broken, with 2 when the
  /// arguments are wrong.
  public static void main(String[] args) {
    System.exit(run(args, System.out));
  }

  static int run(String[] args, PrintStream out) {
    Arguments arguments;
    try {
      if (args.length > 0 && args[0].equals(ScaleCommand.NAME)) {
        new ScaleCommand(out).run(args);
        return 0;
      }
      if (Arrays.asList(args).contains("--sentinels")) {
        return SentinelRuns.run(Arrays.asList(args), out);
      }
      arguments = Arguments.parse(args);
    } catch (IllegalArgumentException e) {
      out.println("skein simulate: " + e.getMessage());
      out.print(USAGE);
      return 2;
    }
    if (arguments.help()) {
      out.print(USAGE);
      return 0;
    }
    Sweep sweep = new Sweep(out);
    sweep.run(arguments);
    sweep.report();
    return sweep.failures() == 0 ? 0 : 1;
  }

  static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
