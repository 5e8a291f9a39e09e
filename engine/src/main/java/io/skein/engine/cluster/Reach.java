package io.skein.engine.cluster;

import io.skein.engine.cluster.bus.NodeFlags;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.Membership;
import java.util.List;

/// Hazards on the bus: who cannot reach whom.
final class Reach {
  /// A link that is missing for less may just be on its way.
  private static final long PATIENCE_MS = 3000;

  private final Membership members;

  Reach(Membership members) {
    this.members = members;
  }

  void examine(List<Finding> found, long nowMs) {
    for (ClusterNode node : members.nodes()) {
      if (node == members.myself()) {
        continue;
      }
      if (node.inHandshake()) {
        meeting(node, found, nowMs);
      } else if (node.has(NodeFlags.NOADDR)) {
        found.add(
            Doctor.broken(
                "The address of "
                    + node.label()
                    + " is not known: another node lives where it was.",
                "CLUSTER FORGET it on all nodes if it is gone, else CLUSTER MEET its new address."));
      } else {
        links(node, found, nowMs);
      }
    }
  }

  private static String busAddress(ClusterNode node) {
    return node.ip() + ":" + node.address().busPort();
  }

  private static void meeting(ClusterNode node, List<Finding> found, long nowMs) {
    if (!node.hasLink() && nowMs - node.createdMs > PATIENCE_MS / 3) {
      found.add(
          Doctor.broken(
              "A node is to be met at "
                  + busAddress(node)
                  + ", but the port of its bus "
                  + (node.refusals > 0 ? "refuses connections." : "does not answer."),
              "Start it with cluster-enabled yes; let its bus port through (the client port plus 10000"
                  + " unless cluster-port says otherwise), in both directions."));
    }
  }

  private static void links(ClusterNode node, List<Finding> found, long nowMs) {
    boolean reachesUs = node.inboundLinkId != 0;
    boolean lasting = nowMs - Math.max(node.createdMs, node.pingSentMs) > PATIENCE_MS;
    if (!node.hasLink() && reachesUs && lasting) {
      found.add(
          Doctor.broken(
              node.label()
                  + " reaches this node, but this node does not reach its bus at "
                  + busAddress(node)
                  + ".",
              "Let that port through from this host, or correct its cluster-announce-ip and"
                  + " cluster-announce-bus-port."));
    } else if (node.hasLink()
        && !reachesUs
        && nowMs - node.linkCreatedMs() > PATIENCE_MS
        && node.pingSentMs == 0) {
      found.add(
          Doctor.broken(
              node.label() + " answers this node, but does not connect to this node's bus port.",
              "Let the bus port of this node through from its host, or correct cluster-announce-ip"
                  + " and cluster-announce-bus-port here."));
    } else if (node.isFailed() || node.isSuspected()) {
      found.add(
          Doctor.broken(
              node.label()
                  + " cannot be reached"
                  + (node.refusals > 0 ? ": its host refuses connections." : "."),
              "Start it again; if it is gone for good, CLUSTER FORGET it on all nodes."));
    }
  }
}
