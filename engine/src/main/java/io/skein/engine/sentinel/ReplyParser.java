package io.skein.engine.sentinel;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Takes replies of RESP2 out of the bytes that an instance sends, in whatever pieces they come.
///
/// What makes no sense, or is larger than any reply to what a Sentinel asks, breaks the parser for
/// good: the connection is then to be closed.
final class ReplyParser {
  /// More than any INFO has.
  static final int MOST_BYTES = 16 * 1024 * 1024;

  private static final int MOST_ITEMS = 64 * 1024;
  private static final int DEEPEST = 8;

  private byte[] buffer = new byte[1024];
  private int end;
  private int at;
  private boolean broken;

  /// Adds what has come.
  void add(byte[] bytes) {
    if (broken) {
      return;
    }
    if (end - at + bytes.length > MOST_BYTES) {
      broken = true;
      return;
    }
    if (at > 0) {
      System.arraycopy(buffer, at, buffer, 0, end - at);
      end -= at;
      at = 0;
    }
    if (buffer.length - end < bytes.length) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, end + bytes.length));
    }
    System.arraycopy(bytes, 0, buffer, end, bytes.length);
    end += bytes.length;
  }

  /// The next whole reply, or null when more bytes are needed or the parser is broken.
  @Nullable Answer next() {
    if (broken) {
      return null;
    }
    int from = at;
    Answer whole = read(0);
    if (whole == null) {
      at = from;
    }
    return whole;
  }

  /// Whether what came is no reply.
  boolean isBroken() {
    return broken;
  }

  private @Nullable Answer read(int depth) {
    String line = line();
    if (line == null) {
      return null;
    }
    if (line.isEmpty() || depth > DEEPEST) {
      return broke();
    }
    String rest = line.substring(1);
    return switch (line.charAt(0)) {
      case '+' -> new Answer.Text(rest);
      case '-' -> new Answer.Failure(rest);
      case ':' -> integer(rest);
      case '$' -> bulk(rest);
      case '*' -> items(rest, depth);
      default -> broke();
    };
  }

  private @Nullable Answer integer(String digits) {
    try {
      return new Answer.Int(Long.parseLong(digits));
    } catch (NumberFormatException none) {
      return broke();
    }
  }

  private @Nullable Answer bulk(String digits) {
    int length = length(digits, MOST_BYTES);
    if (length < 0) {
      return length == -1 ? new Answer.Null() : broke();
    }
    if (end - at < length + 2) {
      return null;
    }
    String text = new String(buffer, at, length, StandardCharsets.UTF_8);
    at += length + 2;
    return new Answer.Bulk(text);
  }

  private @Nullable Answer items(String digits, int depth) {
    int count = length(digits, MOST_ITEMS);
    if (count < 0) {
      return count == -1 ? new Answer.NullList() : broke();
    }
    List<Answer> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Answer item = read(depth + 1);
      if (item == null) {
        return null;
      }
      items.add(item);
    }
    return new Answer.Items(items);
  }

  /// A length up to `most`; -1 for null, -2 for what is no length.
  private static int length(String digits, int most) {
    try {
      int length = Integer.parseInt(digits);
      return length > most || length < -1 ? -2 : length;
    } catch (NumberFormatException none) {
      return -2;
    }
  }

  private @Nullable String line() {
    for (int i = at; i < end; i++) {
      if (buffer[i] == '\n') {
        int to = i > at && buffer[i - 1] == '\r' ? i - 1 : i;
        String line = new String(buffer, at, to - at, StandardCharsets.UTF_8);
        at = i + 1;
        return line;
      }
    }
    return null;
  }

  private @Nullable Answer broke() {
    broken = true;
    return null;
  }
}
