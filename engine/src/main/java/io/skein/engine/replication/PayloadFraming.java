package io.skein.engine.replication;

import io.skein.engine.bytes.Numbers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Finds the end of a snapshot in the bytes from a primary, which announces it in one of two ways:
///
/// ```
/// $<number of bytes>            a file whose length is known
/// $EOF:<40 characters>          a stream that ends with those characters
/// ```
///
/// The characters are random, so that they do not occur in the data. A primary waits after them, so
/// that they end a piece; that is not relied on here.
final class PayloadFraming {
  private static final int MARK_CHARS = 40;
  private static final String EOF = "$EOF:";

  private final byte @Nullable [] mark;
  private final int[] skips = new int[256];
  private long remaining;

  /// What could be the beginning of the mark, kept until more comes.
  private byte[] held = new byte[0];

  private final long totalBytes;

  /// Where the part of the snapshot lies that was found last, and what comes after the snapshot.
  private byte[] array = held;

  private int offset;
  private int length;
  private int after;
  private boolean complete;

  private PayloadFraming(byte @Nullable [] mark, long totalBytes) {
    this.mark = mark;
    this.totalBytes = totalBytes;
    this.remaining = totalBytes;
    if (mark != null) {
      // Horspool: how far the mark may move on, by the byte under its end.
      Arrays.fill(skips, MARK_CHARS);
      for (int i = 0; i < MARK_CHARS - 1; i++) {
        skips[mark[i] & 0xff] = MARK_CHARS - 1 - i;
      }
    }
  }

  /// Reads the announcement; null if it is none.
  static @Nullable PayloadFraming parse(String line) {
    if (line.startsWith(EOF) && line.length() >= EOF.length() + MARK_CHARS) {
      String mark = line.substring(EOF.length(), EOF.length() + MARK_CHARS);
      return new PayloadFraming(mark.getBytes(StandardCharsets.ISO_8859_1), -1);
    }
    byte[] number = line.substring(1).getBytes(StandardCharsets.ISO_8859_1);
    if (!line.startsWith("$") || !Numbers.isLong(number, 0, number.length)) {
      return null;
    }
    long bytes = Numbers.parseLong(number, 0, number.length);
    return bytes <= 0 ? null : new PayloadFraming(null, bytes);
  }

  /// Returns the number of bytes announced, or -1.
  long totalBytes() {
    return totalBytes;
  }

  boolean hasMark() {
    return mark != null;
  }

  /// Takes a piece; what of it belongs to the snapshot is then in [#array], [#offset] and
  /// [#length].
  void feed(byte[] data, int from, int count) {
    if (mark == null) {
      int n = (int) Math.min(remaining, count);
      remaining -= n;
      complete = remaining == 0;
      found(data, from, n, from + n);
      return;
    }
    byte[] in = data;
    int start = from;
    int end = from + count;
    if (held.length > 0) {
      in = Arrays.copyOf(held, held.length + count);
      System.arraycopy(data, from, in, held.length, count);
      start = 0;
      end = in.length;
    }
    int at = find(mark, in, start, end);
    if (at >= 0) {
      complete = true;
      // What follows the mark lies in the piece itself: of the mark, at least one byte is new.
      found(in, start, at - start, from + count - (end - at - MARK_CHARS));
      return;
    }
    int keep = Math.min(end - start, MARK_CHARS - 1);
    held = Arrays.copyOfRange(in, end - keep, end);
    found(in, start, end - start - keep, from + count);
  }

  private void found(byte[] in, int from, int n, int next) {
    array = in;
    offset = from;
    length = n;
    after = next;
  }

  private int find(byte[] what, byte[] in, int start, int end) {
    int at = start;
    while (at <= end - MARK_CHARS) {
      byte last = in[at + MARK_CHARS - 1];
      if (last == what[MARK_CHARS - 1]
          && Arrays.equals(in, at, at + MARK_CHARS, what, 0, MARK_CHARS)) {
        return at;
      }
      at += skips[last & 0xff];
    }
    return -1;
  }

  byte[] array() {
    return array;
  }

  int offset() {
    return offset;
  }

  int length() {
    return length;
  }

  /// Returns the index in the piece fed last of the first byte after the snapshot.
  int after() {
    return after;
  }

  boolean isComplete() {
    return complete;
  }
}
