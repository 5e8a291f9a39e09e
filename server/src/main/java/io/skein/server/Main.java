package io.skein.server;

import io.skein.engine.config.ConfigFileError;
import io.skein.server.check.CheckAofCommand;
import io.skein.server.check.CheckRdbCommand;
import io.skein.server.config.Answers;
import io.skein.server.config.CommandLine;
import io.skein.server.config.ConfigLoader;
import io.skein.server.config.LoadedConfig;
import io.skein.server.demo.ClusterCommand;
import io.skein.server.rebalance.RebalanceCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The entry point of every command of the launcher that runs a server or looks at its files.
public final class Main {
  private Main() {}

  /// Runs the command that the first argument names.
  public static void main(String[] args) {
    List<String> all = Arrays.asList(args);
    String command = all.isEmpty() ? "" : all.getFirst();
    List<String> rest = all.isEmpty() ? all : all.subList(1, all.size());
    switch (command) {
      case "server" -> server(rest);
      case "cluster" -> System.exit(cluster(rest));
      case "check-rdb" -> System.exit(CheckRdbCommand.run(rest));
      case "check-aof" -> System.exit(CheckAofCommand.run(rest));
      case "sentinel" -> sentinel(rest);
      case "version", "--version", "-v" -> System.out.print(Answers.version());
      default -> {
        System.err.println(
            "skein: no command '"
                + command
                + "': server, sentinel, cluster, check-rdb, check-aof, version");
        System.exit(2);
      }
    }
  }

  private static int cluster(List<String> arguments) {
    boolean rebalances = !arguments.isEmpty() && arguments.getFirst().equals("rebalance");
    return rebalances
        ? RebalanceCommand.run(arguments.subList(1, arguments.size()))
        : ClusterCommand.run(arguments);
  }

  private static void server(List<String> arguments) {
    CommandLine line = CommandLine.parse(arguments);
    if (line.action() != CommandLine.Action.RUN) {
      System.exit(Answers.print(line.action(), System.out, System.err));
    }
    System.exit(run(line));
  }

  private static int run(CommandLine line) {
    Renames commands = new Renames();
    LoadedConfig config;
    try {
      Path here = Path.of("").toAbsolutePath();
      config = new ConfigLoader(here, System.in, commands).load(line);
    } catch (ConfigFileError refused) {
      System.err.print(refused.report());
      return 1;
    }
    return new ServerProcess(config, commands).run();
  }

  /// The same as `server FILE --sentinel`.
  private static void sentinel(List<String> arguments) {
    List<String> all = new ArrayList<>(arguments);
    if (!all.contains("--sentinel")) {
      all.add("--sentinel");
    }
    server(all);
  }
}
