package io.skein.engine.replication;

import io.skein.engine.config.LogLevel;

/// What a [ReadLag] asks of its surroundings, to be carried out in the order given.
public sealed interface LagEffect {
  /// Connect to this server as a client does; answered by `Opened` or `Closed`.
  record Connect(long link, String host, int port) implements LagEffect {}

  /// Send these bytes to it.
  record Send(long link, byte[] bytes) implements LagEffect {}

  /// Close the connection or give up making it; no event follows.
  record Close(long link) implements LagEffect {}

  /// A line for the log.
  record Log(LogLevel level, String text) implements LagEffect {}
}
