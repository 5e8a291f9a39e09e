package io.skein.engine.command;

/// Sees commands that were executed: MONITOR, the slow log, the latency monitor.
public interface Watcher {
  /// `call` was executed and took `nanos`.
  void after(Call call, long nanos);
}
