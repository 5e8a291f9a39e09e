package io.skein.server.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One node as a process of its own, with a data directory of its own.
final class NodeProcess {
  private static final int STOP_SECONDS = 20;
  private static final int LOG_LINES = 3;

  private final String launcher;
  private final int port;
  private final Path directory;
  private final List<String> arguments;
  private @Nullable Process process;

  private NodeProcess(String launcher, int port, Path directory, List<String> arguments) {
    this.launcher = launcher;
    this.port = port;
    this.directory = directory;
    this.arguments = arguments;
  }

  /// A node of a cluster.
  ///
  /// @param extra more options for the server, as on its command line
  static NodeProcess ofCluster(String launcher, int port, Path directory, List<String> extra) {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("--port", Integer.toString(port)));
    arguments.addAll(List.of("--bind", "127.0.0.1"));
    arguments.addAll(List.of("--dir", directory.toString()));
    arguments.addAll(List.of("--cluster-enabled", "yes"));
    NodeProcess node = new NodeProcess(launcher, port, directory, arguments);
    arguments.addAll(List.of("--logfile", node.log().toString()));
    arguments.addAll(extra);
    return node;
  }

  /// A server, or a Sentinel, that a configuration file describes.
  static NodeProcess configured(String launcher, int port, Path file, boolean sentinel) {
    List<String> arguments = new ArrayList<>(List.of(file.toString()));
    if (sentinel) {
      arguments.add("--sentinel");
    }
    Path directory = Objects.requireNonNull(file.getParent());
    return new NodeProcess(launcher, port, directory, arguments);
  }

  int port() {
    return port;
  }

  Path log() {
    return directory.resolve("node.log");
  }

  /// Whether the directory holds the configuration of a cluster that was formed before.
  boolean wasInCluster() {
    Path file = directory.resolve("nodes.conf");
    try {
      return Files.exists(file) && Files.readAllLines(file).size() > 2;
    } catch (IOException e) {
      return false;
    }
  }

  /// Starts the process.
  void start() throws IOException {
    Files.createDirectories(directory);
    List<String> command = new ArrayList<>();
    command.add(launcher);
    command.add("server");
    command.addAll(arguments);
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(
                ProcessBuilder.Redirect.appendTo(directory.resolve("start.log").toFile()))
            .start();
  }

  boolean isAlive() {
    Process started = process;
    return started != null && started.isAlive();
  }

  /// The process id, or 0 when it was not started.
  long pid() {
    Process started = process;
    return started == null ? 0 : started.pid();
  }

  /// Has the process end in good order.
  void stop() {
    Process started = process;
    if (started != null) {
      started.destroy();
    }
  }

  /// Waits until the process has ended; it is killed when that takes too long.
  void await() throws InterruptedException {
    Process started = process;
    if (started != null && !started.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
      started.destroyForcibly().waitFor();
    }
  }

  /// The last lines that the process has written, on one line: why it has ended.
  String lastWords() {
    for (Path file : List.of(log(), directory.resolve("start.log"))) {
      try {
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        if (!lines.isEmpty()) {
          return String.join(
              " / ", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        }
      } catch (IOException e) {
        return "its log cannot be read: " + e.getMessage();
      }
    }
    return "it left no log";
  }
}
