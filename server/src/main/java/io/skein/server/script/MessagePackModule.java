package io.skein.server.script;

/// `cmsgpack`: values packed as MessagePack.
///
/// *See* the specification of MessagePack.
final class MessagePackModule {
  private final MessagePackWriter writer = new MessagePackWriter();

  void define(LuaRuntime runtime) {
    runtime.define("pack", this::pack);
    runtime.define("unpack", lua -> unpack(lua, 0, 0));
    runtime.define(
        "unpack_one",
        lua -> {
          long offset = LuaArguments.integerOr(lua, 2, 0);
          return unpack(lua, 1, offset);
        });
    runtime.define(
        "unpack_limit",
        lua -> {
          long limit = LuaArguments.integer(lua, 2);
          long offset = LuaArguments.integerOr(lua, 3, 0);
          return unpack(lua, limit, offset);
        });
    text(runtime, "_NAME", "cmsgpack");
    text(runtime, "_VERSION", "lua-cmsgpack 0.4.0");
    text(runtime, "_COPYRIGHT", "");
    text(runtime, "_DESCRIPTION", "MessagePack C implementation for Lua");
  }

  private static void text(LuaRuntime runtime, String name, String value) {
    runtime.lua().pushText(value);
    runtime.lua().setField(-2, name);
  }

  private int pack(LuaState lua) {
    int count = lua.top();
    if (count == 0) {
      throw LuaError.argument(0, "MessagePack pack needs input.");
    }
    writer.begin();
    for (int i = 1; i <= count; i++) {
      if (!lua.hasRoom(1)) {
        throw LuaError.text("stack overflow (in function mp_check)");
      }
      lua.pushValue(i);
      writer.value(lua, 0);
    }
    lua.pushBytes(writer.bytes(), 0, writer.size());
    return 1;
  }

  private static int unpack(LuaState lua, long limit, long offset) {
    byte[] data = LuaArguments.string(lua, 1);
    if (offset < 0 || limit < 0) {
      throw LuaError.text(
          "Invalid request to unpack with offset of "
              + (int) offset
              + " and limit of "
              + data.length
              + ".");
    }
    if (offset > data.length) {
      throw LuaError.text(
          "Start offset " + (int) offset + " greater than input length " + data.length + ".");
    }
    boolean all = limit == 0 && offset == 0;
    long most = all ? Long.MAX_VALUE : limit;
    lua.top(1);
    MessagePackReader reader = new MessagePackReader(lua, data, (int) offset);
    int count = 0;
    while (reader.hasMore() && count < most) {
      reader.value();
      count++;
    }
    if (all) {
      return count;
    }
    if (!lua.hasRoom(1)) {
      throw LuaError.text("stack overflow (in function mp_unpack_full)");
    }
    lua.pushNumber(reader.hasMore() ? reader.position() : -1);
    lua.insert(2);
    return count + 1;
  }
}
