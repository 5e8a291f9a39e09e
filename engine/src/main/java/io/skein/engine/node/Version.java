package io.skein.engine.node;

import io.skein.engine.command.NodeTitle;

/// What we say we are.
public final class Version {
  /// The version of Redis whose behaviour this is: what clients and tools choose their own
  /// behaviour by.
  public static final String REDIS = NodeTitle.REDIS_VERSION;

  private Version() {}
}
