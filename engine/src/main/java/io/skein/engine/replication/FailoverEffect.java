package io.skein.engine.replication;

import io.skein.engine.config.LogLevel;

/// What a [FailoverMachine] asks of its surroundings, to be carried out in the order given.
public sealed interface FailoverEffect {
  /// Hold clients' writes back, and whatever else moves the log, or let go of them.
  record HoldWrites(boolean on) implements FailoverEffect {}

  /// Follow the replica that takes over, and ask it to become a primary; what it says to that is
  /// reported by `Answered`.
  record HandOver(String host, int port) implements FailoverEffect {}

  /// Be a primary again.
  record TakeBack() implements FailoverEffect {}

  /// A line for the log.
  record Log(LogLevel level, String text) implements FailoverEffect {}
}
