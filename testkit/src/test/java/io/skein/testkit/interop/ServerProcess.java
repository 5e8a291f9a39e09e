package io.skein.testkit.interop;

import io.skein.testkit.Await;
import io.skein.testkit.ClusterNode;
import io.skein.testkit.Ports;
import io.skein.testkit.RespConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A server as a process of its own, ours or a real redis-server, which can be killed for real.
final class ServerProcess implements ClusterNode, AutoCloseable {
  static final List<String> CLUSTER =
      List.of(
          "--cluster-enabled",
          "yes",
          "--cluster-node-timeout",
          "2000",
          "--repl-ping-replica-period",
          "1",
          "--repl-diskless-sync-delay",
          "0");

  private static final Duration REPLY_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration START = Duration.ofSeconds(60);

  private final List<String> program;
  private final Path directory;
  private final int port;
  private final List<String> options;
  private @Nullable Process process;
  private @Nullable RespConnection connection;

  private ServerProcess(List<String> program, Path parent, List<String> options)
      throws IOException {
    this.program = program;
    this.options = options;
    port = Ports.free();
    directory = Files.createDirectory(parent.resolve("node-" + port));
  }

  /// One of ours, with a directory of its own under `parent`.
  static ServerProcess skein(Path parent, String... options) throws IOException {
    return launch(skeinProgram(), parent, options);
  }

  /// One of ours with a `redis.conf`, empty at first, that CONFIG REWRITE can write.
  static ServerProcess skeinWithFile(Path parent, String... options) throws IOException {
    List<String> program = new ArrayList<>(skeinProgram());
    program.add(Files.createTempFile(parent, "node", ".conf").toString());
    return launch(program, parent, options);
  }

  private static List<String> skeinProgram() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xms16m",
        "-Xmx256m",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-cp",
        System.getProperty("java.class.path"),
        "io.skein.server.Main",
        "server");
  }

  /// A real redis-server, with a directory of its own under `parent`.
  static ServerProcess redis(Path parent, String... options) throws IOException {
    return launch(List.of("redis-server"), parent, options);
  }

  /// A server of ours, or a real one, with a `redis.conf` that CONFIG REWRITE can write.
  static ServerProcess withFile(boolean isReal, Path parent, String... options) throws IOException {
    if (!isReal) {
      return skeinWithFile(parent, options);
    }
    Path file = Files.createTempFile(parent, "node", ".conf");
    return launch(List.of("redis-server", file.toString()), parent, options);
  }

  /// A Sentinel of ours, or a real one, whose file begins with `lines`.
  static ServerProcess sentinel(boolean isReal, Path parent, String lines) throws IOException {
    Path file = Files.createTempFile(parent, "sentinel", ".conf");
    Files.writeString(file, lines);
    List<String> program = new ArrayList<>(isReal ? List.of("redis-server") : skeinProgram());
    program.add(file.toString());
    return launch(program, parent, "--sentinel");
  }

  private static ServerProcess launch(List<String> program, Path parent, String... options)
      throws IOException {
    ServerProcess server = new ServerProcess(program, parent, Arrays.asList(options));
    server.startAgain();
    return server;
  }

  /// Starts it, on the same port and directory each time; [#awaitAnswer] waits for it.
  void startAgain() throws IOException {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of("--port", "" + port, "--bind", host(), "--dir", directory.toString()));
    command.addAll(List.of("--save", "", "--repl-diskless-sync", "yes"));
    command.addAll(options);
    process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()))
            .start();
  }

  /// Waits until it serves.
  ServerProcess awaitAnswer() {
    try {
      Await.until(
          this + " answers",
          START,
          () -> {
            if (!isRunning()) {
              throw new IllegalStateException("it has ended");
            }
            return "PONG".equals(call("PING"));
          });
    } catch (AssertionError silent) {
      throw new AssertionError(silent.getMessage() + "\n" + log(), silent);
    }
    return this;
  }

  private Path logFile() {
    return directory.resolve("node.log");
  }

  Path directory() {
    return directory;
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public boolean isRunning() {
    Process started = process;
    return started != null && started.isAlive();
  }

  @Override
  public synchronized @Nullable Object call(String... words) {
    try {
      RespConnection open = connection;
      if (open == null) {
        open = new RespConnection(host(), port, REPLY_TIMEOUT);
        connection = open;
      }
      return open.call(words);
    } catch (IOException failed) {
      disconnect();
      throw new UncheckedIOException(this + ": " + failed.getMessage(), failed);
    }
  }

  @Override
  public String log() {
    try {
      return Files.readString(logFile());
    } catch (IOException unreadable) {
      return String.valueOf(unreadable);
    }
  }

  private synchronized void disconnect() {
    RespConnection open = connection;
    if (open != null) {
      open.close();
      connection = null;
    }
  }

  private Process process() {
    Process started = process;
    if (started == null) {
      throw new IllegalStateException(this + " was not started");
    }
    return started;
  }

  /// SIGKILL.
  void kill() throws InterruptedException {
    process().destroyForcibly().waitFor();
    disconnect();
  }

  /// SIGSTOP: it stands still, and its connections stay.
  void pause() throws IOException, InterruptedException {
    signal("-STOP");
  }

  /// SIGCONT.
  void goOn() throws IOException, InterruptedException {
    signal("-CONT");
  }

  private void signal(String option) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", option, "" + process().pid()).inheritIO().start();
    if (kill.waitFor() != 0) {
      throw new IOException("kill " + option + " " + this + " failed");
    }
  }

  /// The file that it was started with, if it was with one.
  Path file() {
    return Path.of(program.getLast());
  }

  /// SIGTERM, and waits for the end.
  void terminate() throws InterruptedException {
    process().destroy();
    if (!process().waitFor(START.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError(this + " does not end\n" + log());
    }
    disconnect();
  }

  @Override
  public void close() {
    disconnect();
    Process started = process;
    if (started != null) {
      started.destroyForcibly();
      started.onExit().join();
    }
  }

  @Override
  public String toString() {
    return (program.getFirst().equals("redis-server") ? "redis-server" : "node") + " " + port;
  }
}
