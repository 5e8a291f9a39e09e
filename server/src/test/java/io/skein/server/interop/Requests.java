package io.skein.server.interop;

import java.nio.charset.StandardCharsets;

/// Requests as bytes.
final class Requests {
  private Requests() {}

  /// The request of these arguments, of which each character is one byte.
  static byte[] encode(String... arguments) {
    StringBuilder request = new StringBuilder("*" + arguments.length + "\r\n");
    for (String a : arguments) {
      request.append('$').append(a.length()).append("\r\n").append(a).append("\r\n");
    }
    return request.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
