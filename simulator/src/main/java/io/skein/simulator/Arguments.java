package io.skein.simulator;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The arguments of the command line.
record Arguments(
    long from,
    long to,
    boolean trace,
    boolean help,
    @Nullable Profile profile,
    @Nullable Integer nodes,
    @Nullable Double minutes,
    Options.@Nullable Data data,
    int threads) {
  private static final int MAX_THREADS = 256;
  private static final int MIN_NODES = 6;
  private static final int MAX_NODES = 200;

  /// Reads arguments.
  ///
  /// @throws IllegalArgumentException when they are not sound, with what is wrong as its message
  static Arguments parse(String[] args) {
    long from = 1;
    long to = 1;
    boolean trace = false;
    boolean help = false;
    Profile profile = null;
    Integer nodes = null;
    Double minutes = null;
    Options.Data data = null;
    int threads = Runtime.getRuntime().availableProcessors();
    for (int i = 0; i < args.length; i++) {
      String name = args[i];
      switch (name) {
        case "--trace" -> trace = true;
        case "--help", "-h" -> help = true;
        case "--seed" -> {
          from = number(name, value(args, ++i));
          to = from;
        }
        case "--seeds" -> {
          String[] ends = value(args, ++i).split("\\.\\.", 2);
          if (ends.length != 2) {
            throw new IllegalArgumentException("--seeds needs FROM..TO");
          }
          from = number(name, ends[0]);
          to = number(name, ends[1]);
        }
        case "--profile" -> profile = profile(value(args, ++i));
        case "--nodes" -> nodes = nodes(number(name, value(args, ++i)));
        case "--minutes" -> minutes = minutes(value(args, ++i));
        case "--data" -> data = data(value(args, ++i));
        case "--threads" -> threads = threads(number(name, value(args, ++i)));
        default -> throw new IllegalArgumentException("unknown option " + name);
      }
    }
    if (to < from) {
      throw new IllegalArgumentException("--seeds goes from the smaller to the greater");
    }
    return new Arguments(from, to, trace, help, profile, nodes, minutes, data, threads);
  }

  private static String value(String[] args, int index) {
    if (index == args.length) {
      throw new IllegalArgumentException(args[index - 1] + " needs a value");
    }
    return args[index];
  }

  private static long number(String name, String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " needs a whole number, not '" + text + "'", e);
    }
  }

  private static Profile profile(String text) {
    for (Profile profile : Profile.values()) {
      if (profile.name().equals(text.toUpperCase(Locale.ROOT))) {
        return profile;
      }
    }
    throw new IllegalArgumentException("no profile is called '" + text + "'");
  }

  private static Options.Data data(String text) {
    for (Options.Data data : Options.Data.values()) {
      if (data.name().equals(text.toUpperCase(Locale.ROOT))) {
        return data;
      }
    }
    throw new IllegalArgumentException("--data is node or model, not '" + text + "'");
  }

  private static int nodes(long count) {
    if (count < MIN_NODES || count > MAX_NODES || count % 2 != 0) {
      throw new IllegalArgumentException("--nodes needs an even number from 6 to 200");
    }
    return (int) count;
  }

  private static int threads(long count) {
    if (count < 1 || count > MAX_THREADS) {
      throw new IllegalArgumentException("--threads needs a number from 1 to " + MAX_THREADS);
    }
    return (int) count;
  }

  private static double minutes(String text) {
    try {
      double minutes = Double.parseDouble(text);
      if (minutes > 0 && minutes <= 24 * 60) {
        return minutes;
      }
    } catch (NumberFormatException e) {
      // Answered below, like a number out of range.
    }
    throw new IllegalArgumentException("--minutes needs a number above 0, at most a day");
  }

  Options apply(Options drawn) {
    Options options = drawn;
    options = profile == null ? options : options.withProfile(profile);
    options = nodes == null ? options : options.withNodes(nodes);
    options = data == null ? options : options.withData(data);
    return minutes == null ? options : options.withFaultMinutes(minutes);
  }
}
