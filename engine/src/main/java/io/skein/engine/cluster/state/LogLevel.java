package io.skein.engine.cluster.state;

/// How much a log line matters, in the levels of Redis, ascending.
public enum LogLevel {
  DEBUG,
  VERBOSE,
  NOTICE,
  WARNING
}
