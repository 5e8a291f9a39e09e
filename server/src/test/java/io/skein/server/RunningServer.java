package io.skein.server;

import io.skein.engine.config.ConfigFileError;
import io.skein.engine.config.Settings;
import io.skein.engine.config.ShutdownFlags;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/// A server of this process on a port that the system chose.
public final class RunningServer implements AutoCloseable {
  private final SkeinServer server;
  private final Path log;

  private RunningServer(SkeinServer server, Path log) {
    this.server = server;
    this.log = log;
  }

  /// Starts a server that keeps its files in `dir`; `options` are those of the command line.
  public static RunningServer start(Path dir, String... options)
      throws IOException, ConfigFileError {
    List<String> arguments =
        new ArrayList<>(List.of("--dir", dir.toString(), "--save", "", "--bind", "127.0.0.1"));
    arguments.addAll(List.of(options));
    Path log = Files.createTempFile(dir, "log", null);
    arguments.addAll(List.of("--logfile", log.toString()));
    SkeinServer server = SkeinServer.embedded(arguments, UnaryOperator.identity());
    server.start(true);
    return new RunningServer(server, log);
  }

  public int port() {
    return server.port();
  }

  public Settings settings() {
    return server.settings();
  }

  public RespClient connect() throws IOException {
    return new RespClient("127.0.0.1", port());
  }

  public String log() throws IOException {
    return Files.readString(log);
  }

  /// Starts a Sentinel whose configuration file is `file`.
  public static RunningServer sentinel(Path file) throws IOException, ConfigFileError {
    SkeinServer server =
        SkeinServer.embedded(List.of(file.toString(), "--sentinel"), UnaryOperator.identity());
    server.start(false);
    return new RunningServer(server, file.resolveSibling(file.getFileName() + ".log"));
  }

  /// Ends it as SIGKILL would end its process.
  public void kill() {
    server.kill();
    server.awaitEnd();
  }

  @Override
  public void close() {
    if (server.hasEnded()) {
      return;
    }
    server.shutdown(new ShutdownFlags(false, true, true, true));
    server.awaitEnd();
  }
}
