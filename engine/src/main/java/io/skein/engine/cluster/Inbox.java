package io.skein.engine.cluster;

import io.skein.engine.cluster.bus.BusDecoder;
import io.skein.engine.cluster.bus.BusFormatException;
import io.skein.engine.cluster.bus.BusHeader;
import io.skein.engine.cluster.bus.BusMessage;
import io.skein.engine.cluster.bus.BusType;
import io.skein.engine.cluster.bus.PingExtension;
import io.skein.engine.cluster.failover.Ballot;
import io.skein.engine.cluster.failover.Election;
import io.skein.engine.cluster.failover.ManualFailover;
import io.skein.engine.cluster.gossip.FailureDetector;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.LogLevel;
import io.skein.engine.cluster.state.Membership;
import org.jspecify.annotations.Nullable;

/// Takes in what arrives on links: cuts out messages, notes who sent them, and hands them on.
final class Inbox {
  private final Membership members;
  private final Heartbeats heartbeats;
  private final FailureDetector detector;
  private final Ballot ballot;
  private final Election election;
  private final ManualFailover manual;
  private final SlotClaims claims;
  private final Outgoing out;
  private long droppedType = -1;
  private boolean closesOnDrop;
  private final long[] received = new long[BusType.values().length];

  Inbox(
      Membership members,
      Heartbeats heartbeats,
      FailureDetector detector,
      Ballot ballot,
      Election election,
      ManualFailover manual,
      SlotClaims claims,
      Outgoing out) {
    this.members = members;
    this.heartbeats = heartbeats;
    this.detector = detector;
    this.ballot = ballot;
    this.election = election;
    this.manual = manual;
    this.claims = claims;
    this.out = out;
  }

  long[] received() {
    return received.clone();
  }

  /// From now on messages of the type with this code are not taken in.
  void drop(long type) {
    droppedType = type;
  }

  /// Whether the link on which a message is not taken in is closed.
  void closeOnDrop(boolean close) {
    closesOnDrop = close;
  }

  void on(Link link, byte[] bytes, long nowMs) {
    link.frames.add(bytes);
    while (out.links().get(link.id) == link) {
      byte[] frame;
      try {
        frame = link.frames.next();
      } catch (BusFormatException e) {
        out.log(
            LogLevel.WARNING,
            "Bad message length or signature received on the Cluster bus from "
                + link.remoteIp
                + ": "
                + e.getMessage());
        out.links().close(link);
        return;
      }
      if (frame == null) {
        return;
      }
      BusMessage message = decode(link, frame);
      if (message != null) {
        received[message.type().code()]++;
        if (message.type().code() != droppedType) {
          on(link, message, nowMs);
        } else if (closesOnDrop) {
          out.links().close(link);
        }
      }
    }
  }

  /// The message in a frame, or null when it is none: then only the frame is lost, as the next one
  /// is found all the same.
  private @Nullable BusMessage decode(Link link, byte[] frame) {
    try {
      return BusDecoder.decode(frame);
    } catch (BusFormatException e) {
      out.log(
          LogLevel.WARNING,
          "Ignoring an invalid message on the Cluster bus from "
              + link.remoteIp
              + ": "
              + e.getMessage());
      return null;
    }
  }

  private void on(Link link, BusMessage message, long nowMs) {
    BusHeader header = message.header();
    ClusterNode sender = members.node(header.sender());
    if (sender != null && sender != members.myself()) {
      meetAgain(link, sender, header, nowMs);
    }
    if (message instanceof BusMessage.Heartbeat heartbeat) {
      if (sender != null && sender != members.myself()) {
        hearDenial(sender, heartbeat, nowMs);
      }
      heartbeats.on(link, sender, heartbeat, nowMs);
    } else if (sender != null && sender != members.myself()) {
      onKnown(sender, message, nowMs);
    } else {
      out.log(
          LogLevel.DEBUG,
          "Ignoring " + message.type() + " message from unknown node " + header.sender());
    }
  }

  /// What any message from a known node tells: that it lives, its epochs and its offset.
  private void meetAgain(Link link, ClusterNode sender, BusHeader header, long nowMs) {
    if (link.isInbound()) {
      out.links().belongs(link, sender);
    }
    sender.dataReceivedMs = nowMs;
    detector.onAlive(sender);
    members.seeEpoch(header.currentEpoch());
    seeConfigEpoch(sender, header.configEpoch());
    sender.replicationOffset = header.replicationOffset();
    sender.takesExtras = header.takesExtras();
    if (members.myself().primary() == sender) {
      manual.onPrimary(sender, header, nowMs);
    }
  }

  private void hearDenial(ClusterNode voter, BusMessage.Heartbeat message, long nowMs) {
    for (PingExtension extension : message.extensions()) {
      if (extension instanceof PingExtension.VoteDenied(long epoch, String reason)) {
        election.onDenied(voter, epoch, reason, nowMs);
      }
    }
  }

  private void seeConfigEpoch(ClusterNode node, long epoch) {
    if (epoch > node.configEpoch()) {
      members.seeEpoch(epoch);
      node.configEpoch(epoch);
      out.saveSoon();
    }
  }

  private void onKnown(ClusterNode sender, BusMessage message, long nowMs) {
    switch (message) {
      case BusMessage.Fail fail -> {
        ClusterNode failing = members.node(fail.failingId());
        if (failing != null) {
          detector.onFail(failing, sender, nowMs);
        }
      }
      case BusMessage.Publish publish ->
          out.add(
              new ClusterEffect.Deliver(publish.channel(), publish.message(), publish.sharded()));
      case BusMessage.AuthRequest request -> ballot.onRequest(sender, request.header(), nowMs);
      case BusMessage.AuthAck ack -> election.onVote(sender, ack.header(), nowMs);
      case BusMessage.Update update -> onUpdate(update, nowMs);
      case BusMessage.ManualFailoverStart _ -> manual.onStart(sender, nowMs);
      case BusMessage.Module _ -> {} // there are no modules here to receive it
      case BusMessage.Heartbeat _ -> throw new AssertionError("handled before");
    }
  }

  private void onUpdate(BusMessage.Update update, long nowMs) {
    ClusterNode owner = members.node(update.nodeId());
    if (owner == null || owner.configEpoch() >= update.configEpoch()) {
      return;
    }
    if (owner != members.myself()) {
      members.makePrimary(owner);
    }
    seeConfigEpoch(owner, update.configEpoch());
    claims.onClaim(owner, update.configEpoch(), update.slots(), nowMs);
  }
}
