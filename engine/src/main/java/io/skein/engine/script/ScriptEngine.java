package io.skein.engine.script;

/// Where interpreters of Lua 5.1 come from: a library that only the shell can load.
public interface ScriptEngine {
  /// Opens an interpreter that knows nothing yet.
  ///
  /// @param libraries whether it is for libraries of functions, whose code may call little while it
  ///   is loaded, or for scripts of EVAL
  /// @param calls what the code asks of the node
  Interpreter open(boolean libraries, ScriptCalls calls);
}
