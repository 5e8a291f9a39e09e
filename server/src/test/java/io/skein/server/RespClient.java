package io.skein.server;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A blocking client that shows replies as they are on the wire, without the last line end.
public final class RespClient implements AutoCloseable {
  private static final int PATIENCE_MS = 30_000;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  public RespClient(String host, int port) throws IOException {
    this(new Socket(), host, port);
  }

  /// A client that talks through `unconnected`, which may be one that encrypts.
  public RespClient(Socket unconnected, String host, int port) throws IOException {
    socket = unconnected;
    socket.setSoTimeout(PATIENCE_MS);
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress(host, port), PATIENCE_MS);
    in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
    out = socket.getOutputStream();
  }

  /// The request that consists of `words`.
  public static byte[] request(String... words) {
    StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
    for (String word : words) {
      text.append("$").append(word.length()).append("\r\n").append(word).append("\r\n");
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  public String call(String... words) throws IOException {
    send(request(words));
    return reply();
  }

  public void send(byte[] bytes) throws IOException {
    out.write(bytes);
    out.flush();
  }

  public void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /// The next reply.
  public String reply() throws IOException {
    String line = line();
    if (line.startsWith("$") && !line.equals("$-1")) {
      byte[] body = in.readNBytes(Integer.parseInt(line.substring(1)));
      line();
      return new String(body, StandardCharsets.ISO_8859_1);
    }
    if (line.startsWith("*") && !line.equals("*-1")) {
      StringBuilder all = new StringBuilder("[");
      for (int i = Integer.parseInt(line.substring(1)); i > 0; i--) {
        all.append(reply()).append(i > 1 ? ", " : "");
      }
      return all.append("]").toString();
    }
    return line;
  }

  private String line() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new EOFException();
      }
      if (b != '\r') {
        line.write(b);
      }
    }
    return line.toString(StandardCharsets.ISO_8859_1);
  }

  /// Sends nothing more.
  public void finishSending() throws IOException {
    socket.shutdownOutput();
  }

  /// Whether the server closes the connection without another byte.
  public boolean isClosedByServer() throws IOException {
    try {
      return in.read() < 0;
    } catch (java.net.SocketException reset) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
