package io.skein.engine.script;

import io.skein.engine.command.Arguments;
import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Reply;

/// An interpreter with its memory, in which scripts or libraries are kept compiled.
///
/// *Threads*: only under the data plane.
public interface Interpreter {
  /// Compiles a script.
  ///
  /// @param from where the code begins, behind the line that names the language
  /// @return what [#run] and [#release] know it by
  /// @throws CommandError when it cannot be compiled; the text is Lua's
  int compile(byte[] code, int from);

  /// Executes the code of a library, which [registers][ScriptCalls#register] its functions.
  ///
  /// @throws CommandError when it cannot be compiled or fails; functions that were registered
  ///   before are the caller's to release
  void load(byte[] code, int from);

  /// Forgets a script or a function.
  void release(int reference);

  /// Runs a script or a function, and writes what it returns, or its error, as a reply.
  ///
  /// @param call where its keys and arguments are
  /// @param firstKey which argument the first key is
  /// @param keys how many keys there are; what follows them are its arguments
  /// @param name what an error calls it by
  void run(int reference, Arguments call, int firstKey, int keys, String name, Reply reply);

  /// What it takes, in bytes.
  long memoryBytes();

  /// Gives the memory back, here or, when `lazily`, elsewhere.
  void close(boolean lazily);
}
