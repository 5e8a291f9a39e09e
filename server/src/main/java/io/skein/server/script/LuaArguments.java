package io.skein.server.script;

/// The arguments of functions that scripts call, checked as Lua's own library does.
final class LuaArguments {
  private LuaArguments() {}

  static double number(LuaState lua, int index) {
    if (!lua.isNumber(index)) {
      throw LuaError.argument(index, "number expected, got " + lua.typeName(index));
    }
    return lua.toNumber(index);
  }

  /// A number, cut to an integer.
  static long integer(LuaState lua, int index) {
    return toLong(number(lua, index));
  }

  static int integer32(LuaState lua, int index) {
    return (int) integer(lua, index);
  }

  /// An integer that may be left out.
  static long integerOr(LuaState lua, int index, long otherwise) {
    return lua.type(index) <= LuaLibrary.NIL ? otherwise : integer(lua, index);
  }

  /// The bytes of a string, or of a number as Lua writes it.
  static byte[] string(LuaState lua, int index) {
    if (!lua.isString(index)) {
      throw LuaError.argument(index, "string expected, got " + lua.typeName(index));
    }
    return lua.toBytes(index);
  }

  /// The integer that a processor makes of a number: the least there is of what does not fit.
  static long toLong(double value) {
    return value >= -0x1p63 && value < 0x1p63 ? (long) value : Long.MIN_VALUE;
  }
}
