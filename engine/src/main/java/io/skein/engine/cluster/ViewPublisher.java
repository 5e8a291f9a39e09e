package io.skein.engine.cluster;

import static io.skein.engine.bytes.Slot.SLOT_COUNT;

import io.skein.engine.cluster.bus.NodeFlags;
import io.skein.engine.cluster.failover.ClusterHealth;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.LocalState;
import io.skein.engine.cluster.state.Membership;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes views of what this node believes.
final class ViewPublisher {
  private final LocalState local;
  private final Membership members;
  private final ClusterHealth health;
  private final Links links;

  private final List<@Nullable Shown> shown = new ArrayList<>();
  private long shownRevision = -1;
  private boolean shownOk;
  private String shownReason = "";
  private long tableRevision = -1;
  private ClusterView.@Nullable SlotTable table;

  ViewPublisher(LocalState local, ClusterHealth health, Links links) {
    this.local = local;
    this.members = local.members;
    this.health = health;
    this.links = links;
  }

  /// Whether anything but times and counters has changed since the last view.
  boolean isDue() {
    return shownRevision != members.revision()
        || shownOk != health.isOk()
        || !shownReason.equals(health.reason());
  }

  ClusterView view(long[] sent, long[] received) {
    List<ClusterNode> nodes = members.nodes();
    NodeView[] views = new NodeView[nodes.size()];
    int size = 0;
    for (int i = 0; i < views.length; i++) {
      ClusterNode node = nodes.get(i);
      views[i] = view(node);
      size += node.isPrimary() && node.slotCount() > 0 ? 1 : 0;
    }
    shownRevision = members.revision();
    shownOk = health.isOk();
    shownReason = health.reason();
    return new ClusterView(
        views,
        members.myself().ordinal(),
        table(),
        new ClusterView.Summary(
            shownOk,
            shownReason,
            size,
            members.currentEpoch(),
            members.lastVoteEpoch(),
            links.overLimit()),
        sent,
        received,
        links.views());
  }

  private record Shown(ClusterNode node, long version, NodeView view) {}

  /// The view of a node, the last one if nothing has changed.
  private NodeView view(ClusterNode node) {
    while (shown.size() <= node.ordinal()) {
      shown.add(null);
    }
    boolean myself = node == members.myself();
    long offset = myself ? local.replicationOffset() : node.replicationOffset;
    Shown last = shown.get(node.ordinal());
    if (last != null
        && last.node() == node
        && last.version() == node.version()
        && last.view().pingSentMs() == node.pingSentMs
        && last.view().pongReceivedMs() == node.pongReceivedMs
        && last.view().replicationOffset() == offset) {
      return last.view();
    }
    NodeView view = newView(node, myself, offset);
    shown.set(node.ordinal(), new Shown(node, node.version(), view));
    return view;
  }

  private static NodeView newView(ClusterNode node, boolean myself, long offset) {
    ClusterNode primary = node.primary();
    ClusterNode.Address address = node.address();
    return new NodeView(
        node.id(),
        address.ip(),
        address.tcpPort(),
        address.tlsPort(),
        address.busPort(),
        node.hostname(),
        node.humanNodename(),
        node.flags(),
        primary == null ? null : primary.id(),
        node.shardId(),
        node.pingSentMs,
        node.pongReceivedMs,
        node.configEpoch(),
        myself || node.hasLink(),
        offset,
        node.slots(),
        node.ordinal());
  }

  private ClusterView.SlotTable table() {
    ClusterView.SlotTable current = table;
    if (current == null || tableRevision != members.slotRevision()) {
      current = newTable();
      table = current;
      tableRevision = members.slotRevision();
    }
    return current;
  }

  private ClusterView.SlotTable newTable() {
    short[] owners = new short[SLOT_COUNT];
    ClusterNode last = null;
    short lastIndex = -1;
    for (int slot = 0; slot < SLOT_COUNT; slot++) {
      ClusterNode owner = members.owner(slot);
      if (owner != last) {
        last = owner;
        lastIndex = owner == null ? -1 : (short) owner.ordinal();
      }
      owners[slot] = lastIndex;
    }
    List<Move> migrating = new ArrayList<>();
    List<Move> importing = new ArrayList<>();
    if (members.myself().isReplica()) {
      // What it knows of its primary's open slots is for the day when it takes its place.
      return new ClusterView.SlotTable(owners, null, null);
    }
    members.eachMigrating((slot, to) -> migrating.add(new Move(slot, (short) to.ordinal())));
    members.eachImporting((slot, from) -> importing.add(new Move(slot, (short) from.ordinal())));
    return new ClusterView.SlotTable(owners, moves(migrating), moves(importing));
  }

  private record Move(int slot, short node) {}

  private static short @Nullable [] moves(List<Move> moves) {
    if (moves.isEmpty()) {
      return null;
    }
    short[] nodes = new short[SLOT_COUNT];
    Arrays.fill(nodes, (short) -1);
    for (Move move : moves) {
      nodes[move.slot()] = move.node();
    }
    return nodes;
  }

  /// Whether this node can be followed by replicas at a known address.
  static boolean isReachable(ClusterNode node) {
    return !node.has(NodeFlags.NOADDR) && !node.ip().isEmpty();
  }
}
