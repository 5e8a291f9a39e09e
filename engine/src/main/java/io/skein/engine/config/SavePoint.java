package io.skein.engine.config;

/// A snapshot is due once `seconds` (at least 1) have passed since the last and `changes` (at least
/// 0) writes came.
public record SavePoint(long seconds, int changes) {
  @Override
  public String toString() {
    return seconds + " " + changes;
  }
}
