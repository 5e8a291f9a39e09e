package io.skein.engine.config;

/// How a signal shuts the server down: the options that SHUTDOWN would be given.
public record ShutdownFlags(boolean save, boolean nosave, boolean now, boolean force) {
  static final ShutdownFlags DEFAULT = new ShutdownFlags(false, false, false, false);
}
