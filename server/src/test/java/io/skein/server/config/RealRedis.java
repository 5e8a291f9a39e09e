package io.skein.server.config;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/// A real redis-server on a free port of this machine, and one connection to it.
final class RealRedis implements AutoCloseable {
  private static final String PROGRAM = "redis-server";

  private final Process process;
  private final Socket socket;
  private final InputStream in;

  private RealRedis(Process process, Socket socket) throws IOException {
    this.process = process;
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
  }

  /// Starts one in `directory`; skips the test if there is none on this machine.
  static RealRedis start(Path directory, List<String> arguments) throws Exception {
    int port;
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = probe.getLocalPort();
    }
    List<String> command = new ArrayList<>(arguments);
    command.addAll(List.of("--port", String.valueOf(port), "--bind", "127.0.0.1"));
    Process process = launch(directory, command).start();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (true) {
      try {
        return new RealRedis(process, new Socket(InetAddress.getLoopbackAddress(), port));
      } catch (IOException notYet) {
        if (System.nanoTime() > deadline || process.waitFor(5, TimeUnit.MILLISECONDS)) {
          process.destroyForcibly();
          throw new IOException("redis-server did not start", notYet);
        }
      }
    }
  }

  /// What a redis-server that cannot start says on standard error.
  static String failure(Path directory, List<String> arguments) throws Exception {
    Path said = Files.createTempFile(directory, "stderr", "");
    Process process = launch(directory, arguments).redirectError(said.toFile()).start();
    try {
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 1
          ? Files.readString(said)
          : "it started";
    } finally {
      process.destroyForcibly();
    }
  }

  private static ProcessBuilder launch(Path directory, List<String> arguments) {
    String path = System.getenv("PATH");
    boolean found = false;
    for (String place : path == null ? new String[0] : path.split(":", -1)) {
      found |= Files.isExecutable(Path.of(place, PROGRAM));
    }
    Assumptions.assumeTrue(found, "no redis-server on this machine");
    List<String> command = new ArrayList<>(List.of(PROGRAM));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .directory(directory.toFile())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD);
  }

  /// Sends one command; an array comes back as its elements, all else as one line.
  List<String> call(String... words) throws IOException {
    StringBuilder request = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      request.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
    String head = line();
    if (!head.startsWith("*")) {
      return List.of(head);
    }
    List<String> elements = new ArrayList<>();
    for (int i = Integer.parseInt(head.substring(1)); i > 0; i--) {
      int length = Integer.parseInt(line().substring(1));
      elements.add(new String(in.readNBytes(length), StandardCharsets.ISO_8859_1));
      line();
    }
    return elements;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException("redis-server closed the connection");
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() throws IOException {
    socket.close();
    process.destroyForcibly();
    process.onExit().join();
  }
}
