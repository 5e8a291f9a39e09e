package io.skein.engine.sentinel;

import io.skein.engine.config.LogLevel;
import java.util.List;

/// What a [SentinelMachine] asks of its surroundings, to be carried out in the order given.
public sealed interface SentinelEffect {
  /// Connect to an address; answered by `Opened` or `Closed`. Nothing is sent before it is open.
  record Connect(long id, String ip, int port) implements SentinelEffect {}

  /// Send bytes on an open connection.
  record Send(long id, byte[] bytes) implements SentinelEffect {}

  /// Close a connection or give up an attempt; no event follows.
  record Close(long id) implements SentinelEffect {}

  /// Look a name up, without holding anything else up; answered by `Resolved`.
  record Resolve(String host) implements SentinelEffect {}

  /// Tell the subscribers of this Sentinel.
  record Publish(String channel, String message) implements SentinelEffect {}

  /// Run a program; answered by `ScriptStarted` and `ScriptEnded`. One that cannot be run counts as
  /// ended with exit code 2.
  record RunScript(long job, List<String> command) implements SentinelEffect {}

  /// Kill the program that is run for a job.
  record KillScript(long job) implements SentinelEffect {}

  /// A line for the log.
  record Log(LogLevel level, String text) implements SentinelEffect {}

  /// End the process with `code`, as somebody asked for: SENTINEL SIMULATE-FAILURE.
  record Crash(int code) implements SentinelEffect {}
}
