package io.skein.engine.command;

/// How much a session is subscribed to; what serves publications attaches it to the session.
public interface Subscriptions {
  /// The number of channels.
  int channels();

  /// The number of patterns.
  int patterns();

  /// The number of shard channels.
  int shardChannels();

  /// The memory that they take, in bytes, about.
  long bytes();
}
