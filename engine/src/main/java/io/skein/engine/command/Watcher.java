package io.skein.engine.command;

/// Sees commands as they are executed: MONITOR, the slow log, the latency monitor.
public interface Watcher {
  /// `call` is about to be executed.
  void before(Call call);

  /// `call` was executed and took `nanos`.
  void after(Call call, long nanos);
}
