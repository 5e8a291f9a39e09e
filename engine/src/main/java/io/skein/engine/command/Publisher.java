package io.skein.engine.command;

/// Hands publications of this node's clients to the other nodes of a cluster.
@FunctionalInterface
public interface Publisher {
  /// Sends `message` to the subscribers of `channel` elsewhere; to those of this shard only if
  /// `sharded`.
  void publish(byte[] channel, byte[] message, boolean sharded);
}
