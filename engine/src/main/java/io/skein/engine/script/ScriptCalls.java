package io.skein.engine.script;

import io.skein.engine.resp.CommandError;
import io.skein.engine.resp.Reply;
import org.jspecify.annotations.Nullable;

/// What running code asks of the node.
public interface ScriptCalls {
  /// Calls a command, or refuses to: `-ERR ...`.
  ///
  /// @param buffer where the arguments lie, from `offsets` on and as long as `lengths` say
  /// @param count how many arguments there are, the command's name included
  /// @return the reply, which is good until the next call
  Reply call(byte[] buffer, int[] offsets, int[] lengths, int count);

  /// Whether the user on whose behalf the code runs may call the command.
  ///
  /// @throws CommandError when there is no such command
  boolean mayCall(byte[] buffer, int[] offsets, int[] lengths, int count);

  /// The version of RESP, 2 or 3, in which the code wants to see replies.
  int protocol();

  void protocol(int version);

  /// Says whether what is written from now on is logged.
  void replicates(boolean on);

  /// Whether lines of this level are written to the log: 0 is debug, 3 is warning.
  boolean logs(int level);

  /// Writes to the log of the server.
  void log(int level, String text);

  /// Called now and then while the code runs, and may take its time.
  ///
  /// @return why the code must end now, or null
  @Nullable String interrupted();

  /// The code of a library registers a function.
  ///
  /// @param reference what the interpreter knows it by
  /// @param flags the bits of [ScriptFlag]
  /// @return why that is refused, or null
  @Nullable String register(String name, @Nullable String description, int reference, int flags);

  /// Whether the code of a library is being loaded.
  boolean isLoading();

  /// Writes an error as a reply, or part of one.
  ///
  /// @param counted whether it is to be counted; that of a command was already
  void error(Reply reply, String text, boolean counted);
}
