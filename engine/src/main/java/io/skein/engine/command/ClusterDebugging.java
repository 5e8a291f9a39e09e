package io.skein.engine.command;

/// What DEBUG can do to the links of a node of a cluster, for tests.
public interface ClusterDebugging {
  /// From now on messages of the bus of this type are not taken in; none are dropped for a number
  /// that is no type.
  void dropPackets(long type);

  /// Whether the link is closed on which a message was not taken in.
  void closeOnDrop(boolean close);

  /// Closes links to a node, from it, or both.
  ///
  /// @throws io.skein.engine.resp.CommandError when no such node is known
  void killLinks(String nodeId, boolean to, boolean from);
}
