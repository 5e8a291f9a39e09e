package io.skein.engine.cluster;

import static io.skein.engine.bytes.Slot.SLOT_COUNT;

import io.skein.engine.cluster.bus.BusType;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.NodeLine;
import java.util.TreeMap;

/// A view as the texts of Redis 7.2.
public final class ClusterTexts {
  private ClusterTexts() {}

  /// `CLUSTER NODES`: a line for each node.
  ///
  /// @param tls whether the client came over TLS, which is then the port shown
  public static String nodes(ClusterView view, boolean tls) {
    StringBuilder out = new StringBuilder(160 * view.nodes().size());
    for (NodeView node : view.nodes()) {
      line(view, node).appendTo(out, tls);
      out.append('\n');
    }
    return out.toString();
  }

  /// One line of `CLUSTER NODES`, without its end.
  public static String node(ClusterView view, NodeView node, boolean tls) {
    StringBuilder out = new StringBuilder(160);
    line(view, node).appendTo(out, tls);
    return out.toString();
  }

  private static NodeLine line(ClusterView view, NodeView node) {
    return new NodeLine(
        node.id(),
        new ClusterNode.Address(node.ip(), node.tcpPort(), node.tlsPort(), node.busPort()),
        node.hostname(),
        node.humanNodename(),
        node.shardId(),
        node.flags(),
        node.primaryId(),
        node.pingSentMs(),
        node.pongReceivedMs(),
        view.primaryOf(node).configEpoch(),
        node.linkUp(),
        node.slots(),
        node.isMyself() ? view.migrating() : new TreeMap<>(),
        node.isMyself() ? view.importing() : new TreeMap<>());
  }

  /// `CLUSTER INFO`: a field on each line.
  public static String info(ClusterView view) {
    int assigned = 0;
    int suspected = 0;
    int failed = 0;
    for (int slot = 0; slot < SLOT_COUNT; slot++) {
      NodeView owner = view.owner(slot);
      if (owner != null) {
        assigned++;
        failed += owner.isFailed() ? 1 : 0;
        suspected += !owner.isFailed() && owner.isSuspected() ? 1 : 0;
      }
    }
    ClusterView.Summary summary = view.summary();
    StringBuilder out = new StringBuilder(1024);
    field(out, "cluster_state", view.ok() ? "ok" : "fail");
    field(out, "cluster_slots_assigned", assigned);
    field(out, "cluster_slots_ok", assigned - suspected - failed);
    field(out, "cluster_slots_pfail", suspected);
    field(out, "cluster_slots_fail", failed);
    field(out, "cluster_known_nodes", view.nodes().size());
    field(out, "cluster_size", summary.size());
    field(out, "cluster_current_epoch", summary.currentEpoch());
    field(out, "cluster_my_epoch", view.primaryOf(view.myself()).configEpoch());
    long sent = 0;
    for (BusType type : BusType.values()) {
      sent += message(out, type, "sent", view.sent(type));
    }
    field(out, "cluster_stats_messages_sent", sent);
    long received = 0;
    for (BusType type : BusType.values()) {
      received += message(out, type, "received", view.received(type));
    }
    field(out, "cluster_stats_messages_received", received);
    field(out, "total_cluster_links_buffer_limit_exceeded", summary.linksOverLimit());
    return out.toString();
  }

  private static long message(StringBuilder out, BusType type, String way, long count) {
    if (count != 0) {
      field(out, "cluster_stats_messages_" + type.statName() + "_" + way, count);
    }
    return count;
  }

  private static void field(StringBuilder out, String name, Object value) {
    out.append(name).append(':').append(value).append("\r\n");
  }
}
