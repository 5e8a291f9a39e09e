package io.skein.server.script;

import org.jspecify.annotations.Nullable;

/// An error that a function of ours raises in the script that has called it.
final class LuaError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean onStack;

  /// The number of the argument that is wrong, or -1.
  private final int argument;

  private LuaError(@Nullable String text, boolean onStack, int argument) {
    super(text, null, false, false);
    this.onStack = onStack;
    this.argument = argument;
  }

  /// An error with a text, in front of which Lua puts where it happened.
  static LuaError text(String text) {
    return new LuaError(text, false, -1);
  }

  /// An error whose value is the one at the top of the stack.
  static LuaError value() {
    return new LuaError(null, true, -1);
  }

  /// The error of a function that was given a wrong argument.
  static LuaError argument(int number, String problem) {
    return new LuaError(problem, false, number);
  }

  boolean isOnStack() {
    return onStack;
  }

  /// The text, for a function that its caller knows as `name`.
  String describe(String name) {
    return argument < 0
        ? String.valueOf(getMessage())
        : "bad argument #" + argument + " to '" + name + "' (" + getMessage() + ")";
  }
}
