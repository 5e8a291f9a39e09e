package io.skein.server.check;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// Checks a snapshot: exit status 0 when it is sound, 1 when it is not or cannot be read.
@Command(
    name = "skein check-rdb",
    description = "Says what is in a snapshot, and where it is broken.",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = 1)
public final class CheckRdbCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "The snapshot.")
  String file = "";

  private final PrintStream out;
  private final PrintStream err;

  CheckRdbCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /// Runs the command and returns the exit status.
  public static int run(List<String> arguments) {
    return new CommandLine(new CheckRdbCommand(System.out, System.err))
        .execute(arguments.toArray(new String[0]));
  }

  @Override
  public Integer call() {
    try (Pieces pieces = new Pieces(Path.of(file))) {
      return new RdbCheck(out, err, System.currentTimeMillis()).check(file, pieces) ? 0 : 1;
    } catch (IOException e) {
      out.println("Cannot open file " + file + ": " + Pieces.reason(e));
      return 1;
    }
  }
}
