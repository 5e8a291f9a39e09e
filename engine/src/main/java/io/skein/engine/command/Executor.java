package io.skein.engine.command;

/// Runs a command on behalf of another one: EXEC, a script, a replication stream.
public interface Executor {
  /// Carries out `call`, whose command and keys are set, past all gates, and writes its reply.
  ///
  /// A [io.skein.engine.resp.CommandError] becomes an error reply.
  void execute(Call call);
}
