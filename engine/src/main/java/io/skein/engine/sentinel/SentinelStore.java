package io.skein.engine.sentinel;

/// Keeps what a Sentinel must not forget.
@FunctionalInterface
public interface SentinelStore {
  /// Makes the configuration file say what `config` says, and returns whether it is on the disk
  /// now. When it is not, the file is as it was.
  boolean save(SentinelConfig config);
}
