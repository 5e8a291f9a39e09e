package io.skein.server.script;

import java.nio.charset.StandardCharsets;

/// The tables of functions that scripts find among their globals.
final class LuaModules {
  /// For which code they are.
  enum Module {
    OF_SCRIPTS,
    OF_FUNCTIONS,
    OF_LOADING
  }

  private final LuaRuntime runtime;
  private final LuaState lua;

  LuaModules(LuaRuntime runtime) {
    this.runtime = runtime;
    this.lua = runtime.lua();
  }

  /// Sets them as fields of the table at the top.
  void define(Module module) {
    RedisTable redis = new RedisTable(runtime);
    lua.pushTable(0, 24);
    switch (module) {
      case OF_SCRIPTS -> redis.ofScripts();
      case OF_FUNCTIONS -> redis.ofRunning();
      case OF_LOADING -> redis.ofLoading();
    }
    lua.setField(-2, "redis");
    if (module != Module.OF_LOADING) {
      lua.pushTable(0, 12);
      new BitModule().define(runtime);
      lua.setField(-2, "bit");
      lua.pushTable(0, 3);
      new StructModule().define(runtime);
      lua.setField(-2, "struct");
      lua.pushTable(0, 16);
      new JsonModule().define(runtime);
      lua.setField(-2, "cjson");
      lua.pushTable(0, 8);
      new MessagePackModule().define(runtime);
      lua.setField(-2, "cmsgpack");
      lua.pushTable(0, 1);
      long began = System.nanoTime();
      runtime.define(
          "clock",
          l -> {
            l.pushNumber((System.nanoTime() - began) / 1e9);
            return 1;
          });
      lua.setField(-2, "os");
      lua.getField(-1, "math".getBytes(StandardCharsets.US_ASCII));
      new RandomNumbers().define(runtime);
      lua.pop(1);
    }
  }
}
