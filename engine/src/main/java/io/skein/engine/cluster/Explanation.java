package io.skein.engine.cluster;

import io.skein.engine.cluster.bus.NodeFlags;
import io.skein.engine.cluster.failover.Election;
import io.skein.engine.cluster.gossip.FailureDetector;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.Journal;
import io.skein.engine.cluster.state.LocalState;
import io.skein.engine.cluster.state.Membership;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// `CLUSTER WHY`: why a failover did or did not happen, as far as this node knows.
///
/// First a verdict on how things stand, then what this node saw, said and heard, the oldest first.
/// Each node knows its own part: a replica who denied it a vote and why (nodes of Redis do not
/// tell), a voter for whom it voted, each of them who reported whom.
final class Explanation {
  private static final double MS_PER_S = 1000;

  private final LocalState local;
  private final Membership members;
  private final Election election;
  private final FailureDetector detector;

  Explanation(LocalState local, Election election, FailureDetector detector) {
    this.local = local;
    this.members = local.members;
    this.election = election;
    this.detector = detector;
  }

  /// About all nodes that there is something to say of.
  String ofAll(long nowMs) {
    StringBuilder text = new StringBuilder();
    for (ClusterNode node : members.nodes()) {
      boolean ill = node.isPrimary() && (node.isSuspected() || node.isFailed());
      if (ill || !local.journal.about(node.id()).isEmpty()) {
        text.append(text.isEmpty() ? "" : "\n");
        append(text, node, nowMs);
      }
    }
    return text.isEmpty()
        ? "Nothing to explain: since this node started, it has neither suspected a node nor heard of a"
            + " failover.\n"
        : text.toString();
  }

  /// About one node.
  String of(ClusterNode node, long nowMs) {
    StringBuilder text = new StringBuilder();
    append(text, node, nowMs);
    return text.toString();
  }

  private void append(StringBuilder text, ClusterNode node, long nowMs) {
    text.append(node.label()).append(", ").append(role(node)).append(":\n");
    text.append("  ").append(verdict(node, nowMs)).append('\n');
    for (Journal.Entry entry : local.journal.about(node.id())) {
      text.append("  - ").append(ago(entry.lastMs(), nowMs)).append(": ").append(entry.text());
      if (entry.times() > 1) {
        text.append(" (")
            .append(entry.times())
            .append(" times, first ")
            .append(ago(entry.firstMs(), nowMs))
            .append(')');
      }
      text.append('\n');
    }
  }

  private String role(ClusterNode node) {
    String self = node == members.myself() ? "this node, " : "";
    ClusterNode primary = node.primary();
    if (node.isReplica()) {
      return self + "a replica of " + (primary == null ? "an unknown primary" : primary.label());
    }
    return self + "a primary with " + node.slotCount() + " slots";
  }

  private static String ago(long thenMs, long nowMs) {
    return String.format(Locale.ROOT, "%.3f s ago", (nowMs - thenMs) / MS_PER_S);
  }

  /// How it stands with `node`, in a sentence or two.
  private String verdict(ClusterNode node, long nowMs) {
    if (node.isReplica()) {
      return node.isFailed() || node.isSuspected()
          ? "It is " + state(node) + ". A replica is not failed over: its primary works without it."
          : "It is a replica and works, so that no failover is called for.";
    }
    String standing = election.standing(nowMs);
    if (node == members.myself().primary() && !standing.isEmpty()) {
      return (node.isFailed() ? "It has failed; " : "A manual failover is under way; ")
          + standing
          + ".";
    }
    if (!node.isFailed() && !node.isSuspected()) {
      return "It works as far as this node can see, so that no failover is called for.";
    }
    if (node.isSuspected()) {
      return suspected(node, nowMs);
    }
    if (node.slotCount() == 0) {
      return "It has failed; it has no slots, so that nobody needs to take its place.";
    }
    return "It failed " + ago(node.failedMs, nowMs) + ". " + obstacle(node);
  }

  private static String state(ClusterNode node) {
    return node.isFailed() ? "failed" : "suspected by this node";
  }

  private String suspected(ClusterNode node, long nowMs) {
    int reports = detector.reports(node, nowMs);
    boolean voter = members.myself().isPrimary() && members.myself().slotCount() > 0;
    StringBuilder text = new StringBuilder("This node cannot reach it. ");
    text.append(reports)
        .append(reports == 1 ? " other primary has" : " other primaries have")
        .append(" reported the same")
        .append(voter ? ", and this node counts as well" : "")
        .append("; it takes ")
        .append(members.quorum())
        .append(" of ")
        .append(members.size())
        .append(" primaries with slots to call it failed");
    for (Map.Entry<ClusterNode, Long> report : node.failureReports.entrySet()) {
      text.append("; ")
          .append(report.getKey().label())
          .append(" said so ")
          .append(ago(report.getValue(), nowMs));
    }
    return text.append('.').toString();
  }

  /// Why nobody has taken the place of a failed primary yet.
  private String obstacle(ClusterNode node) {
    int working = 0;
    for (ClusterNode voter : members.nodes()) {
      boolean able = voter.isPrimary() && voter.slotCount() > 0;
      working += able && !voter.isFailed() && !voter.isSuspected() ? 1 : 0;
    }
    if (working < members.quorum()) {
      return "Nobody can be elected: only "
          + working
          + " of "
          + members.size()
          + " primaries with slots can be reached to vote, and "
          + members.quorum()
          + " votes are needed. Bring primaries back, or let a replica take over with CLUSTER"
          + " FAILOVER TAKEOVER.";
    }
    List<ClusterNode> replicas = node.replicas();
    if (replicas.isEmpty()) {
      return "It has no replica that could take its place: its slots are served again when it comes"
          + " back.";
    }
    StringBuilder able = new StringBuilder();
    StringBuilder unable = new StringBuilder();
    for (ClusterNode replica : replicas) {
      if (replica.has(NodeFlags.FAIL | NodeFlags.PFAIL)) {
        add(unable, replica.label() + " is " + state(replica));
      } else if (replica.has(NodeFlags.NOFAILOVER)) {
        add(unable, replica.label() + " never stands (cluster-replica-no-failover yes)");
      } else {
        add(able, replica.label());
      }
    }
    return able.isEmpty()
        ? "None of its replicas can take its place: " + unable + "."
        : "A replica should stand for election; ask it with CLUSTER WHY what keeps it: "
            + able
            + ".";
  }

  private static void add(StringBuilder list, String item) {
    list.append(list.isEmpty() ? "" : "; ").append(item);
  }
}
