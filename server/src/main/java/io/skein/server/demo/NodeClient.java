package io.skein.server.demo;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Asks one node of this machine, one command after another.
final class NodeClient implements AutoCloseable {
  private final Socket socket = new Socket();
  private final InputStream in;

  NodeClient(int port, int timeoutMs) throws IOException {
    socket.setSoTimeout(timeoutMs);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), timeoutMs);
    in = new BufferedInputStream(socket.getInputStream());
  }

  /// Sends a command and returns its reply as text.
  ///
  /// @throws IOException also when the reply is an error, with its text
  String ask(String... words) throws IOException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(("*" + words.length + "\r\n").getBytes(StandardCharsets.UTF_8));
    for (String word : words) {
      byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
      request.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.UTF_8));
      request.writeBytes(bytes);
      request.writeBytes("\r\n".getBytes(StandardCharsets.UTF_8));
    }
    socket.getOutputStream().write(request.toByteArray());
    return read();
  }

  /// The next reply or message as text; waits for it.
  ///
  /// @throws IOException also when none comes in time, or it is an error
  String next() throws IOException {
    return read();
  }

  private String read() throws IOException {
    String line = line();
    String rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+', ':' -> rest;
      case '-' -> throw new IOException(rest);
      case '$' -> bulk(Integer.parseInt(rest));
      case '*' -> array(Integer.parseInt(rest));
      default -> throw new IOException("unexpected reply: " + line);
    };
  }

  private String bulk(int length) throws IOException {
    if (length < 0) {
      return "";
    }
    byte[] bytes = in.readNBytes(length + 2);
    if (bytes.length < length + 2) {
      throw new IOException("the connection was closed");
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  private String array(int count) throws IOException {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      parts.add(read());
    }
    return String.join("\n", parts);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\r'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the connection was closed");
      }
      line.append((char) c);
    }
    if (in.read() < 0 || line.isEmpty()) {
      throw new IOException("the connection was closed");
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
