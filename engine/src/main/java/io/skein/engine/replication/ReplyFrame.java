package io.skein.engine.replication;

import io.skein.engine.bytes.Numbers;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Puts the reply to one request together from the pieces in which it comes: a line, or a bulk
/// string.
final class ReplyFrame {
  /// More than this is no answer to what is asked here.
  private static final int MOST_BYTES = 64 * 1024;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private boolean broken;

  void clear() {
    bytes.reset();
    broken = false;
  }

  /// Takes what came; returns the whole reply, a line with its mark or a bulk string without, or
  /// null if more is needed or it makes no sense.
  @Nullable String take(byte[] data, int offset, int length) {
    if (broken || bytes.size() + length > MOST_BYTES) {
      broken = true;
      return null;
    }
    bytes.write(data, offset, length);
    byte[] all = bytes.toByteArray();
    int end = 0;
    while (end < all.length && all[end] != '\n') {
      end++;
    }
    if (end == all.length) {
      return null;
    }
    int line = end > 0 && all[end - 1] == '\r' ? end - 1 : end;
    if (line > 0 && all[0] == '$') {
      return bulk(all, line, end + 1);
    }
    broken = line == 0 || all[0] != '+' && all[0] != '-' || end + 1 < all.length;
    return broken ? null : new String(all, 0, line, StandardCharsets.ISO_8859_1);
  }

  private @Nullable String bulk(byte[] all, int line, int from) {
    long size = Numbers.isLong(all, 1, line - 1) ? Numbers.parseLong(all, 1, line - 1) : -1;
    if (size < 0 || size > MOST_BYTES || all.length > from + size + 2) {
      broken = true;
      return null;
    }
    return all.length < from + size + 2
        ? null
        : new String(all, from, (int) size, StandardCharsets.ISO_8859_1);
  }

  /// Whether what came makes no sense.
  boolean isBroken() {
    return broken;
  }
}
