package io.skein.engine.config;

/// Says which directory a `dir` directive means.
@FunctionalInterface
public interface WorkingDirectory {
  /// The absolute path of the directory `requested`, seen from `current`; refused, with the
  /// operating system's reason, when it is none or cannot be entered.
  String enter(String current, String requested) throws ConfigError;
}
