package io.skein.server.script;

import java.nio.charset.StandardCharsets;

/// `cjson`: values as JSON and back.
///
/// *See* the documentation of Lua CJSON 2.1; RFC 8259.
final class JsonModule {
  private static final String[] OFF_ON = {"off", "on"};
  private static final String[] OFF_ON_NULL = {"off", "on", "null"};

  private final JsonSettings settings = new JsonSettings();
  private final JsonWriter writer = new JsonWriter(settings);

  void define(LuaRuntime runtime) {
    runtime.define("encode", this::encode);
    runtime.define("decode", this::decode);
    runtime.define("encode_sparse_array", this::sparseArray);
    runtime.define(
        "encode_max_depth",
        lua -> {
          arguments(lua, 1);
          settings.encodeMaxDepth = integer(lua, 1, settings.encodeMaxDepth, 1, Integer.MAX_VALUE);
          return 1;
        });
    runtime.define(
        "decode_max_depth",
        lua -> {
          arguments(lua, 1);
          settings.decodeMaxDepth = integer(lua, 1, settings.decodeMaxDepth, 1, Integer.MAX_VALUE);
          return 1;
        });
    runtime.define(
        "encode_number_precision",
        lua -> {
          arguments(lua, 1);
          settings.precision = integer(lua, 1, settings.precision, 1, 14);
          return 1;
        });
    runtime.define(
        "encode_keep_buffer",
        lua -> {
          arguments(lua, 1);
          settings.keepsBuffer = choice(lua, 1, settings.keepsBuffer, OFF_ON);
          return 1;
        });
    runtime.define(
        "encode_invalid_numbers",
        lua -> {
          arguments(lua, 1);
          settings.encodesInvalid = choice(lua, 1, settings.encodesInvalid, OFF_ON_NULL);
          return 1;
        });
    runtime.define(
        "decode_invalid_numbers",
        lua -> {
          arguments(lua, 1);
          settings.decodesInvalid = choice(lua, 1, settings.decodesInvalid, OFF_ON);
          return 1;
        });
    LuaState lua = runtime.lua();
    lua.pushNullPointer();
    lua.setField(-2, "null");
    lua.pushText("cjson");
    lua.setField(-2, "_NAME");
    lua.pushText("2.1.0");
    lua.setField(-2, "_VERSION");
  }

  /// Has there be so many arguments, nil where none was given.
  private static void arguments(LuaState lua, int most) {
    if (lua.top() > most) {
      throw LuaError.argument(most + 1, "found too many arguments");
    }
    lua.top(most);
  }

  private static int integer(LuaState lua, int index, int now, int least, int most) {
    int value = now;
    if (lua.type(index) != LuaLibrary.NIL) {
      value = LuaArguments.integer32(lua, index);
      if (value < least || value > most) {
        throw LuaError.argument(1, "expected integer between " + least + " and " + most);
      }
    }
    lua.pushNumber(value);
    return value;
  }

  /// One of `words`, or a boolean for the first two.
  private static int choice(LuaState lua, int index, int now, String... words) {
    int value = now;
    int type = lua.type(index);
    if (type == LuaLibrary.BOOLEAN) {
      value = lua.toBoolean(index) ? 1 : 0;
    } else if (type != LuaLibrary.NIL) {
      String word = new String(LuaArguments.string(lua, index), StandardCharsets.UTF_8);
      value = -1;
      for (int i = 0; i < words.length; i++) {
        value = words[i].equals(word) ? i : value;
      }
      if (value < 0) {
        throw LuaError.argument(index, "invalid option '" + word + "'");
      }
    }
    if (value > 1) {
      lua.pushText(words[value]);
    } else {
      lua.pushBoolean(value == 1);
    }
    return value;
  }

  private int sparseArray(LuaState lua) {
    arguments(lua, 3);
    settings.convertsSparse = choice(lua, 1, settings.convertsSparse, OFF_ON);
    settings.sparseRatio = integer(lua, 2, settings.sparseRatio, 0, Integer.MAX_VALUE);
    settings.sparseSafe = integer(lua, 3, settings.sparseSafe, 0, Integer.MAX_VALUE);
    return 3;
  }

  private int encode(LuaState lua) {
    if (lua.top() != 1) {
      throw LuaError.argument(1, "expected 1 argument");
    }
    writer.begin();
    writer.value(lua, 0);
    lua.pushBytes(writer.bytes(), 0, writer.size());
    return 1;
  }

  private int decode(LuaState lua) {
    if (lua.top() != 1) {
      throw LuaError.argument(1, "expected 1 argument");
    }
    byte[] text = LuaArguments.string(lua, 1);
    if (text.length >= 2 && (text[0] == 0 || text[1] == 0)) {
      throw LuaError.text("JSON parser does not support UTF-16 or UTF-32");
    }
    new JsonReader(lua, settings, text).read();
    return 1;
  }
}
