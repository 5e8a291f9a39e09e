package io.skein.server.script;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads JSON into values of Lua; the null of JSON becomes `cjson.null`.
final class JsonReader {
  /// What a text is made of, with the names that errors call them by.
  private enum Token {
    T_OBJ_BEGIN,
    T_OBJ_END,
    T_ARR_BEGIN,
    T_ARR_END,
    T_STRING,
    T_NUMBER,
    T_BOOLEAN,
    T_NULL,
    T_COLON,
    T_COMMA,
    T_END,
    T_ERROR
  }

  private final LuaState lua;
  private final JsonSettings settings;
  private final byte[] text;
  private int at;
  private int depth;

  // The token read last.
  private int tokenAt;
  private String problem = "";
  private double number;
  private boolean truth;
  private byte[] string = new byte[0];
  private int stringLength;

  JsonReader(LuaState lua, JsonSettings settings, byte[] text) {
    this.lua = lua;
    this.settings = settings;
    this.text = text;
  }

  /// Pushes the value of the whole text.
  void read() {
    value(token());
    Token last = token();
    if (last != Token.T_END) {
      throw unexpected("the end", last);
    }
  }

  /// The byte at an index; 0 beyond the end, which ends the text.
  private int byteAt(int index) {
    return index < text.length ? text[index] & 0xff : 0;
  }

  private LuaError unexpected(String expected, Token found) {
    String what = found == Token.T_ERROR ? problem : found.name();
    return LuaError.text(
        "Expected " + expected + " but found " + what + " at character " + (tokenAt + 1));
  }

  private Token error(String what) {
    tokenAt = at;
    problem = what;
    return Token.T_ERROR;
  }

  private Token token() {
    int c = byteAt(at);
    while (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
      c = byteAt(++at);
    }
    tokenAt = at;
    Token single =
        switch (c) {
          case '{' -> Token.T_OBJ_BEGIN;
          case '}' -> Token.T_OBJ_END;
          case '[' -> Token.T_ARR_BEGIN;
          case ']' -> Token.T_ARR_END;
          case ',' -> Token.T_COMMA;
          case ':' -> Token.T_COLON;
          default -> Token.T_END;
        };
    if (single != Token.T_END) {
      at++;
      return single;
    }
    if (c == 0) {
      return Token.T_END;
    }
    if (c == '"') {
      return stringToken();
    }
    if (c == '-' || c >= '0' && c <= '9') {
      return settings.decodesInvalid == 0 && isInvalidNumber()
          ? error("invalid number")
          : numberToken();
    }
    return wordToken();
  }

  private Token wordToken() {
    if (startsWith("true")) {
      truth = true;
      at += 4;
      return Token.T_BOOLEAN;
    }
    if (startsWith("false")) {
      truth = false;
      at += 5;
      return Token.T_BOOLEAN;
    }
    if (startsWith("null")) {
      at += 4;
      return Token.T_NULL;
    }
    int c = byteAt(at);
    boolean known = c == 'i' || c == 'I' || c == 'n' || c == 'N' || c == '+';
    return known && settings.decodesInvalid != 0 && isInvalidNumber()
        ? numberToken()
        : error("invalid token");
  }

