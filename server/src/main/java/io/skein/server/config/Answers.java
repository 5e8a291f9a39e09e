package io.skein.server.config;

import io.skein.engine.config.ConfigReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/// What the server's command line answers when it asks for something else than a server.
public final class Answers {
  private static final String USAGE =
      """
      Usage: ./skein server [/path/to/redis.conf] [options] [-]
             ./skein server - (read config from stdin)
             ./skein server -v or --version
             ./skein server -h or --help
             ./skein server --check-system

      Examples:
             ./skein server (run the server with default conf)
             echo 'maxmemory 128mb' | ./skein server -
             ./skein server /etc/redis/6379.conf
             ./skein server --port 7777
             ./skein server --port 7777 --replicaof 127.0.0.1 8888
             ./skein server /etc/myredis.conf --loglevel verbose -

      Sentinel mode:
             ./skein server /etc/sentinel.conf --sentinel
      """;

  private Answers() {}

  /// The version line, in the form that tools read redis-server's from.
  public static String version() {
    return "Redis server v="
        + ConfigReader.REDIS_VERSION
        + " sha=00000000:0 malloc=skein bits=64 build=0\n";
  }

  /// Prints the answer to `action`, which is not [CommandLine.Action#RUN], and returns the exit
  /// code.
  public static int print(CommandLine.Action action, PrintStream out, PrintStream err) {
    return switch (action) {
      case RUN -> throw new IllegalArgumentException("a server is to be run");
      case VERSION -> {
        out.print(version());
        yield 0;
      }
      case HELP -> {
        err.print(USAGE);
        yield 1;
      }
      case TEST_MEMORY -> {
        err.print("The memory test is not part of Skein: use memtest86+ or memtester.\n");
        yield 1;
      }
      case CHECK_SYSTEM -> {
        List<SystemCheck.Finding> findings = new SystemCheck(Path.of("/")).run();
        out.print(SystemCheck.report(findings));
        yield findings.stream().allMatch(SystemCheck.Finding::isSound) ? 0 : 1;
      }
    };
  }
}
