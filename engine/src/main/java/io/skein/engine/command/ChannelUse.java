package io.skein.engine.command;

/// Which arguments of a command are channels that its user needs permission for.
public enum ChannelUse {
  /// None.
  NONE,
  /// The first is a channel that is published to.
  PUBLISH,
  /// All are channels that are subscribed to.
  SUBSCRIBE,
  /// All are patterns of channels that are subscribed to.
  SUBSCRIBE_PATTERN
}
