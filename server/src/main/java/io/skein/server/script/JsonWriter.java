package io.skein.server.script;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes values of Lua as JSON.
final class JsonWriter {
  private static final int KEPT_BYTES = 64 * 1024;
  private static final int FULL_PRECISION = 14;
  private static final byte[][] ESCAPES = escapes();

  private final JsonSettings settings;
  private byte[] out = new byte[512];
  private int size;

  JsonWriter(JsonSettings settings) {
    this.settings = settings;
  }

  private static byte[][] escapes() {
    byte[][] table = new byte[256][];
    for (int c = 0; c < 32; c++) {
      table[c] = ascii(String.format("\\u%04x", c));
    }
    table[127] = ascii("\\u007f");
    table['\b'] = ascii("\\b");
    table['\t'] = ascii("\\t");
    table['\n'] = ascii("\\n");
    table['\f'] = ascii("\\f");
    table['\r'] = ascii("\\r");
    table['"'] = ascii("\\\"");
    table['\\'] = ascii("\\\\");
    table['/'] = ascii("\\/");
    return table;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  void begin() {
    size = 0;
    if (out.length > KEPT_BYTES) {
      out = new byte[512];
    }
  }

  byte[] bytes() {
    return out;
  }

  int size() {
    return size;
  }

  private void room(long more) {
    if (size + more > Integer.MAX_VALUE - 64) {
      throw LuaError.text("string too long");
    }
    if (out.length - size < more) {
      out = Arrays.copyOf(out, (int) Math.max(size + more, Math.min(size * 2L, 1 << 30)));
    }
  }

  private void put(char c) {
    room(1);
    out[size++] = (byte) c;
  }

  private void put(byte[] text) {
    room(text.length);
    System.arraycopy(text, 0, out, size, text.length);
    size += text.length;
  }

  private static LuaError refusal(LuaState lua, int index, String reason) {
    return LuaError.text("Cannot serialise " + lua.typeName(index) + ": " + reason);
  }

  /// Writes the value at the top and leaves it there.
  void value(LuaState lua, int depth) {
    switch (lua.type(-1)) {
      case LuaLibrary.STRING -> string(lua, -1);
      case LuaLibrary.NUMBER -> number(lua, -1);
      case LuaLibrary.BOOLEAN -> put(ascii(lua.toBoolean(-1) ? "true" : "false"));
      case LuaLibrary.TABLE -> table(lua, depth + 1);
      case LuaLibrary.NIL -> put(ascii("null"));
      case LuaLibrary.LIGHT_USERDATA -> put(ascii("null"));
      default -> throw refusal(lua, -1, "type not supported");
    }
  }

  private void table(LuaState lua, int depth) {
    if (depth > settings.encodeMaxDepth || !lua.hasRoom(4)) {
      throw LuaError.text("Cannot serialise, excessive nesting (" + depth + ")");
    }
    int length = arrayLength(lua);
    if (length > 0) {
      array(lua, depth, length);
    } else {
      object(lua, depth);
    }
  }

  /// The highest index of a table that has only those of an array, or -1.
  private int arrayLength(LuaState lua) {
    long most = 0;
    long items = 0;
    lua.pushNil();
    while (lua.next(-2)) {
      lua.pop(1);
      double n = lua.type(-1) == LuaLibrary.NUMBER ? lua.toNumber(-1) : 0;
      if (!(n >= 1) || Math.floor(n) != n) {
        lua.pop(1);
        return -1;
      }
      if (n > most) {
        // An index beyond those of arrays of C: what has one is an object.
        most = n <= Integer.MAX_VALUE ? (long) n : Integer.MIN_VALUE;
      }
      items++;
    }
    if (settings.sparseRatio > 0
        && most > items * settings.sparseRatio
        && most > settings.sparseSafe) {
      if (settings.convertsSparse == 0) {
        throw refusal(lua, -1, "excessively sparse array");
      }
      return -1;
    }
    return (int) most;
  }

  private void array(LuaState lua, int depth, int length) {
    put('[');
    for (int i = 1; i <= length; i++) {
      if (i > 1) {
        put(',');
      }
      lua.getAt(-1, i);
      value(lua, depth);
      lua.pop(1);
    }
    put(']');
  }

  private void object(LuaState lua, int depth) {
    put('{');
    boolean first = true;
    lua.pushNil();
    while (lua.next(-2)) {
      if (!first) {
        put(',');
      }
      first = false;
      switch (lua.type(-2)) {
        case LuaLibrary.NUMBER -> {
          put('"');
          number(lua, -2);
          put('"');
        }
        case LuaLibrary.STRING -> string(lua, -2);
        default -> throw refusal(lua, -2, "table key must be a number or string");
      }
      put(':');
      value(lua, depth);
      lua.pop(1);
    }
    put('}');
  }

  private void string(LuaState lua, int index) {
    long address = lua.stringAddress(index);
    int length = lua.lastLength();
    room(length * 6L + 2);
    int from = size + length * 5 + 2;
    // The text is copied behind where it goes, which is never overtaken.
    LuaState.copy(address, out, from, length);
    out[size++] = '"';
    for (int i = from; i < from + length; i++) {
      byte[] escape = ESCAPES[out[i] & 0xff];
      if (escape == null) {
        out[size++] = out[i];
      } else {
        System.arraycopy(escape, 0, out, size, escape.length);
        size += escape.length;
      }
    }
    out[size++] = '"';
  }

  private void number(LuaState lua, int index) {
    double value = lua.toNumber(index);
    if (Double.isNaN(value) || Double.isInfinite(value)) {
      switch (settings.encodesInvalid) {
        case 0 -> throw refusal(lua, index, "must not be NaN or Inf");
        case 1 -> put(ascii(Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf"));
        default -> put(ascii("null"));
      }
      return;
    }
    put(ascii(text(value, settings.precision)));
  }

  /// A number with at most so many digits, as `%g` of C writes it.
  static String text(double value, int precision) {
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    if (precision == FULL_PRECISION && value == (long) value && Math.abs(value) < 1e14) {
      return Long.toString((long) value);
    }
    BigDecimal rounded =
        new BigDecimal(value).round(new MathContext(precision, RoundingMode.HALF_EVEN));
    BigDecimal shown = rounded.stripTrailingZeros();
    int exponent = shown.precision() - shown.scale() - 1;
    if (exponent >= -4 && exponent < precision) {
      return shown.toPlainString();
    }
    String digits = shown.unscaledValue().abs().toString();
    String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    String sign = value < 0 ? "-" : "";
    return sign
        + digits.charAt(0)
        + fraction
        + String.format("e%c%02d", exponent < 0 ? '-' : '+', Math.abs(exponent));
  }
}
