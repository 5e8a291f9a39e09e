package io.skein.engine.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A reply of RESP2 as values: texts, numbers as texts, and lists of such.
final class RespReader {
  private final String bytes;
  private int at;

  private RespReader(String bytes) {
    this.bytes = bytes;
  }

  /// The only reply in `bytes`.
  static List<Object> list(String bytes) {
    return asList(new RespReader(bytes).value());
  }

  @SuppressWarnings("unchecked")
  static List<Object> asList(Object value) {
    return (List<Object>) value;
  }

  /// What a list of names, each followed by its value, has for `name`.
  static Object field(Object list, String name) {
    List<Object> all = asList(list);
    for (int i = 0; i + 1 < all.size(); i += 2) {
      if (all.get(i).equals(name)) {
        return all.get(i + 1);
      }
    }
    throw new IllegalArgumentException("no " + name + " in " + list);
  }

  private Object value() {
    int end = bytes.indexOf("\r\n", at);
    char kind = bytes.charAt(at);
    String line = bytes.substring(at + 1, end);
    at = end + 2;
    switch (kind) {
      case '+', '-', ':' -> {
        return line;
      }
      case '$' -> {
        int length = Integer.parseInt(line);
        String text = bytes.substring(at, at + length);
        at += length + 2;
        return text;
      }
      case '*' -> {
        int count = Integer.parseInt(line);
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          values.add(value());
        }
        return values;
      }
      default ->
          throw new IllegalArgumentException(
              String.format(Locale.ROOT, "a reply cannot begin with %c at %d", kind, at));
    }
  }
}
