package io.skein.engine.command;

/// What scripts and functions take of memory, and how many there are.
public interface ScriptMemory {
  /// The memory of the interpreter of EVAL, in bytes.
  long evalInterpreterBytes();

  /// The memory of the interpreter of functions, in bytes.
  long functionInterpreterBytes();

  /// What the cache of scripts takes beside it, in bytes.
  long scriptBytes();

  /// What the libraries take beside it, in bytes.
  long libraryBytes();

  int scriptCount();

  int functionCount();

  int libraryCount();

  /// How many scripts of EVAL were forgotten to make room for others.
  long evictedScripts();
}
