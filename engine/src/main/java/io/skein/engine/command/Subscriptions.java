package io.skein.engine.command;

import io.skein.engine.bytes.Bytes;
import java.util.function.Predicate;

/// How much a session is subscribed to; what serves publications attaches it to the session.
public interface Subscriptions {
  /// The number of channels.
  int channels();

  /// The number of patterns.
  int patterns();

  /// The number of shard channels.
  int shardChannels();

  /// Whether every pattern meets `pattern`, and every channel, shard channels among them, meets
  /// `channel`.
  boolean allMeet(Predicate<Bytes> pattern, Predicate<Bytes> channel);

  /// The memory that they take, in bytes, about.
  long bytes();
}
