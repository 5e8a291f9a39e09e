package io.skein.server.script;

/// A function that scripts can call.
@FunctionalInterface
interface LuaFunction {
  /// Takes its arguments from the stack, 1 being the first, and pushes its results.
  ///
  /// @return how many results there are
  /// @throws LuaError when the script is to see an error
  int call(LuaState lua);
}
