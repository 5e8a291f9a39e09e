package io.skein.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One connection to a node or to any other server that speaks RESP2; it follows no redirection.
///
/// Text is ISO 8859-1, so that every byte is one character and none is lost.
///
/// *Threads*: one at a time.
public final class RespConnection implements AutoCloseable {
  private final Socket socket = new Socket();
  private final InputStream in;

  /// Connects.
  ///
  /// @param timeout for connecting, and for each reply
  public RespConnection(String host, int port, Duration timeout) throws IOException {
    int timeoutMs = Math.toIntExact(timeout.toMillis());
    try {
      socket.setSoTimeout(timeoutMs);
      socket.setOption(StandardSocketOptions.TCP_NODELAY, true);
      socket.connect(new InetSocketAddress(host, port), timeoutMs);
      in = new BufferedInputStream(socket.getInputStream());
    } catch (IOException failed) {
      socket.close();
      throw failed;
    }
  }

  /// Sends a command and returns its reply: a [String], a [Long], a [List] of replies, or null.
  ///
  /// @throws ReplyError when the reply is an error
  public @Nullable Object call(String... words) throws IOException {
    send(words);
    Object reply = receive();
    if (reply instanceof ReplyError error) {
      throw error;
    }
    return reply;
  }

  /// Sends a command; the reply is to be received later.
  public void send(String... words) throws IOException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(bytes("*" + words.length + "\r\n"));
    for (String word : words) {
      byte[] argument = bytes(word);
      request.writeBytes(bytes("$" + argument.length + "\r\n"));
      request.writeBytes(argument);
      request.writeBytes(bytes("\r\n"));
    }
    sendRaw(request.toByteArray());
  }

  /// Sends these very bytes.
  public void sendRaw(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /// Receives the next reply; an error is returned as a [ReplyError], not thrown.
  public @Nullable Object receive() throws IOException {
    String line = line();
    if (line.isEmpty()) {
      throw new IOException("an empty line instead of a reply");
    }
    String rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+' -> rest;
      case '-' -> new ReplyError(rest);
      case ':' -> Long.valueOf(rest);
      case '$' -> bulk(Integer.parseInt(rest));
      case '*' -> array(Integer.parseInt(rest));
      default -> throw new IOException("unexpected reply: " + line);
    };
  }

  private @Nullable String bulk(int length) throws IOException {
    if (length < 0) {
      return null;
    }
    byte[] bytes = in.readNBytes(length + 2);
    if (bytes.length < length + 2) {
      throw new EOFException("the connection was closed");
    }
    return new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
  }

  private @Nullable List<@Nullable Object> array(int count) throws IOException {
    if (count < 0) {
      return null;
    }
    List<@Nullable Object> elements = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      elements.add(receive());
    }
    return elements;
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (true) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the connection was closed");
      }
      if (next == '\n') {
        int end = line.length() - 1;
        if (end >= 0 && line.charAt(end) == '\r') {
          line.setLength(end);
        }
        return line.toString();
      }
      line.append((char) next);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException gone) {
      // It is closed to us either way.
      assert socket.isClosed() : gone;
    }
  }
}
