package io.skein.simulator;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The little of RESP that the simulation's clients need; one message is one request or reply.
final class Resp {
  private Resp() {}

  static byte[] command(String... arguments) {
    StringBuilder out = new StringBuilder("*" + arguments.length + "\r\n");
    for (String argument : arguments) {
      out.append('$').append(argument.length()).append("\r\n").append(argument).append("\r\n");
    }
    return out.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  /// The arguments of a request made by [#command].
  static String[] request(byte[] bytes) {
    String[] lines = new String(bytes, StandardCharsets.ISO_8859_1).split("\r\n");
    String[] arguments = new String[lines.length / 2];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = lines[2 * i + 2];
    }
    return arguments;
  }

  static String bulk(@Nullable String value) {
    return value == null ? "$-1\r\n" : "$" + value.length() + "\r\n" + value + "\r\n";
  }

  /// The value of a bulk reply, or null for the null reply.
  static @Nullable String value(String reply) {
    return reply.startsWith("$-1") ? null : reply.split("\r\n")[1];
  }
}
