package io.skein.server.script;

import java.nio.charset.StandardCharsets;
import java.util.function.IntBinaryOperator;

/// `bit`: operations on 32-bit integers.
///
/// *See* the documentation of Lua BitOp 1.0.2.
final class BitModule {
  /// Added to a number, leaves its integer part in the low bits.
  private static final double TO_BITS = 0x1.8p52;

  void define(LuaRuntime runtime) {
    runtime.define("tobit", lua -> result(lua, bits(lua, 1)));
    runtime.define("bnot", lua -> result(lua, ~bits(lua, 1)));
    runtime.define("bswap", lua -> result(lua, Integer.reverseBytes(bits(lua, 1))));
    runtime.define("tohex", BitModule::toHex);
    all(runtime, "band", (a, b) -> a & b);
    all(runtime, "bor", (a, b) -> a | b);
    all(runtime, "bxor", (a, b) -> a ^ b);
    shift(runtime, "lshift", (a, n) -> a << n);
    shift(runtime, "rshift", (a, n) -> a >>> n);
    shift(runtime, "arshift", (a, n) -> a >> n);
    shift(runtime, "rol", Integer::rotateLeft);
    shift(runtime, "ror", Integer::rotateRight);
  }

  private static void all(LuaRuntime runtime, String name, IntBinaryOperator operator) {
    runtime.define(
        name,
        lua -> {
          int value = bits(lua, 1);
          for (int i = lua.top(); i > 1; i--) {
            value = operator.applyAsInt(value, bits(lua, i));
          }
          return result(lua, value);
        });
  }

  private static void shift(LuaRuntime runtime, String name, IntBinaryOperator operator) {
    runtime.define(name, lua -> result(lua, operator.applyAsInt(bits(lua, 1), bits(lua, 2) & 31)));
  }

  private static int bits(LuaState lua, int index) {
    double value = LuaArguments.number(lua, index);
    return (int) Double.doubleToRawLongBits(value + TO_BITS);
  }

  private static int result(LuaState lua, int value) {
    lua.pushNumber(value);
    return 1;
  }

  private static int toHex(LuaState lua) {
    int value = bits(lua, 1);
    int digits = lua.type(2) < 0 ? 8 : bits(lua, 2);
    String hex = String.format("%08x", value);
    if (digits < 0) {
      hex = String.format("%08X", value);
      digits = digits == Integer.MIN_VALUE ? 8 : -digits;
    }
    String shown = hex.substring(8 - Math.min(8, digits));
    lua.pushBytes(shown.getBytes(StandardCharsets.US_ASCII));
    return 1;
  }
}
