package io.skein.server.script;

import io.skein.engine.resp.Reply;
import io.skein.engine.script.ScriptCalls;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Turns what a script returns into a reply.
///
/// Tables that are nested need no nesting of calls, since a script can nest them as deep as the
/// stack of Lua goes.
final class ReplyWriter {
  private static final byte[] ERR = ascii("err");
  private static final byte[] OK = ascii("ok");
  private static final byte[] DOUBLE = ascii("double");
  private static final byte[] BIG = ascii("big_number");
  private static final byte[] VERBATIM = ascii("verbatim_string");
  private static final byte[] FORMAT = ascii("format");
  private static final byte[] STRING = ascii("string");
  private static final byte[] MAP = ascii("map");
  private static final byte[] SET = ascii("set");

  private static final int IN_ARRAY = 0;
  private static final int AT_KEY = 1;
  private static final int AT_VALUE = 2;
  private static final int IN_SET = 3;

  private final LuaState lua;
  private final ScriptCalls calls;

  // Of each table that is being written: how, where its elements begin, how many there are.
  private int[] states = new int[16];
  private int[] marks = new int[16];
  private int[] counts = new int[16];
  private int depth;

  ReplyWriter(LuaState lua, ScriptCalls calls) {
    this.lua = lua;
    this.calls = calls;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// Takes the value at the top off and writes it.
  void write(Reply reply) {
    depth = 0;
    value(reply);
    while (depth > 0) {
      switch (states[depth - 1]) {
        case IN_ARRAY -> element(reply);
        case AT_KEY -> key(reply);
        case AT_VALUE -> {
          states[depth - 1] = AT_KEY;
          counts[depth - 1]++;
          value(reply);
        }
        default -> member(reply);
      }
    }
  }

  private void element(Reply reply) {
    int n = ++counts[depth - 1];
    lua.getAt(-1, n);
    if (lua.type(-1) != LuaLibrary.NIL) {
      value(reply);
      return;
    }
    depth--;
    reply.endArray(marks[depth], n - 1);
    lua.pop(2);
  }

  /// The key that was written last is at the top, or nil, and the table below it.
  private void key(Reply reply) {
    if (lua.next(-2)) {
      states[depth - 1] = AT_VALUE;
      lua.pushValue(-2);
      value(reply);
      return;
    }
    depth--;
    reply.endMap(marks[depth], counts[depth]);
    lua.pop(1);
  }

  private void member(Reply reply) {
    if (lua.next(-2)) {
      lua.pop(1);
      lua.pushValue(-1);
      counts[depth - 1]++;
      value(reply);
      return;
    }
    depth--;
    reply.endSet(marks[depth], counts[depth]);
    lua.pop(1);
  }

  private void begin(Reply reply, int state) {
    if (depth == states.length) {
      states = Arrays.copyOf(states, depth * 2);
      marks = Arrays.copyOf(marks, depth * 2);
      counts = Arrays.copyOf(counts, depth * 2);
    }
    states[depth] = state;
    marks[depth] = reply.begin();
    counts[depth++] = 0;
  }

  /// Takes the value at the top off and writes it, or leaves it there as a table that is being
  /// written.
  private void value(Reply reply) {
    if (!lua.hasRoom(4)) {
      calls.error(reply, "ERR reached lua stack limit", true);
      lua.pop(1);
      return;
    }
    switch (lua.type(-1)) {
      case LuaLibrary.STRING -> string(reply);
      case LuaLibrary.BOOLEAN -> bool(reply);
      case LuaLibrary.NUMBER -> reply.integer(LuaArguments.toLong(lua.toNumber(-1)));
      case LuaLibrary.TABLE -> {
        if (!isSpecial(reply)) {
          begin(reply, IN_ARRAY);
        }
        return;
      }
      default -> reply.nullBulk();
    }
    lua.pop(1);
  }

  private void string(Reply reply) {
    long address = lua.stringAddress(-1);
    reply.bulk(address, lua.lastLength());
  }

  private void bool(Reply reply) {
    boolean value = lua.toBoolean(-1);
    if (calls.protocol() != 2) {
      reply.bool(value);
    } else if (value) {
      reply.integer(1);
    } else {
      reply.nullBulk();
    }
  }

  /// Writes the table at the top if one of its fields says what it is, and takes it off, or begins
  /// with it.
  private boolean isSpecial(Reply reply) {
    if (isString(ERR)) {
      String text = lua.toText(-1);
      lua.pop(1);
      lua.getField(-1, ReplyReader.COUNTED);
      boolean counted = lua.type(-1) != LuaLibrary.BOOLEAN || !lua.toBoolean(-1);
      calls.error(reply, text, counted);
      lua.pop(2);
    } else if (isString(OK)) {
      reply.simple(line());
      lua.pop(2);
    } else if (is(DOUBLE, LuaLibrary.NUMBER)) {
      reply.doubleValue(lua.toNumber(-1));
      lua.pop(2);
    } else if (isString(BIG)) {
      if (reply.protocol() == 2) {
        reply.bulk(line().getBytes(StandardCharsets.ISO_8859_1));
      } else {
        reply.bigNumber(line());
      }
      lua.pop(2);
    } else if (isVerbatim(reply)) {
      lua.pop(1);
    } else if (is(MAP, LuaLibrary.TABLE)) {
      lua.remove(-2);
      begin(reply, AT_KEY);
      lua.pushNil();
    } else if (is(SET, LuaLibrary.TABLE)) {
      lua.remove(-2);
      begin(reply, IN_SET);
      lua.pushNil();
    } else {
      return false;
    }
    return true;
  }

  /// Whether the field is of that type; it is at the top then.
  private boolean is(byte[] field, int type) {
    if (lua.getField(-1, field) == type) {
      return true;
    }
    lua.pop(1);
    return false;
  }

  private boolean isString(byte[] field) {
    return is(field, LuaLibrary.STRING);
  }

  /// The text at the top, in one line, a character for each byte.
  private String line() {
    String text = new String(lua.toBytes(-1), StandardCharsets.ISO_8859_1);
    return text.replace('\r', ' ').replace('\n', ' ');
  }

  private boolean isVerbatim(Reply reply) {
    if (!is(VERBATIM, LuaLibrary.TABLE)) {
      return false;
    }
    boolean written = false;
    if (isString(FORMAT)) {
      byte[] format = Arrays.copyOf(lua.toBytes(-1), 3);
      lua.pop(1);
      if (isString(STRING)) {
        verbatim(reply, format, lua.toBytes(-1));
        lua.pop(1);
        written = true;
      }
    }
    lua.pop(1);
    return written;
  }

  private static void verbatim(Reply reply, byte[] format, byte[] text) {
    if (reply.protocol() == 2) {
      reply.bulk(text);
      return;
    }
    reply.raw(ascii("=" + (text.length + 4) + "\r\n"));
    reply.raw(format);
    reply.raw(ascii(":"));
    reply.raw(text);
    reply.raw(ascii("\r\n"));
  }
}
