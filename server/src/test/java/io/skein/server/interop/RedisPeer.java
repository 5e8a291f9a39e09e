package io.skein.server.interop;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A real redis-server on a free port of this machine.
final class RedisPeer implements Peer {
  private static final int MOST_TRIES = 300;
  private static final int PAUSE_MS = 20;

  private final Process process;
  private final int port;
  private final List<Socket> sockets = new ArrayList<>();

  /// Starts a server that keeps its files in `directory`; `options` are those of the command line.
  RedisPeer(Path directory, String... options) throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getProperty("interop.redis", "redis-server"),
                "--port",
                Integer.toString(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--enable-debug-command",
                "local",
                "--dir",
                directory.toString()));
    command.addAll(List.of(options));
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("redis.log").toFile())
            .start();
  }

  @Override
  public Link connect() {
    for (int i = 1; ; i++) {
      try {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(MOST_TRIES * PAUSE_MS);
        sockets.add(socket);
        return new Wire(socket);
      } catch (IOException e) {
        if (i == MOST_TRIES || !process.isAlive()) {
          throw new UncheckedIOException("redis-server does not answer", e);
        }
        waitForStart();
      }
    }
  }

  /// The port that it listens on.
  int port() {
    return port;
  }

  private void waitForStart() {
    try {
      process.waitFor(PAUSE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    process.destroyForcibly().onExit().join();
  }

  private static final class Wire implements Link {
    private final InputStream in;
    private final OutputStream out;
    private final ByteArrayOutputStream reply = new ByteArrayOutputStream();

    Wire(Socket socket) throws IOException {
      in = new BufferedInputStream(socket.getInputStream());
      out = socket.getOutputStream();
    }

    @Override
    public String call(String... arguments) {
      send(arguments);
      return receive(true);
    }

    @Override
    public void send(String... arguments) {
      try {
        out.write(Requests.encode(arguments));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public String receive(boolean waits) {
      try {
        reply.reset();
        if (!waits && in.available() == 0) {
          return "";
        }
        readOne();
        return reply.toString(StandardCharsets.ISO_8859_1);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /// Reads one reply with all that it is made of.
    private void readOne() throws IOException {
      String line = line();
      int size = 0;
      char type = line.charAt(0);
      if ("$=!*%~>".indexOf(type) >= 0) {
        size = Integer.parseInt(line, 1, line.length(), 10);
      }
      switch (type) {
        case '$', '=', '!' -> {
          for (int i = 0; i < size + 2 && size >= 0; i++) {
            read();
          }
        }
        case '*', '~', '>' -> {
          for (int i = 0; i < size; i++) {
            readOne();
          }
        }
        case '%' -> {
          for (int i = 0; i < 2 * size; i++) {
            readOne();
          }
        }
        default -> {}
      }
    }

    private String line() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = read(); c != '\n'; c = read()) {
        line.append((char) c);
      }
      line.setLength(line.length() - 1);
      return line.toString();
    }

    private int read() throws IOException {
      int c = in.read();
      if (c < 0) {
        throw new EOFException();
      }
      reply.write(c);
      return c;
    }
  }
}
