package io.skein.server.script;

import io.skein.engine.script.Interpreter;
import io.skein.engine.script.ScriptCalls;
import io.skein.engine.script.ScriptEngine;

/// Opens interpreters of the library of Lua, which is loaded with the first of them.
public final class LuaEngine implements ScriptEngine {
  @Override
  public Interpreter open(boolean libraries, ScriptCalls calls) {
    return new LuaInterpreter(libraries, calls);
  }
}
