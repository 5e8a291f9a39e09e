package io.skein.engine.replication;

/// How important a line for the log is, from least to most.
public enum LogLevel {
  /// Of use when looking for a fault in the protocol.
  DEBUG,
  /// Rarely of use.
  VERBOSE,
  /// What an operator wants to know.
  NOTICE,
  /// What an operator must know.
  WARNING
}
