package io.skein.engine.cluster.state;

import io.skein.engine.cluster.bus.NodeFlags;
import io.skein.engine.machine.Invariant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeMap;

/// What `nodes.conf` holds: the nodes and slots as last known, and the epochs that must survive a
/// crash.
///
/// The file is that of Redis 7.2, and 7.0's is read too. Reading and writing it is the shell's.
///
/// @param myselfId the node whose file this is, one of `nodes`
public record NodesConf(
    List<NodeLine> nodes, String myselfId, long currentEpoch, long lastVoteEpoch) {

  /// Reads the text of a file.
  ///
  /// @param tlsCluster whether the bus uses TLS, which decides what a port in an older file is
  /// @throws NodesConfException when any line is not sound, or the end is missing
  public static NodesConf parse(String text, boolean tlsCluster) {
    return new NodesConfParser(tlsCluster).parse(text);
  }

  /// The file that keeps `membership`.
  public static String encode(Membership membership) {
    StringBuilder out = new StringBuilder(256 * membership.nodes().size());
    for (ClusterNode node : membership.nodes()) {
      if (!node.inHandshake()) {
        line(membership, node).appendToFile(out);
        out.append('\n');
      }
    }
    out.append("vars currentEpoch ").append(membership.currentEpoch());
    out.append(" lastVoteEpoch ").append(membership.lastVoteEpoch()).append('\n');
    return out.toString();
  }

  private static NodeLine line(Membership membership, ClusterNode node) {
    TreeMap<Integer, String> migrating = new TreeMap<>();
    TreeMap<Integer, String> importing = new TreeMap<>();
    if (node == membership.myself()) {
      membership.eachMigrating((slot, to) -> migrating.put(slot, to.id()));
      membership.eachImporting((slot, from) -> importing.put(slot, from.id()));
    }
    ClusterNode primary = node.primary();
    return new NodeLine(
        node.id(),
        node.address(),
        node.hostname(),
        node.humanNodename(),
        node.shardId(),
        node.flags(),
        primary == null ? null : primary.id(),
        node.pingSentMs,
        node.pongReceivedMs,
        primary == null ? node.configEpoch() : primary.configEpoch(),
        node.has(NodeFlags.MYSELF) || node.hasLink(),
        node.slots(),
        migrating,
        importing);
  }

  /// Checks that the line of this node itself is there.
  public NodesConf {
    nodes = Collections.unmodifiableList(new ArrayList<>(nodes));
    boolean present = false;
    for (NodeLine node : nodes) {
      present |= node.id().equals(myselfId);
    }
    Invariant.check(present, "nodes.conf describes the node that it belongs to");
  }
}
