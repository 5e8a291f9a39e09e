package io.skein.server.script;

import io.skein.engine.script.ScriptCalls;
import io.skein.engine.script.ScriptFlag;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// `redis.register_function`, with a name and a function, or with one table that names its
/// arguments.
final class FunctionRegistration implements LuaFunction {
  private static final String TABLE_EXPECTED =
      "calling redis.register_function with a single argument is only applicable to Lua table"
          + " (representing named arguments).";

  private final ScriptCalls calls;

  FunctionRegistration(LuaRuntime runtime) {
    this.calls = runtime.calls();
  }

  @Override
  public int call(LuaState lua) {
    if (!calls.isLoading()) {
      throw error(lua, "redis.register_function can only be called on FUNCTION LOAD command");
    }
    switch (lua.top()) {
      case 1 -> named(lua);
      case 2 -> positional(lua);
      default -> throw error(lua, "wrong number of arguments to redis.register_function");
    }
    return 0;
  }

  private static LuaError error(LuaState lua, String text) {
    ReplyReader.pushError(lua, "ERR " + text);
    return LuaError.value();
  }

  private void positional(LuaState lua) {
    if (!lua.isString(1)) {
      throw error(lua, "first argument to redis.register_function must be a string");
    }
    if (lua.type(2) != LuaLibrary.FUNCTION) {
      throw error(lua, "second argument to redis.register_function must be a function");
    }
    String name = lua.toText(1);
    register(lua, name, null, lua.refer(), 0);
  }

  private void register(
      LuaState lua, String name, @Nullable String description, int reference, int flags) {
    String refusal = calls.register(name, description, reference, flags);
    if (refusal != null) {
      lua.forget(reference);
      throw error(lua, refusal);
    }
  }

  private void named(LuaState lua) {
    if (lua.type(1) != LuaLibrary.TABLE) {
      throw error(lua, TABLE_EXPECTED);
    }
    String name = null;
    String description = null;
    int flags = 0;
    int callback = 0;
    lua.pushNil();
    while (lua.next(1)) {
      // A key that is a number must not become a string while the table is walked.
      if (lua.type(2) != LuaLibrary.STRING) {
        throw error(
            lua,
            lua.type(2) == LuaLibrary.NUMBER
                ? "unknown argument given to redis.register_function"
                : "named argument key given to redis.register_function is not a string");
      }
      switch (lua.toText(2).toLowerCase(Locale.ROOT)) {
        case "function_name" -> name = text(lua, "function_name");
        case "description" -> description = text(lua, "description");
        case "callback" -> {
          if (lua.type(3) != LuaLibrary.FUNCTION) {
            throw error(
                lua, "callback argument given to redis.register_function must be a function");
          }
          if (callback != 0) {
            lua.forget(callback);
          }
          lua.pushValue(3);
          callback = lua.refer();
        }
        case "flags" -> flags = flags(lua);
        default -> throw error(lua, "unknown argument given to redis.register_function");
      }
      lua.top(2);
    }
    if (name == null) {
      throw error(lua, "redis.register_function must get a function name argument");
    }
    if (callback == 0) {
      throw error(lua, "redis.register_function must get a callback argument");
    }
    register(lua, name, description, callback, flags);
  }

  private static String text(LuaState lua, String argument) {
    if (!lua.isString(3)) {
      throw error(lua, argument + " argument given to redis.register_function must be a string");
    }
    return lua.toText(3);
  }

  private static int flags(LuaState lua) {
    if (lua.type(3) != LuaLibrary.TABLE) {
      throw error(
          lua,
          "flags argument to redis.register_function must be a table representing function flags");
    }
    int bits = 0;
    for (int i = 1; ; i++) {
      lua.getAt(3, i);
      if (lua.type(4) == LuaLibrary.NIL) {
        return bits;
      }
      ScriptFlag flag =
          lua.isString(4) ? ScriptFlag.of(lua.toText(4).toLowerCase(Locale.ROOT)) : null;
      if (flag == null) {
        throw error(lua, "unknown flag given");
      }
      bits |= flag.bit();
      lua.pop(1);
    }
  }
}
