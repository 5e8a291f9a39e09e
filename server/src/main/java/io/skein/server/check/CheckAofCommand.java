package io.skein.server.check;

import io.skein.engine.aof.AofFile;
import io.skein.engine.aof.Manifest;
import io.skein.engine.aof.ManifestError;
import io.skein.engine.config.ConfigText;
import io.skein.server.check.AofCheck.Result;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Checks an append only file, or all that a manifest names, and cuts off what is torn: exit status
/// 0 when it is sound, or was repaired; 1 when it is not.
@Command(
    name = "skein check-aof",
    description = "Says whether an append only file is sound, and repairs its end.",
    mixinStandardHelpOptions = true,
    exitCodeOnInvalidInput = 1)
public final class CheckAofCommand implements Callable<Integer> {
  private static final int HEAD_BYTES = 64 * 1024;

  /// What to do beside checking; one of them at most.
  static final class Change {
    @Option(
        names = "--fix",
        description = "Cut the last file off where it is torn or broken, after asking.")
    boolean fix;

    @Option(
        names = "--truncate-to-timestamp",
        paramLabel = "SECONDS",
        description = "Cut off what was written after that time (aof-timestamp-enabled).")
    @Nullable Long timestamp;
  }

  @ArgGroup(exclusive = true)
  Change change = new Change();

  @Parameters(paramLabel = "FILE", description = "A manifest, or an append only file.")
  String file = "";

  private final InputStream in;
  private final PrintStream out;
  private final PrintStream err;

  CheckAofCommand(InputStream in, PrintStream out, PrintStream err) {
    this.in = in;
    this.out = out;
    this.err = err;
  }

  /// Runs the command and returns the exit status.
  public static int run(List<String> arguments) {
    return new CommandLine(new CheckAofCommand(System.in, System.out, System.err))
        .execute(arguments.toArray(new String[0]));
  }

  @Override
  public Integer call() {
    Path path = Path.of(file);
    AofCheck check = new AofCheck(change.fix, change.timestamp, in, out, err);
    try {
      if (isManifest(path)) {
        all(path, check);
      } else {
        out.println("Start checking Old-Style AOF");
        say(check.check(file, path, true), "AOF", file);
      }
      return 0;
    } catch (IOException e) {
      out.println("Cannot open file " + file + ": " + Pieces.reason(e));
    } catch (ManifestError e) {
      e.report().forEach(out::println);
    } catch (Stop e) {
      // It was said why.
    }
    return 1;
  }

  /// Lines of a manifest begin with `file`; those of an append only file never do.
  private static boolean isManifest(Path path) throws IOException {
    byte[] head;
    try (InputStream bytes = Files.newInputStream(path)) {
      head = bytes.readNBytes(HEAD_BYTES);
    }
    for (String line : new String(head, StandardCharsets.ISO_8859_1).split("\n", -1)) {
      if (!line.startsWith("#")) {
        return line.startsWith("file");
      }
    }
    return false;
  }

  private void all(Path path, AofCheck check) throws IOException {
    out.println("Start checking Multi Part AOF");
    Manifest manifest = Manifest.parse(Files.readAllBytes(path));
    List<AofFile> parts = manifest.parts();
    for (int i = 0; i < parts.size(); i++) {
      AofFile part = parts.get(i);
      boolean base = part.kind() == AofFile.Kind.BASE;
      Path there = path.resolveSibling(ConfigText.text(part.name()));
      if (base) {
        boolean rdb = check.isSnapshot(there);
        out.println("Start to check BASE AOF (" + (rdb ? "RDB" : "RESP") + " format).");
      } else if (i == 0 || parts.get(i - 1).kind() == AofFile.Kind.BASE) {
        out.println("Start to check INCR files.");
      }
      Result result = check.check(part.name(), there, i == parts.size() - 1);
      say(result, base ? "BASE AOF" : "INCR AOF", part.name());
    }
    out.println("All AOF files and manifest are valid");
  }

  private void say(Result result, String what, String name) {
    out.println(
        switch (result) {
          case OK -> what + " " + name + " is valid";
          case EMPTY -> what + " " + name + " is empty";
          case CUT_AT_TIME ->
              "Successfully truncated AOF " + name + " to timestamp " + change.timestamp;
          case CUT -> "Successfully truncated AOF " + name;
        });
  }
}
