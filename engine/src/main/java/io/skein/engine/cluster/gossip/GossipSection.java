package io.skein.engine.cluster.gossip;

import io.skein.engine.cluster.bus.GossipEntry;
import io.skein.engine.cluster.bus.NodeFlags;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.LocalState;
import io.skein.engine.cluster.state.Membership;
import io.skein.engine.cluster.state.Outbox;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a heartbeat tells of third nodes, and what is believed of it.
///
/// A heartbeat carries a tenth of the nodes, drawn evenly, and all suspects. Within twice the node
/// timeout a node exchanges at least eight heartbeats with each primary, so that with a tenth in
/// each, reports about one suspect arrive from about 80% of the primaries even if it were not for
/// the suspects being added; below thirty nodes three are told.
///
/// With `Haste.quickForming` at least sixteen are: a small cluster then knows itself after one
/// exchange. Redis nodes read any number.
public final class GossipSection {
  private static final int FRACTION = 10;
  private static final int MIN_ENTRIES = 3;
  private static final int MIN_ENTRIES_IN_HASTE = 16;
  private static final int MS_PER_S = 1000;
  private static final int CLOCK_TOLERANCE_MS = 500;

  /// What a node learns of a stranger's flags: not what the teller means by its own.
  private static final int TOLD_FLAGS =
      NodeFlags.PRIMARY
          | NodeFlags.REPLICA
          | NodeFlags.PFAIL
          | NodeFlags.FAIL
          | NodeFlags.MIGRATE_TO
          | NodeFlags.NOFAILOVER;

  private final LocalState local;
  private final Membership members;
  private final FailureDetector detector;
  private final BanList bans;
  private final Outbox out;
  private long heartbeats;

  public GossipSection(LocalState local, FailureDetector detector, BanList bans, Outbox out) {
    this.local = local;
    this.members = local.members;
    this.detector = detector;
    this.bans = bans;
    this.out = out;
  }

  /// What the next heartbeat to `receiver` tells; null when it is not known who that is.
  public List<GossipEntry> compose(@Nullable ClusterNode receiver) {
    heartbeats++;
    List<ClusterNode> nodes = members.nodes();
    int others = nodes.size() - 2;
    int floor = local.settings().haste().quickForming() ? MIN_ENTRIES_IN_HASTE : MIN_ENTRIES;
    int wanted = Math.min(Math.max(nodes.size() / FRACTION, floor), others);
    List<GossipEntry> entries = new ArrayList<>(Math.max(wanted, 0) + 2);
    if (wanted >= others) {
      for (ClusterNode node : nodes) {
        addIfNews(node, receiver, entries);
      }
    } else {
      for (int tries = wanted * 3; tries > 0 && entries.size() < wanted; tries--) {
        addIfNews(members.draw(), receiver, entries);
      }
    }
    for (ClusterNode node : nodes) {
      if (node.isSuspected() && isTellable(node)) {
        entries.add(entry(node));
      }
    }
    return entries;
  }

  private void addIfNews(
      ClusterNode node, @Nullable ClusterNode receiver, List<GossipEntry> entries) {
    boolean idle = !node.hasLink() && node.slotCount() == 0;
    if (node != members.myself()
        && node != receiver
        && !node.isSuspected()
        && isTellable(node)
        && !idle
        && node.lastGossip != heartbeats) {
      node.lastGossip = heartbeats;
      entries.add(entry(node));
    }
  }

  private static boolean isTellable(ClusterNode node) {
    return !node.has(NodeFlags.HANDSHAKE | NodeFlags.NOADDR);
  }

  private GossipEntry entry(ClusterNode node) {
    boolean tls = local.settings().ports().tlsCluster();
    ClusterNode.Address address = node.address();
    return new GossipEntry(
        node.id(),
        node.pingSentMs / MS_PER_S,
        node.pongReceivedMs / MS_PER_S,
        address.ip(),
        address.clientPort(tls),
        address.clientPort(!tls),
        address.busPort(),
        node.flags());
  }

  /// Believes what `teller`, a known node, tells.
  public void onGossip(ClusterNode teller, List<GossipEntry> entries, long nowMs) {
    for (GossipEntry entry : entries) {
      ClusterNode node = members.node(entry.nodeId());
      if (node == null) {
        learn(entry, nowMs);
      } else if (node != members.myself()) {
        update(teller, node, entry, nowMs);
      }
    }
  }

  /// Takes up an unknown node under the id told.
  ///
  /// Only a node of our cluster is believed so far; otherwise two clusters could flow together. The
  /// node is not greeted by MEET: if another one lives at its address by now, its id will tell.
  private void learn(GossipEntry entry, long nowMs) {
    boolean addressed = (entry.flags() & NodeFlags.NOADDR) == 0 && !entry.ip().isEmpty();
    if (addressed && entry.busPort() != 0 && !bans.isBanned(entry.nodeId(), nowMs)) {
      ClusterNode node = members.learn(entry.nodeId(), entry.flags() & TOLD_FLAGS, nowMs);
      node.failedMs = nowMs;
      node.address(address(entry));
      out.saveSoon();
    }
  }

  private void update(ClusterNode teller, ClusterNode node, GossipEntry entry, long nowMs) {
    boolean failing = (entry.flags() & (NodeFlags.FAIL | NodeFlags.PFAIL)) != 0;
    if (teller.isPrimary()) {
      detector.onReport(node, teller, failing, nowMs);
    }
    if (failing) {
      detector.onHint(node, teller, nowMs);
      return;
    }
    if (node.isFailed() || node.isSuspected()) {
      followAddress(node, entry);
    } else if (node.pingSentMs == 0 && detector.reports(node, nowMs) == 0) {
      long pongMs = entry.pongReceivedS() * MS_PER_S;
      if (pongMs <= nowMs + CLOCK_TOLERANCE_MS) {
        node.pongReceivedMs = Math.max(node.pongReceivedMs, pongMs);
      }
    }
  }

  /// We cannot reach the node and the teller can: perhaps it moved.
  private void followAddress(ClusterNode node, GossipEntry entry) {
    boolean addressed = (entry.flags() & NodeFlags.NOADDR) == 0 && !entry.ip().isEmpty();
    if (addressed && !node.address().equals(address(entry))) {
      out.dropLink(node);
      node.address(address(entry));
      node.clear(NodeFlags.NOADDR);
      out.saveSoon();
    }
  }

  private ClusterNode.Address address(GossipEntry entry) {
    return local.settings().ports().tlsCluster()
        ? new ClusterNode.Address(entry.ip(), entry.secondaryPort(), entry.port(), entry.busPort())
        : new ClusterNode.Address(entry.ip(), entry.port(), entry.secondaryPort(), entry.busPort());
  }
}
