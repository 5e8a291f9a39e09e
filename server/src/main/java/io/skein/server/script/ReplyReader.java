package io.skein.server.script;

import io.skein.engine.resp.Reply;
import java.nio.charset.StandardCharsets;

/// Turns replies of commands into values of Lua.
///
/// What RESP2 has: an integer becomes a number, a bulk string a string, an array a table, null
/// `false`, a status a table with `ok`, an error one with `err`. RESP3 adds tables with `map`,
/// `set`, `double`, `big_number` and `verbatim_string`, booleans, and `nil` for null; attributes
/// are passed over.
final class ReplyReader {
  /// The field that says that an error was counted when its command failed.
  static final byte[] COUNTED = "ignore_error_stats_update".getBytes(StandardCharsets.US_ASCII);

  private static final byte[] ERR = "err".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] OK = "ok".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] MAP = "map".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SET = "set".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DOUBLE = "double".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BIG = "big_number".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] VERBATIM = "verbatim_string".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] STRING = "string".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FORMAT = "format".getBytes(StandardCharsets.US_ASCII);

  private final LuaState lua;
  private byte[] bytes = new byte[0];
  private int at;

  ReplyReader(LuaState lua) {
    this.lua = lua;
  }

  /// Pushes a table with the error `text`, which begins with a code.
  static void pushError(LuaState lua, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    pushError(lua, utf8, 0, utf8.length);
  }

  /// Pushes a table with an error; one of a single word gets the code `ERR`.
  static void pushError(LuaState lua, byte[] text, int from, int length) {
    int space = -1;
    for (int i = 0; i < length && space < 0; i++) {
      space = text[from + i] == ' ' ? i : -1;
    }
    lua.hasRoom(4);
    lua.pushTable(0, 2);
    lua.pushBytes(ERR);
    if (space < 0) {
      byte[] whole = new byte[length + 4];
      System.arraycopy("ERR ".getBytes(StandardCharsets.US_ASCII), 0, whole, 0, 4);
      System.arraycopy(text, from, whole, 4, length);
      lua.pushBytes(whole);
    } else {
      lua.pushBytes(text, from, length);
    }
    lua.set(-3);
  }

  /// Pushes what `reply` says.
  void push(Reply reply) {
    bytes = reply.bytes();
    at = 0;
    value();
    bytes = new byte[0];
  }

  private void value() {
    lua.hasRoom(6);
    switch (bytes[at++]) {
      case ':' -> lua.pushNumber((double) integer());
      case '$' -> bulk();
      case '*' -> array((int) integer());
      case '+' -> status();
      case '-' -> error();
      case '%' -> map((int) integer());
      case '~' -> set((int) integer());
      case '>' -> array((int) integer());
      case '_' -> {
        line();
        lua.pushNil();
      }
      case '#' -> {
        lua.pushBoolean(bytes[at] == 't');
        line();
      }
      case ',' -> real();
      case '(' -> bigNumber();
      case '=' -> verbatim();
      case '|' -> attribute((int) integer());
      default -> throw LuaError.text("a reply of an unknown kind");
    }
  }

  /// Goes past the end of the line and returns where it ends.
  private int line() {
    int end = at;
    while (bytes[end] != '\r') {
      end++;
    }
    at = end + 2;
    return end;
  }

  private long integer() {
    boolean negative = bytes[at] == '-';
    int i = negative || bytes[at] == '+' ? at + 1 : at;
    long value = 0;
    for (; bytes[i] != '\r'; i++) {
      value = value * 10 + bytes[i] - '0';
    }
    at = i + 2;
    return negative ? -value : value;
  }

  private void bulk() {
    int length = (int) integer();
    if (length < 0) {
      lua.pushBoolean(false);
    } else {
      lua.pushBytes(bytes, at, length);
      at += length + 2;
    }
  }

  private void array(int count) {
    if (count < 0) {
      lua.pushBoolean(false);
      return;
    }
    lua.pushTable(count, 0);
    for (int i = 1; i <= count; i++) {
      value();
      lua.setAt(-2, i);
    }
  }

  private void status() {
    int from = at;
    int end = line();
    lua.pushTable(0, 1);
    lua.pushBytes(OK);
    lua.pushBytes(bytes, from, end - from);
    lua.set(-3);
  }

  private void error() {
    int from = at;
    int end = line();
    pushError(lua, bytes, from, end - from);
    lua.pushBytes(COUNTED);
    lua.pushBoolean(true);
    lua.set(-3);
  }

  private void map(int count) {
    lua.pushTable(0, 1);
    lua.pushBytes(MAP);
    // No room is made: the order in which it is walked would not be that of Redis.
    lua.pushTable(0, 0);
    for (int i = 0; i < count; i++) {
      value();
      value();
      if (lua.type(-2) == LuaLibrary.NIL) {
        lua.pop(2);
      } else {
        lua.set(-3);
      }
    }
    lua.set(-3);
  }

  private void set(int count) {
    lua.pushTable(0, 1);
    lua.pushBytes(SET);
    lua.pushTable(0, 0);
    for (int i = 0; i < count; i++) {
      value();
      if (lua.type(-1) == LuaLibrary.NIL) {
        lua.pop(1);
      } else {
        lua.pushBoolean(true);
        lua.set(-3);
      }
    }
    lua.set(-3);
  }

  private void real() {
    int from = at;
    int end = line();
    String text = new String(bytes, from, end - from, StandardCharsets.US_ASCII);
    double value =
        switch (text) {
          case "inf" -> Double.POSITIVE_INFINITY;
          case "-inf" -> Double.NEGATIVE_INFINITY;
          case "nan", "-nan" -> Double.NaN;
          default -> Double.parseDouble(text);
        };
    lua.pushTable(0, 1);
    lua.pushBytes(DOUBLE);
    lua.pushNumber(value);
    lua.set(-3);
  }

  private void bigNumber() {
    int from = at;
    int end = line();
    lua.pushTable(0, 1);
    lua.pushBytes(BIG);
    lua.pushBytes(bytes, from, end - from);
    lua.set(-3);
  }

  private void verbatim() {
    int length = (int) integer();
    lua.pushTable(0, 1);
    lua.pushBytes(VERBATIM);
    lua.pushTable(0, 2);
    lua.pushBytes(STRING);
    lua.pushBytes(bytes, at + 4, length - 4);
    lua.set(-3);
    lua.pushBytes(FORMAT);
    lua.pushBytes(bytes, at, 3);
    lua.set(-3);
    lua.set(-3);
    at += length + 2;
  }

  private void attribute(int count) {
    for (int i = 0; i < 2 * count; i++) {
      value();
      lua.pop(1);
    }
    value();
  }
}
