package io.skein.engine.node;

/// What we say we are.
public final class Version {
  /// The version of Redis whose behaviour this is: what clients and tools choose their own
  /// behaviour by.
  public static final String REDIS = "7.2.6";

  private Version() {}
}
