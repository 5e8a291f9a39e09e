package io.skein.engine.cluster;

import io.skein.engine.cluster.bus.BusHeader;
import io.skein.engine.cluster.bus.BusMessage;
import io.skein.engine.cluster.bus.BusType;
import io.skein.engine.cluster.bus.NodeFacts;
import io.skein.engine.cluster.bus.NodeFlags;
import io.skein.engine.cluster.bus.PingExtension;
import io.skein.engine.cluster.gossip.BanList;
import io.skein.engine.cluster.gossip.FailureDetector;
import io.skein.engine.cluster.gossip.GossipSection;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.LocalState;
import io.skein.engine.cluster.state.LogLevel;
import io.skein.engine.cluster.state.Membership;
import org.jspecify.annotations.Nullable;

/// Takes in PING, PONG and MEET.
///
/// 1. Strangers that send MEET are taken up, under a temporary name until they answer on a link of
///    ours.
/// 2. PING and MEET are answered.
/// 3. On a link of ours, the answer tells who is there: a node in handshake gets its id, a wrong
///    one loses its address.
/// 4. What the sender says of itself is believed: address, role, slots, names.
/// 5. What it says of others is weighed.
final class Heartbeats {
  private final LocalState local;
  private final Membership members;
  private final FailureDetector detector;
  private final GossipSection gossip;
  private final BanList bans;
  private final SlotClaims claims;
  private final Outgoing out;

  Heartbeats(
      LocalState local,
      FailureDetector detector,
      GossipSection gossip,
      BanList bans,
      SlotClaims claims,
      Outgoing out) {
    this.local = local;
    this.members = local.members;
    this.detector = detector;
    this.gossip = gossip;
    this.bans = bans;
    this.claims = claims;
    this.out = out;
  }

  /// @param known the sender, or null when its id is new to us
  void on(Link link, @Nullable ClusterNode known, BusMessage.Heartbeat message, long nowMs) {
    if (message.type() != BusType.PONG) {
      findOutOwnAddress(link, message.type());
      if (known == null && message.type() == BusType.MEET) {
        takeUpStranger(link, message.header(), nowMs);
      }
      out.pong(link);
    }
    ClusterNode sender = known;
    ClusterNode target = link.node();
    if (!link.isInbound() && target != null) {
      sender = target.inHandshake() ? finishHandshake(target, link, known, message) : known;
      if (!members.isKnown(target)) {
        return; // it was one we knew already
      }
      if (!target.id().equals(message.header().sender())) {
        loseAddress(target, message.header().sender());
        return;
      }
      if (message.type() == BusType.PONG) {
        target.pongReceivedMs = nowMs;
        target.pingSentMs = 0;
        detector.onPong(target, nowMs);
      }
    }
    if (sender != null && sender != members.myself()) {
      believe(link, sender, message, nowMs);
    }
  }

  /// We do not know our own address but by what others reach us under: MEET goes to the one we are
  /// known by.
  private void findOutOwnAddress(Link link, BusType type) {
    ClusterNode myself = members.myself();
    boolean wanted = type == BusType.MEET || myself.ip().isEmpty();
    if (wanted && local.settings().announcement().ip().isEmpty() && !link.localIp.isEmpty()) {
      ClusterNode.Address old = myself.address();
      ClusterNode.Address address =
          new ClusterNode.Address(link.localIp, old.tcpPort(), old.tlsPort(), old.busPort());
      if (myself.address(address)) {
        out.log(LogLevel.NOTICE, "IP address for this node updated to " + link.localIp);
        out.saveSoon();
      }
    }
  }

  private void takeUpStranger(Link link, BusHeader header, long nowMs) {
    ClusterNode.Address address = address(link, header);
    if (address.ip().isEmpty() || address.busPort() == 0 || isInHandshakeAt(address)) {
      return;
    }
    members.learn(null, NodeFlags.HANDSHAKE, nowMs).address(address);
  }

  boolean isInHandshakeAt(ClusterNode.Address address) {
    for (ClusterNode node : members.nodes()) {
      if (node.inHandshake()
          && node.ip().equalsIgnoreCase(address.ip())
          && node.address().busPort() == address.busPort()) {
        return true;
      }
    }
    return false;
  }

  /// The node behind a temporary name has said who it is. Returns it, or the one we knew already.
  private @Nullable ClusterNode finishHandshake(
      ClusterNode target, Link link, @Nullable ClusterNode known, BusMessage.Heartbeat message) {
    BusHeader header = message.header();
    if (known != null) {
      out.log(
          LogLevel.VERBOSE,
          "Handshake: we already know node " + known + ", updating the address if needed.");
      if (known != members.myself()) {
        followAddress(known, link, header);
      }
      out.links().forget(target);
      return known;
    }
    out.log(LogLevel.DEBUG, "Handshake with node " + header.sender() + " completed.");
    members.rename(target, header.sender());
    target.clear(NodeFlags.HANDSHAKE);
    target.set(header.flags() & (NodeFlags.PRIMARY | NodeFlags.REPLICA));
    out.saveSoon();
    out.news();
    return target;
  }

  /// Another node lives where we thought this one did. Its address will be told by gossip.
  private void loseAddress(ClusterNode target, String found) {
    out.log(
        LogLevel.DEBUG, "PONG contains mismatching sender ID: " + target + " answers as " + found);
    target.set(NodeFlags.NOADDR);
    out.links().drop(target);
    target.address(new ClusterNode.Address("", 0, 0, 0));
    out.saveSoon();
  }

