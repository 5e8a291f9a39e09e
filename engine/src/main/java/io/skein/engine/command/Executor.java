package io.skein.engine.command;

/// Runs a command on behalf of another one: EXEC, a script, a replication stream.
public interface Executor {
  /// Carries out `call`, whose command and keys are set, past all gates, and writes its reply.
  ///
  /// A [io.skein.engine.resp.CommandError] becomes an error reply.
  void execute(Call call);

  /// Answers `call` with `error` instead of carrying it out.
  void refuse(Call call, io.skein.engine.resp.CommandError error);

  /// What is executed from now on until [#endUnit] is logged together, so that followers see it
  /// whole or not at all.
  void beginUnit();

  /// Ends what [#beginUnit] began.
  void endUnit();

  /// Ends what [#beginUnit] began, and forgets what was to be logged: the process ends.
  void abandonUnit();
}
