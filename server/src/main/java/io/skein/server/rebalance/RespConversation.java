package io.skein.server.rebalance;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A connection to one node, which is asked one thing after the other.
final class RespConversation implements AutoCloseable {
  private static final int TIMEOUT_MS = 10_000;
  private static final int MOST_BYTES = 64 * 1024 * 1024;
  private static final int MOST_NESTING = 8;

  /// A node has refused what it was asked for.
  static final class Refusal extends IOException {
    private static final long serialVersionUID = 1;

    Refusal(String text) {
      super(text);
    }
  }

  private final Socket socket = new Socket();
  private final InputStream in;
  private final OutputStream out;

  RespConversation(String host, int port, List<String> login) throws IOException {
    try {
      socket.connect(new InetSocketAddress(host, port), TIMEOUT_MS);
      socket.setSoTimeout(TIMEOUT_MS);
      socket.setTcpNoDelay(true);
      in = new BufferedInputStream(socket.getInputStream());
      out = socket.getOutputStream();
      if (!login.isEmpty()) {
        List<String> words = new ArrayList<>(login);
        words.addFirst("AUTH");
        ask(words);
      }
    } catch (IOException e) {
      socket.close();
      throw new IOException(host + ":" + port + ": " + e.getMessage(), e);
    }
  }

  /// Asks, and returns the answer: a text, a number, a list, or null.
  @Nullable Object ask(List<String> words) throws IOException {
    StringBuilder request = new StringBuilder("*" + words.size() + "\r\n");
    for (String word : words) {
      int bytes = word.getBytes(StandardCharsets.UTF_8).length;
      request.append('$').append(bytes).append("\r\n").append(word).append("\r\n");
    }
    out.write(request.toString().getBytes(StandardCharsets.UTF_8));
    out.flush();
    return answer(0);
  }

  /// Asks for a text.
  String text(String... words) throws IOException {
    return String.valueOf(ask(List.of(words)));
  }

  private @Nullable Object answer(int depth) throws IOException {
    String line = line();
    if (line.isEmpty() || depth > MOST_NESTING) {
      throw new IOException("this is not what a server answers");
    }
    String rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+' -> rest;
      case '-' -> throw new Refusal(rest);
      case ':' -> number(rest);
      case '$' -> {
        long length = number(rest);
        yield length < 0 ? null : bulk(length);
      }
      case '*' -> {
        long count = number(rest);
        if (count > MOST_BYTES) {
          throw new IOException("this is not what a server answers");
        }
        List<Object> elements = new ArrayList<>();
        for (long i = 0; i < count; i++) {
          Object element = answer(depth + 1);
          elements.add(element == null ? "" : element);
        }
        yield elements;
      }
      default -> throw new IOException("this is not what a server answers");
    };
  }

  private static long number(String digits) throws IOException {
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      throw new IOException("this is not what a server answers", e);
    }
  }

  private String bulk(long length) throws IOException {
    if (length > MOST_BYTES) {
      throw new IOException("an answer of " + length + " bytes");
    }
    byte[] bytes = in.readNBytes((int) length + 2);
    if (bytes.length < length + 2) {
      throw new EOFException("the connection was closed");
    }
    return new String(bytes, 0, (int) length, StandardCharsets.UTF_8);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    while (line.length() < MOST_BYTES) {
      int c = in.read();
      if (c < 0) {
        throw new EOFException("the connection was closed");
      }
      if (c == '\n') {
        break;
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing more is wanted of it.
    }
  }
}
