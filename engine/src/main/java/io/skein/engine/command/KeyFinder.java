package io.skein.engine.command;

/// Finds the keys of a call whose positions depend on its arguments.
@FunctionalInterface
public interface KeyFinder {
  /// Adds the index of every key among the arguments of `call` to `keys`.
  void find(Arguments call, KeyPositions keys);
}
