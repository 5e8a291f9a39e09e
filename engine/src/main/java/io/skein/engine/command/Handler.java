package io.skein.engine.command;

/// Carries a command out.
@FunctionalInterface
public interface Handler {
  /// Runs the command of `call` to completion and writes its reply.
  ///
  /// A client's mistake is thrown as a [io.skein.engine.resp.CommandError] before anything is
  /// changed.
  void run(Call call);
}
