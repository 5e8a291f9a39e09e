package io.skein.server.script;

import org.jspecify.annotations.Nullable;

/// An error that a function of ours raises in the script that has called it.
final class LuaError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final boolean onStack;

  private LuaError(@Nullable String text, boolean onStack) {
    super(text, null, false, false);
    this.onStack = onStack;
  }

  /// An error with a text, in front of which Lua puts where it happened.
  static LuaError text(String text) {
    return new LuaError(text, false);
  }

  /// An error whose value is the one at the top of the stack.
  static LuaError value() {
    return new LuaError(null, true);
  }

  /// The error of a function that was given a wrong argument.
  static LuaError argument(int number, String function, String problem) {
    return text("bad argument #" + number + " to '" + function + "' (" + problem + ")");
  }

  boolean isOnStack() {
    return onStack;
  }

  String text() {
    return String.valueOf(getMessage());
  }
}
