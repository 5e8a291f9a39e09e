package io.skein.engine.config;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// The two forms of configuration text: bytes one per `char` ("raw") while lines are split and
/// quoted, and Unicode text as values hold it.
///
/// Configuration may hold any bytes. Values are decoded as UTF-8, so that paths and names are what
/// the operator wrote; a byte that is no UTF-8 becomes a lone surrogate (U+DC00 plus the byte),
/// which [#raw] turns back into the same byte. Nothing is lost either way.
public final class ConfigText {
  private ConfigText() {}

  /// The text that `bytes` spell.
  public static String of(byte[] bytes) {
    return text(new String(bytes, StandardCharsets.ISO_8859_1));
  }

  /// The bytes that spell `text`.
  public static byte[] bytes(String text) {
    return raw(text).getBytes(StandardCharsets.ISO_8859_1);
  }

  /// Decodes raw text, in which every `char` is one byte.
  public static String text(String raw) {
    int length = raw.length();
    int at = 0;
    while (at < length && raw.charAt(at) < 0x80) {
      at++;
    }
    if (at == length) {
      return raw;
    }
    StringBuilder out = new StringBuilder(length).append(raw, 0, at);
    while (at < length) {
      int size = sequenceLength(raw, at);
      if (size == 0) {
        out.append((char) (0xDC00 + raw.charAt(at)));
        at++;
        continue;
      }
      int point = size == 1 ? raw.charAt(at) : raw.charAt(at) & (0x7F >> size);
      for (int i = 1; i < size; i++) {
        point = point << 6 | (raw.charAt(at + i) & 0x3F);
      }
      out.appendCodePoint(point);
      at += size;
    }
    return out.toString();
  }

  /// The length of the well-formed UTF-8 sequence at `at`, or 0 (Unicode 15, table 3-7).
  private static int sequenceLength(String raw, int at) {
    int first = raw.charAt(at);
    if (first < 0x80) {
      return 1;
    }
    int size = first >= 0xC2 && first <= 0xDF ? 2 : first >= 0xE0 && first <= 0xEF ? 3 : 4;
    if (first < 0xC2 || first > 0xF4 || at + size > raw.length()) {
      return 0;
    }
    int low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    int high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    for (int i = 1; i < size; i++) {
      int next = raw.charAt(at + i);
      if (next < low || next > high) {
        return 0;
      }
      low = 0x80;
      high = 0xBF;
    }
    return size;
  }

  /// Encodes `text` as raw text, in which every `char` is one byte.
  public static String raw(String text) {
    int length = text.length();
    int at = 0;
    while (at < length && text.charAt(at) < 0x80) {
      at++;
    }
    if (at == length) {
      return text;
    }
    StringBuilder out = new StringBuilder(length + 8).append(text, 0, at);
    while (at < length) {
      int point = text.codePointAt(at);
      at += Character.charCount(point);
      if (point >= 0xDC80 && point <= 0xDCFF) {
        out.append((char) (point - 0xDC00));
      } else if (point < 0x80) {
        out.append((char) point);
      } else if (point < 0x800) {
        out.append((char) (0xC0 | point >> 6)).append(tail(point));
      } else if (point < 0x10000) {
        out.append((char) (0xE0 | point >> 12)).append(tail(point >> 6)).append(tail(point));
      } else {
        out.append((char) (0xF0 | point >> 18)).append(tail(point >> 12));
        out.append(tail(point >> 6)).append(tail(point));
      }
    }
    return out.toString();
  }

  private static char tail(int bits) {
    return (char) (0x80 | (bits & 0x3F));
  }

  /// Quotes `text` so that [LineGrammar] reads it back; the result is printable ASCII.
  public static String quoted(String text) {
    String raw = raw(text);
    StringBuilder out = new StringBuilder(raw.length() + 2).append('"');
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      switch (c) {
        case '\\', '"' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\b' -> out.append("\\b");
        case 7 -> out.append("\\a");
        default -> {
          if (c >= ' ' && c <= '~') {
            out.append(c);
          } else {
            out.append("\\x").append(hexDigit(c >> 4)).append(hexDigit(c & 15));
          }
        }
      }
    }
    return out.append('"').toString();
  }

  /// Whether `text` can stand in a line without quotes: printable ASCII, no blank and no quote.
  static boolean isBare(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= ' ' || c > '~' || c == '"' || c == '\'') {
        return false;
      }
    }
    return !text.isEmpty();
  }

  private static char hexDigit(int value) {
    return Character.forDigit(value, 16);
  }

  /// `text` with the ASCII letters in lower case.
  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  /// `text` without the blanks (space, tab, line ends) around it.
  static String trimmed(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isBlank(text.charAt(from))) {
      from++;
    }
    while (to > from && isBlank(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }
}
