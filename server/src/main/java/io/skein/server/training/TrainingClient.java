package io.skein.server.training;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A client as small as can be: sends commands, reads as many replies, and keeps only the first
/// line of the last.
///
/// It shares no code with the server, whose profile it must not distort.
final class TrainingClient implements AutoCloseable {
  private static final int TIMEOUT_MS = 10_000;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  TrainingClient(int port) throws IOException {
    socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MS);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
    in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
    out = socket.getOutputStream();
  }

  /// Sends one command, its words separated by single spaces, and gives the first line of the
  /// reply.
  String call(String command) throws IOException {
    return pipeline(List.of(command));
  }

  /// Sends all commands in one piece and gives the first line of the last reply.
  String pipeline(List<String> commands) throws IOException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    for (String command : commands) {
      String[] words = command.split(" ", -1);
      request.writeBytes(ascii("*" + words.length + "\r\n"));
      for (String word : words) {
        byte[] bytes = ascii(word);
        request.writeBytes(ascii("$" + bytes.length + "\r\n"));
        request.writeBytes(bytes);
        request.writeBytes(ascii("\r\n"));
      }
    }
    out.write(request.toByteArray());
    String last = "";
    for (int i = 0; i < commands.size(); i++) {
      last = skipReply();
    }
    return last;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private String skipReply() throws IOException {
    String head = readLine();
    if (head.isEmpty()) {
      throw new IOException("empty reply");
    }
    switch (head.charAt(0)) {
      case '$', '=', '!' -> {
        int length = Integer.parseInt(head.substring(1));
        if (length >= 0) {
          in.skipNBytes(length + 2L);
        }
      }
      case '*', '~', '>' -> skipReplies(Integer.parseInt(head.substring(1)));
      case '%' -> skipReplies(2 * Integer.parseInt(head.substring(1)));
      default -> {}
    }
    return head;
  }

  private void skipReplies(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      skipReply();
    }
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new EOFException("the server closed the connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }
}
