package io.skein.engine.cluster.bus;

/// What a heartbeat may carry after its gossip.
public sealed interface PingExtension {
  /// The sender's announced hostname.
  record Hostname(String name) implements PingExtension {}

  /// The sender's announced human readable name.
  record HumanNodename(String name) implements PingExtension {}

  /// A node that was forgotten, not to be met again for `ttlSeconds`.
  record ForgottenNode(String nodeId, long ttlSeconds) implements PingExtension {}

  /// The sender's shard.
  record ShardId(String shardId) implements PingExtension {}

  /// An extension of a kind we do not know, or one whose text cannot be used.
  record Unusable(int type) implements PingExtension {}
}
