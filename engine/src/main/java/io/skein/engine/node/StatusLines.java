package io.skein.engine.node;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// Takes apart the replies of another server where each is one line: a status or an error.
///
/// Whoever asked for nothing else can tell by it whether the other side speaks the protocol.
final class StatusLines {
  /// More than any error has.
  private static final int MOST_BYTES = 16 * 1024;

  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private boolean broken;

  /// Gives each line that is complete, without its end, to `lines`.
  ///
  /// @return false when this is not, or was not, what a server replies; nothing more is given then
  boolean feed(byte[] bytes, int offset, int length, Consumer<String> lines) {
    for (int i = offset; i < offset + length && !broken; i++) {
      if (bytes[i] != '\n') {
        line.write(bytes[i]);
        broken = line.size() > MOST_BYTES;
        continue;
      }
      String text = line.toString(StandardCharsets.ISO_8859_1);
      line.reset();
      broken = text.isEmpty() || "+-".indexOf(text.charAt(0)) < 0 || !text.endsWith("\r");
      if (!broken) {
        lines.accept(text.substring(0, text.length() - 1));
      }
    }
    return !broken;
  }
}
