package io.skein.engine.script;

import io.skein.engine.resp.CommandError;

/// Where interpreters of Lua 5.1 come from: a library that only the shell can load.
public interface ScriptEngine {
  /// Opens an interpreter that knows nothing yet.
  ///
  /// @param libraries whether it is for libraries of functions, whose code may call little while it
  ///   is loaded, or for scripts of EVAL
  /// @param calls what the code asks of the node
  /// @throws CommandError when there can be none on this machine
  Interpreter open(boolean libraries, ScriptCalls calls);

  /// Begins elsewhere with what the first interpreter of a process would take long for; called once
  /// at most.
  ///
  /// @param done runs under the data plane when an interpreter can be opened at once, or never
  /// @return whether one can be opened at once now; then `done` does not run
  default boolean prepare(Runnable done) {
    return true;
  }
}
