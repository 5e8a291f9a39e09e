package io.skein.engine.replication;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Puts lines together from the pieces in which they come.
final class LineBuffer {
  private static final int MAX_LINE_BYTES = 1024;

  private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
  private int taken;
  private boolean tooLong;

  void clear() {
    partial.reset();
    tooLong = false;
  }

  /// Takes bytes up to the end of a line; returns it without its end, or null if more is needed.
  @Nullable String take(byte[] data, int offset, int length) {
    for (int i = 0; i < length; i++) {
      if (data[offset + i] == '\n') {
        partial.write(data, offset, i);
        taken = i + 1;
        String line = partial.toString(StandardCharsets.UTF_8);
        partial.reset();
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
      }
    }
    taken = length;
    tooLong = partial.size() + length > MAX_LINE_BYTES;
    if (!tooLong) {
      partial.write(data, offset, length);
    }
    return null;
  }

  /// Returns how many bytes the last call took.
  int taken() {
    return taken;
  }

  /// Whether there is no end to the line within reason.
  boolean isTooLong() {
    return tooLong;
  }
}
