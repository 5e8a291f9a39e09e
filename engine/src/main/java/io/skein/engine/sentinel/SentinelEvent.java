package io.skein.engine.sentinel;

import org.jspecify.annotations.Nullable;

/// What can happen to a [SentinelMachine].
public sealed interface SentinelEvent {
  /// The connection `id` stands.
  record Opened(long id, String localIp) implements SentinelEvent {}

  /// The connection is gone, or was never made.
  record Closed(long id, String reason) implements SentinelEvent {}

  /// Bytes arrived: any piece of the stream of replies. The array is the machine's from now on.
  record Received(long id, byte[] bytes) implements SentinelEvent {}

  /// The name was looked up: its address, or null when there is none.
  record Resolved(String host, @Nullable String ip) implements SentinelEvent {}

  /// A script's process runs.
  record ScriptStarted(long job, long pid) implements SentinelEvent {}

  /// A script's process has ended, by itself with `exitCode` or by `signal`, which is 0 otherwise.
  record ScriptEnded(long job, int exitCode, int signal) implements SentinelEvent {}

  /// Settings of the server that a Sentinel depends on were changed.
  record SettingsChanged(SentinelSettings settings) implements SentinelEvent {}
}
