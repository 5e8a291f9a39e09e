package io.skein.server.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Looks for settings of the operating system that make a server slow or refuse clients.
///
/// What cannot be read, on another system or in a sandbox, is taken as sound.
final class SystemCheck {
  private static final int BACKLOG = 511;
  private static final int DESCRIPTORS = 10_032;

  private final Path root;

  /// What was looked at, and what is wrong with it; an empty text if nothing is.
  record Finding(String name, String problem) {
    boolean isSound() {
      return problem.isEmpty();
    }
  }

  /// A check of the system whose `/proc` and `/sys` are in `root`.
  SystemCheck(Path root) {
    this.root = root;
  }

  List<Finding> run() {
    return List.of(
        new Finding("slow-clocksource", clockSource()),
        new Finding("listen-backlog", backlog()),
        new Finding("open-files", openFiles()));
  }

  private String clockSource() {
    String source = text("sys/devices/system/clocksource/clocksource0/current_clocksource").strip();
    return switch (source) {
      case "xen", "hpet", "acpi_pm" ->
          "The clock source '"
              + source
              + "' makes every reading of the time a slow system call. If the machine has a"
              + " reliable 'tsc', select it in"
              + " /sys/devices/system/clocksource/clocksource0/current_clocksource.";
      default -> "";
    };
  }

  private String backlog() {
    long limit = number(text("proc/sys/net/core/somaxconn").strip());
    return limit >= BACKLOG
        ? ""
        : "net.core.somaxconn is "
            + limit
            + ", so that at most that many connections wait to be accepted although tcp-backlog"
            + " asks for "
            + BACKLOG
            + ". Run 'sysctl net.core.somaxconn="
            + BACKLOG
            + "'.";
  }

  private String openFiles() {
    for (String line : text("proc/self/limits").split("\n", -1)) {
      String[] words = line.strip().split(" +", -1);
      if (line.startsWith("Max open files") && words.length > 4) {
        long limit = number(words[4]);
        return limit >= DESCRIPTORS
            ? ""
            : "At most "
                + limit
                + " files can be open, but the default maxclients of 10000 needs "
                + DESCRIPTORS
                + ". Raise the hard limit ('ulimit -Hn').";
      }
    }
    return "";
  }

  private static long number(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException unknownOrUnlimited) {
      return Long.MAX_VALUE;
    }
  }

  private String text(String path) {
    try {
      return Files.readString(root.resolve(path));
    } catch (IOException unknown) {
      return "";
    }
  }

  /// The findings as lines for a terminal.
  static String report(List<Finding> findings) {
    List<String> lines = new ArrayList<>();
    for (Finding finding : findings) {
      lines.add("[" + finding.name() + "]..." + (finding.isSound() ? "OK" : "WARNING:"));
      if (!finding.isSound()) {
        lines.add(finding.problem());
      }
    }
    return String.join("\n", lines) + "\n";
  }
}
