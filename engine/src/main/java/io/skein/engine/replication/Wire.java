package io.skein.engine.replication;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// The few forms of bytes that the handshake consists of.
final class Wire {
  static final byte[] NEWLINE = {'\n'};

  private Wire() {}

  /// Returns a line of the protocol: the text and CR LF.
  static byte[] line(String text) {
    return (text + "\r\n").getBytes(StandardCharsets.UTF_8);
  }

  /// Returns a command as an array of bulk strings.
  static byte[] command(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(64);
    out.writeBytes(line("*" + arguments.length));
    for (String argument : arguments) {
      byte[] bytes = argument.getBytes(StandardCharsets.UTF_8);
      out.writeBytes(line("$" + bytes.length));
      out.writeBytes(bytes);
      out.write('\r');
      out.write('\n');
    }
    return out.toByteArray();
  }
}
