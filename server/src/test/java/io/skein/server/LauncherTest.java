package io.skein.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./skein`, as a shell runs it. The code at hand is built by the launcher itself first.
class LauncherTest {
  private static final Path LAUNCHER = root().resolve("skein");

  /// What a process said and how it ended.
  private record Outcome(int status, String text) {}

  @BeforeAll
  static void buildsAndTrains() throws Exception {
    Outcome build = run(Map.of(), "build");
    assertEquals(0, build.status(), build.text());
    assertTrue(Files.exists(root().resolve(".skein/current/skein.aot")), build.text());
  }

  @Test
  void becomesTheServerAndEndsWithIt(@TempDir Path dir) throws Exception {
    int port = freePort();
    List<String> command = command("server", "--port", "" + port, "--save", "", "--dir", "" + dir);
    Process server =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(dir.resolve("log").toFile())
            .start();
    try {
      assertEquals("+PONG", ask(server, port, "PING"));
      String info = server.info().command().orElse("");
      assertTrue(
          info.endsWith("/bin/java"), "the process that was spawned is the JVM, not " + info);
      server.destroy();
      assertTrue(server.waitFor(20, TimeUnit.SECONDS), "SIGTERM ends it");
      assertEquals(0, server.exitValue(), () -> read(dir.resolve("log")));
    } finally {
      server.destroyForcibly();
    }
  }

  @Test
  void saysInOneLineThatThereIsNoJdk() throws Exception {
    Outcome outcome = run(Map.of("SKEIN_JAVA_HOME", "/nowhere"), "server");
    assertEquals(1, outcome.status());
    assertEquals("skein: SKEIN_JAVA_HOME=/nowhere is not a JDK 25 or later\n", outcome.text());
  }

  @Test
  void refusesAnUnknownCommand() throws Exception {
    Outcome outcome = run(Map.of(), "fly");
    assertEquals(2, outcome.status());
    assertTrue(outcome.text().startsWith("skein: no command 'fly'\n"), outcome.text());
  }

  @Test
  void tellsItsVersion() throws Exception {
    Outcome outcome = run(Map.of(), "version");
    assertEquals(0, outcome.status());
    assertTrue(outcome.text().matches("Skein \\d+\\.\\d+\\.\\d+\\S*\n"), outcome.text());
  }

  private static Outcome run(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command(arguments)).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Outcome(process.waitFor(), text);
  }

  private static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(LAUNCHER.toString());
    command.addAll(List.of(arguments));
    return command;
  }

  /// The reply line to an inline command, once the server accepts connections.
  private static String ask(Process server, int port, String line) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (server.isAlive() && System.nanoTime() < deadline) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
        return firstLine(socket.getInputStream());
      } catch (java.net.ConnectException _) {
        server.waitFor(20, TimeUnit.MILLISECONDS);
      }
    }
    throw new AssertionError("the server did not start");
  }

  private static String firstLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\r'; c = in.read()) {
      line.append((char) c);
    }
    return line.toString();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static Path root() {
    Path dir = Path.of("").toAbsolutePath();
    while (!Files.exists(dir.resolve("skein"))) {
      dir = dir.getParent();
    }
    return dir;
  }
}
