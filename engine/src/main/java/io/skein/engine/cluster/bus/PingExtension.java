package io.skein.engine.cluster.bus;

import java.util.SortedMap;

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

  /// The slots that the sender, a primary, is giving away and taking in, with the nodes at the
  /// other end; none for the replicas of Redis, which would not know it.
  record OpenSlots(SortedMap<Integer, String> migrating, SortedMap<Integer, String> importing)
      implements PingExtension {}

  /// The sender did not vote for the receiver in `epoch`, and says why.
  record VoteDenied(long epoch, String reason) implements PingExtension {}

  /// What the sender tells of its settings and its surroundings, for `CLUSTER DOCTOR`.
  record Facts(NodeFacts facts) implements PingExtension {}

  /// An extension of a kind we do not know, or one whose text cannot be used.
  record Unusable(int type) implements PingExtension {}
}