  private boolean startsWith(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (byteAt(at + i) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private boolean startsWithAnyCase(int from, String word) {
    for (int i = 0; i < word.length(); i++) {
      if ((byteAt(from + i) | 0x20) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /// Whether what stands here is a number to C, but not to JSON.
  private boolean isInvalidNumber() {
    int p = at;
    if (byteAt(p) == '+') {
      return true;
    }
    if (byteAt(p) == '-') {
      p++;
    }
    int first = byteAt(p);
    if (first == '0') {
      int second = byteAt(p + 1);
      return (second | 0x20) == 'x' || second >= '0' && second <= '9';
    }
    return first > '9' && (startsWithAnyCase(p, "inf") || startsWithAnyCase(p, "nan"));
  }

  private Token numberToken() {
    int end = numberEnd();
    if (end < 0) {
      return error("invalid number");
    }
    number = parse(new String(text, at, end - at, StandardCharsets.US_ASCII));
    at = end;
    return Token.T_NUMBER;
  }

  /// Where the longest number ends that begins here, or -1.
  private int numberEnd() {
    int p = at;
    if (byteAt(p) == '-' || byteAt(p) == '+') {
      p++;
    }
    if (startsWithAnyCase(p, "infinity")) {
      return p + 8;
    }
    if (startsWithAnyCase(p, "inf") || startsWithAnyCase(p, "nan")) {
      return p + 3;
    }
    if (byteAt(p) == '0' && (byteAt(p + 1) | 0x20) == 'x' && hexDigit(byteAt(p + 2)) >= 0) {
      return hexadecimalEnd(p + 2);
    }
    int from = p;
    p = digits(p);
    boolean any = p > from;
    if (byteAt(p) == '.') {
      int fraction = digits(p + 1);
      any |= fraction > p + 1;
      p = any ? fraction : p;
    }
    if (!any) {
      return -1;
    }
    if ((byteAt(p) | 0x20) == 'e') {
      int exponent = p + 1;
      if (byteAt(exponent) == '+' || byteAt(exponent) == '-') {
        exponent++;
      }
      int end = digits(exponent);
      p = end > exponent ? end : p;
    }
    return p;
  }

  private int hexadecimalEnd(int from) {
    int p = from;
    while (hexDigit(byteAt(p)) >= 0) {
      p++;
    }
    if (byteAt(p) == '.') {
      p++;
      while (hexDigit(byteAt(p)) >= 0) {
        p++;
      }
    }
    if ((byteAt(p) | 0x20) == 'p') {
      boolean signed = byteAt(p + 1) == '+' || byteAt(p + 1) == '-';
      int exponent = signed ? p + 2 : p + 1;
      int end = digits(exponent);
      p = end > exponent ? end : p;
    }
    return p;
  }

  private int digits(int from) {
    int p = from;
    while (byteAt(p) >= '0' && byteAt(p) <= '9') {
      p++;
    }
    return p;
  }

  private static double parse(String word) {
    String lower = word.toLowerCase(Locale.ROOT);
    boolean negative = lower.startsWith("-");
    String bare = negative || lower.startsWith("+") ? lower.substring(1) : lower;
    double value;
    if (bare.startsWith("inf")) {
      value = Double.POSITIVE_INFINITY;
    } else if (bare.startsWith("nan")) {
      value = Double.NaN;
    } else {
      value =
          Double.parseDouble(bare.startsWith("0x") && bare.indexOf('p') < 0 ? bare + "p0" : bare);
    }
    return negative ? -value : value;
  }

  private static int hexDigit(int c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
        ? Character.digit(c, 16)
        : -1;
  }

  private Token stringToken() {
    at++;
    stringLength = 0;
    if (string.length < text.length - at) {
      string = new byte[text.length - at];
    }
    while (true) {
      int c = byteAt(at);
      if (c == '"') {
        at++;
        return Token.T_STRING;
      }
      if (c == 0) {
        return error("unexpected end of string");
      }
      if (c != '\\') {
        string[stringLength++] = (byte) c;
        at++;
        continue;
      }
      String wrong = escape();
      if (wrong != null) {
        return error(wrong);
      }
    }
  }

  private @Nullable String escape() {
    int c = byteAt(at + 1);
    if (c == 'u') {
      return unicode() ? null : "invalid unicode escape code";
    }
    int plain =
        switch (c) {
          case '"', '\\', '/' -> c;
          case 'b' -> '\b';
          case 't' -> '\t';
          case 'n' -> '\n';
          case 'f' -> '\f';
          case 'r' -> '\r';
          default -> 0;
        };
    if (plain == 0) {
      return "invalid escape code";
    }
    string[stringLength++] = (byte) plain;
    at += 2;
    return null;
  }

  private int fourDigits(int from) {
    int value = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = hexDigit(byteAt(i));
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  /// Reads `\` `uXXXX`, or two of them that are one character.
  private boolean unicode() {
    int code = fourDigits(at + 2);
    int length = 6;
    if (code < 0) {
      return false;
    }
    if ((code & 0xf800) == 0xd800) {
      boolean pair = (code & 0x400) == 0 && byteAt(at + 6) == '\\' && byteAt(at + 7) == 'u';
      int low = pair ? fourDigits(at + 8) : -1;
      if (low < 0 || (low & 0xfc00) != 0xdc00) {
        return false;
      }
      code = ((code & 0x3ff) << 10 | low & 0x3ff) + 0x10000;
      length = 12;
    }
    byte[] utf8 = Character.toString(code).getBytes(StandardCharsets.UTF_8);
    System.arraycopy(utf8, 0, string, stringLength, utf8.length);
    stringLength += utf8.length;
    at += length;
    return true;
  }

  private void value(Token token) {
    switch (token) {
      case T_STRING -> lua.pushBytes(string, 0, stringLength);
      case T_NUMBER -> lua.pushNumber(number);
      case T_BOOLEAN -> lua.pushBoolean(truth);
      case T_NULL -> lua.pushNullPointer();
      case T_OBJ_BEGIN -> object();
      case T_ARR_BEGIN -> array();
      default -> throw unexpected("value", token);
    }
  }

  private void descend() {
    depth++;
    if (depth > settings.decodeMaxDepth || !lua.hasRoom(4)) {
      throw LuaError.text(
          "Found too many nested data structures (" + depth + ") at character " + at);
    }
  }

  private void object() {
    descend();
    lua.pushTable(0, 0);
    Token token = token();
    while (token != Token.T_OBJ_END) {
      if (token != Token.T_STRING) {
        throw unexpected("object key string", token);
      }
      lua.pushBytes(string, 0, stringLength);
      Token colon = token();
      if (colon != Token.T_COLON) {
        throw unexpected("colon", colon);
      }
      value(token());
      lua.set(-3);
      token = token();
      if (token == Token.T_OBJ_END) {
        break;
      }
      if (token != Token.T_COMMA) {
        throw unexpected("comma or object end", token);
      }
      token = token();
      if (token == Token.T_OBJ_END) {
        throw unexpected("object key string", token);
      }
    }
    depth--;
  }

  private void array() {
    descend();
    lua.pushTable(0, 0);
    Token token = token();
    if (token != Token.T_ARR_END) {
      for (int i = 1; ; i++) {
        value(token);
        lua.setAt(-2, i);
        token = token();
        if (token == Token.T_ARR_END) {
          break;
        }
        if (token != Token.T_COMMA) {
          throw unexpected("comma or array end", token);
        }
        token = token();
      }
    }
    depth--;
  }
}