  private void believe(Link link, ClusterNode sender, BusMessage.Heartbeat message, long nowMs) {
    BusHeader header = message.header();
    if ((header.flags() & NodeFlags.NOFAILOVER) != 0) {
      sender.set(NodeFlags.NOFAILOVER);
    } else {
      sender.clear(NodeFlags.NOFAILOVER);
    }
    if (message.type() == BusType.PING && link.isInbound()) {
      followAddress(sender, link, header);
    }
    sender.takesOpenSlots = header.takesOpenSlots();
    believeRole(sender, header, nowMs);
    // A slot that our primary has taken over is no longer one that comes: it may be claimed.
    believeOpenSlots(sender, message);
    believeSlots(sender, header, nowMs);
    claims.resolveCollision(sender, header);
    gossip.onGossip(sender, message.gossip(), nowMs);
    believeExtensions(sender, message, nowMs);
  }

  /// Takes up a new address of a node, which it announces or from which it connected.
  private void followAddress(ClusterNode node, Link link, BusHeader header) {
    ClusterNode.Address address = address(link, header);
    if (link.node() == node && !link.isInbound() || address.ip().isEmpty()) {
      return;
    }
    if (node.address(address)) {
      out.links().drop(node);
      node.clear(NodeFlags.NOADDR);
      out.log(
          LogLevel.NOTICE,
          "Address updated for node "
              + node
              + ", now "
              + address.ip()
              + ":"
              + address.clientPort(local.settings().ports().tlsCluster()));
      out.saveSoon();
      out.reviewHealth();
    }
  }

  private ClusterNode.Address address(Link link, BusHeader header) {
    String ip = header.ip().isEmpty() ? link.remoteIp : header.ip();
    return local.settings().ports().tlsCluster()
        ? new ClusterNode.Address(ip, header.secondaryPort(), header.port(), header.busPort())
        : new ClusterNode.Address(ip, header.port(), header.secondaryPort(), header.busPort());
  }

  private void believeRole(ClusterNode sender, BusHeader header, long nowMs) {
    String primaryId = header.primaryId();
    if (primaryId == null) {
      if (members.makePrimary(sender)) {
        out.saveSoon();
        out.reviewHealth();
      }
      return;
    }
    ClusterNode primary = members.node(primaryId);
    if (primary == sender) {
      return;
    }
    if (!sender.isReplica()) {
      members.makeReplica(sender, null);
      out.saveSoon();
      out.reviewHealth();
    }
    if (primary != null && sender.primary() != primary) {
      members.makeReplica(sender, primary);
      sender.shardId(primary.shardId());
      out.saveSoon();
    }
    if (sender == members.myself().primary()) {
      claims.leaveChain(nowMs);
    }
  }

  private void believeSlots(ClusterNode sender, BusHeader header, long nowMs) {
    ClusterNode claimant = sender.isPrimary() ? sender : sender.primary();
    if (claimant == null || claimant.slots().equals(header.slots())) {
      return;
    }
    if (claimant == sender) {
      claims.onClaim(sender, header.configEpoch(), header.slots(), nowMs);
    }
    claims.informStale(sender, header);
  }

  /// Takes over from our primary which slots are moving, so that we can go on in its place.
  private void believeOpenSlots(ClusterNode sender, BusMessage.Heartbeat message) {
    for (PingExtension extension : message.extensions()) {
      if (extension instanceof PingExtension.OpenSlots open
          && members.myself().primary() == sender
          && members.adoptOpenSlots(open.migrating(), open.importing())) {
        out.writeNow();
      }
    }
  }

  private void believeExtensions(ClusterNode sender, BusMessage.Heartbeat message, long nowMs) {
    String hostname = "";
    String humanNodename = "";
    String shardId = "";
    for (PingExtension extension : message.extensions()) {
      switch (extension) {
        case PingExtension.Hostname(String name) -> hostname = name;
        case PingExtension.HumanNodename(String name) -> humanNodename = name;
        case PingExtension.ShardId(String id) -> shardId = id;
        case PingExtension.ForgottenNode(String id, long ttl) -> forget(id, ttl, nowMs);
        case PingExtension.OpenSlots _, PingExtension.VoteDenied _ -> {
          // Dealt with elsewhere.
        }
        case PingExtension.Facts(NodeFacts facts) -> {
          sender.facts = facts;
          sender.factsMs = nowMs;
        }
        case PingExtension.Unusable(int type) ->
            out.log(LogLevel.DEBUG, "Ignoring extension of type " + type + " from " + sender);
      }
    }
    boolean changed = sender.hostname(hostname);
    changed |= sender.humanNodename(humanNodename);
    sender.withoutShardId = shardId.isEmpty();
    ClusterNode primary = sender.primary();
    if (!shardId.isEmpty()) {
      changed |= sender.shardId(shardId);
    } else if (primary != null) {
      changed |= sender.shardId(primary.shardId());
    }
    ClusterNode myself = members.myself();
    if (myself.primary() == sender) {
      changed |= myself.shardId(sender.shardId());
    }
    if (changed) {
      out.saveSoon();
    }
  }

  private void forget(String id, long ttlSeconds, long nowMs) {
    ClusterNode node = members.node(id);
    ClusterNode myself = members.myself();
    if (node != null && node != myself && node != myself.primary()) {
      bans.banFor(id, ttlSeconds, nowMs);
      out.links().forget(node);
      out.saveSoon();
      out.reviewHealth();
    }
  }
}
