package io.skein.engine.cluster;

import static io.skein.engine.bytes.Slot.SLOT_COUNT;

import io.skein.engine.cluster.bus.NodeFlags;
import io.skein.engine.cluster.bus.SlotRange;
import io.skein.engine.cluster.failover.Election;
import io.skein.engine.cluster.failover.ManualFailover;
import io.skein.engine.cluster.failover.Roles;
import io.skein.engine.cluster.gossip.BanList;
import io.skein.engine.cluster.gossip.FailureDetector;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.EpochOrigin;
import io.skein.engine.cluster.state.LocalState;
import io.skein.engine.cluster.state.LogLevel;
import io.skein.engine.cluster.state.Membership;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Carries out what administrators ask: all checks first, then the change.
final class AdminRequests {
  private static final int MAX_PORT = 65_535;
  private static final long RECONNECT_MS = 100;

  private final LocalState local;
  private final Membership members;
  private final Heartbeats heartbeats;
  private final FailureDetector detector;
  private final BanList bans;
  private final ManualFailover manual;
  private final Roles roles;
  private final Inbox inbox;
  private final Explanation explanation;
  private final Doctor doctor;
  private final Outgoing out;

  AdminRequests(
      LocalState local,
      Heartbeats heartbeats,
      FailureDetector detector,
      BanList bans,
      ManualFailover manual,
      Roles roles,
      Inbox inbox,
      Election election,
      Outgoing out) {
    this.local = local;
    this.members = local.members;
    this.heartbeats = heartbeats;
    this.detector = detector;
    this.bans = bans;
    this.manual = manual;
    this.roles = roles;
    this.inbox = inbox;
    this.explanation = new Explanation(local, election, detector);
    this.doctor = new Doctor(local);
    this.out = out;
  }

  ClusterResult on(ClusterRequest request, long nowMs) {
    return switch (request) {
      case ClusterRequest.Meet meet -> meet(meet, nowMs);
      case ClusterRequest.AddSlots add -> changeSlots(add.ranges(), true);
      case ClusterRequest.DelSlots del -> changeSlots(del.ranges(), false);
      case ClusterRequest.FlushSlots flush -> flushSlots(flush);
      case ClusterRequest.SetSlotMigrating migrating -> migrating(migrating);
      case ClusterRequest.SetSlotImporting importing -> importing(importing);
      case ClusterRequest.SetSlotStable stable -> stable(stable);
      case ClusterRequest.SetSlotNode node -> setSlotNode(node, nowMs);
      case ClusterRequest.ClaimSlots claim -> claim(claim);
      case ClusterRequest.ReclaimSlots reclaim -> reclaim(reclaim.epoch());
      case ClusterRequest.BumpEpoch _ -> bumpEpoch();
      case ClusterRequest.SetConfigEpoch set -> setConfigEpoch(set.epoch());
      case ClusterRequest.SaveConfig _ -> {
        out.saveNow();
        yield ClusterResult.OK;
      }
      case ClusterRequest.Forget forget -> forget(forget.nodeId(), nowMs);
      case ClusterRequest.Replicate replicate -> replicate(replicate, nowMs);
      case ClusterRequest.Failover failover -> failover(failover.mode(), nowMs);
      case ClusterRequest.Reset reset -> reset(reset, nowMs);
      case ClusterRequest.HandOver hand -> handOver(hand.again(), nowMs);
      case ClusterRequest.HandOverRefused refused -> {
        manual.refused(refused.nodeId(), refused.reason(), nowMs);
        yield ClusterResult.OK;
      }
      case ClusterRequest.Why asked -> why(asked.nodeId(), nowMs);
      case ClusterRequest.Doctor asked ->
          new ClusterResult.Report(doctor.report(asked.own(), nowMs));
      case ClusterRequest.DropPackets drop -> {
        inbox.drop(drop.type());
        yield ClusterResult.OK;
      }
      case ClusterRequest.CloseOnDrop close -> {
        inbox.closeOnDrop(close.close());
        yield ClusterResult.OK;
      }
      case ClusterRequest.KillLinks kill -> killLinks(kill, nowMs);
      case ClusterRequest.CountFailureReports count -> {
        ClusterNode node = members.node(count.nodeId());
        yield node == null
            ? unknown(count.nodeId())
            : new ClusterResult.Number(detector.reports(node, nowMs));
      }
    };
  }

  private static ClusterResult unknown(String nodeId) {
    return ClusterResult.error("Unknown node " + nodeId);
  }

  private ClusterResult why(@Nullable String nodeId, long nowMs) {
    if (nodeId == null) {
      return new ClusterResult.Report(explanation.ofAll(nowMs));
    }
    ClusterNode node = members.node(nodeId);
    return node == null ? unknown(nodeId) : new ClusterResult.Report(explanation.of(node, nowMs));
  }

  private ClusterResult killLinks(ClusterRequest.KillLinks kill, long nowMs) {
    ClusterNode node = members.node(kill.nodeId());
    if (node == null) {
      return unknown(kill.nodeId());
    }
    if (kill.to()) {
      out.links().drop(node);
      // What is published until then does not reach it: tests count on that.
      node.nextConnectMs = nowMs + RECONNECT_MS;
    }
    if (kill.from()) {
      out.links().dropInbound(node);
    }
    return ClusterResult.OK;
  }

  private ClusterResult changed() {
    out.saveNow();
    out.reviewHealth();
    out.news();
    return ClusterResult.OK;
  }

  /// As [#changed], of what an administrator can order again: it need not wait for the disk.
  private ClusterResult marked() {
    out.writeNow();
    out.pongToReplicas();
    out.reviewHealth();
    out.news();
    return ClusterResult.OK;
  }

  private ClusterResult meet(ClusterRequest.Meet meet, long nowMs) {
    if (!IpAddress.isLiteral(meet.host()) || !isPort(meet.port()) || !isPort(meet.busPort())) {
      return ClusterResult.error(
          "Invalid node address specified: " + meet.host() + ":" + meet.port());
    }
    int port = (int) meet.port();
    boolean tls = local.settings().ports().tlsCluster();
    ClusterNode.Address address =
        new ClusterNode.Address(
            IpAddress.normal(meet.host()), tls ? 0 : port, tls ? port : 0, (int) meet.busPort());
    if (!heartbeats.isInHandshakeAt(address)) {
      members.learn(null, NodeFlags.HANDSHAKE | NodeFlags.MEET, nowMs).address(address);
    }
    return ClusterResult.OK;
  }

  private static boolean isPort(long port) {
    return port > 0 && port <= MAX_PORT;
  }

  private ClusterResult changeSlots(List<SlotRange> ranges, boolean add) {
    boolean[] named = new boolean[SLOT_COUNT];
    for (SlotRange range : ranges) {
      for (int slot = range.first(); slot <= range.last(); slot++) {
        if (!add && members.owner(slot) == null) {
          return ClusterResult.error("Slot " + slot + " is already unassigned");
        }
        if (add && members.owner(slot) != null) {
          return ClusterResult.error("Slot " + slot + " is already busy");
        }
        if (named[slot]) {
          return ClusterResult.error("Slot " + slot + " specified multiple times");
        }
        named[slot] = true;
      }
    }
    for (int slot = 0; slot < SLOT_COUNT; slot++) {
      if (named[slot]) {
        members.importing(slot, null);
        if (add) {
          members.assign(slot, members.myself());
        } else {
          members.release(slot);
        }
      }
    }
    return changed();
  }

  private ClusterResult handOver(boolean again, long nowMs) {
    if (!manual.handOver(again, nowMs)) {
      return ClusterResult.error("No replica can take this node's place");
    }
    ClusterNode byCommand = manual.offeredByCommand();
    return byCommand == null ? ClusterResult.OK : new ClusterResult.Text(byCommand.id());
  }

  private ClusterResult flushSlots(ClusterRequest.FlushSlots flush) {
    if (flush.hasKeys()) {
      return ClusterResult.error("DB must be empty to perform CLUSTER FLUSHSLOTS.");
    }
    members.releaseSlots(members.myself());
    return changed();
  }

  private ClusterResult migrating(ClusterRequest.SetSlotMigrating request) {
    if (members.myself().isReplica()) {
      return onlyWithPrimaries();
    }
    if (members.owner(request.slot()) != members.myself()) {
      return ClusterResult.error("I'm not the owner of hash slot " + request.slot());
    }
    ClusterNode node = members.node(request.nodeId());
    if (node == null) {
      return ClusterResult.error("I don't know about node " + request.nodeId());
    }
    if (node.isReplica()) {
      return targetIsReplica();
    }
    members.migrating(request.slot(), node);
    return marked();
  }

  private ClusterResult importing(ClusterRequest.SetSlotImporting request) {
    if (members.myself().isReplica()) {
      return onlyWithPrimaries();
    }
    if (members.owner(request.slot()) == members.myself()) {
      return ClusterResult.error("I'm already the owner of hash slot " + request.slot());
    }
    ClusterNode node = members.node(request.nodeId());
    if (node == null) {
      return ClusterResult.error("I don't know about node " + request.nodeId());
    }
    if (node.isReplica()) {
      return targetIsReplica();
    }
    members.importing(request.slot(), node);
    return marked();
  }

  private ClusterResult stable(ClusterRequest.SetSlotStable request) {
    if (members.myself().isReplica()) {
      return onlyWithPrimaries();
    }
    members.importing(request.slot(), null);
    members.migrating(request.slot(), null);
    return marked();
  }

  private static ClusterResult onlyWithPrimaries() {
    return ClusterResult.error("Please use SETSLOT only with masters.");
  }

  private static ClusterResult targetIsReplica() {
    return ClusterResult.error("Target node is not a master");
  }

  private ClusterResult setSlotNode(ClusterRequest.SetSlotNode request, long nowMs) {
    int slot = request.slot();
    ClusterNode myself = members.myself();
    if (myself.isReplica()) {
      return onlyWithPrimaries();
    }
    ClusterNode node = members.node(request.nodeId());
    if (node == null) {
      return unknown(request.nodeId());
    }
    if (node.isReplica()) {
      return targetIsReplica();
    }
    boolean wasMine = members.owner(slot) == myself;
    if (wasMine && node != myself && request.hasKeysInSlot()) {
      return ClusterResult.error(
          "Can't assign hashslot "
              + slot
              + " to a different node while I still hold keys for this hash slot.");
    }
    if (!request.hasKeysInSlot()) {
      members.migrating(slot, null);
    }
    members.assign(slot, node);
    members.claimed(slot, true);
    boolean emptied = wasMine && node != myself && myself.slotCount() == 0;
    if (emptied && local.settings().replicas().allowMigration()) {
      out.log(
          LogLevel.NOTICE,
          "Configuration change detected. Reconfiguring myself as a replica of " + node);
      roles.follow(node, nowMs);
    }
    if (node == myself && members.importingFrom(slot) != null) {
      closeImported(slot);
    }
    return marked();
  }

  /// The slot is ours from now on, under a new epoch, for its old owner may claim it still.
  private void closeImported(int slot) {
    if (members.bumpConfigEpoch()) {
      out.saveNow();
      out.log(
          LogLevel.NOTICE,
          "New configEpoch set to "
              + members.myself().configEpoch()
              + " after importing slot "
              + slot);
    }
    members.importing(slot, null);
    out.pongToAll();
  }

  /// Takes over slots that were migrated here: as [#closeImported], under an epoch that was agreed
  /// on with their owner.
  private ClusterResult claim(ClusterRequest.ClaimSlots claim) {
    ClusterNode myself = members.myself();
    ClusterNode source = members.node(claim.sourceId());
    if (myself.isReplica()) {
      return ClusterResult.error("I was demoted to a replica");
    }
    for (SlotRange range : claim.ranges()) {
      for (int slot = range.first(); slot <= range.last(); slot++) {
        if (source == null || members.owner(slot) != source) {
          return ClusterResult.error("Slots are no longer owned by source node");
        }
      }
    }
    if (claim.epoch() <= members.currentEpoch()) {
      return new ClusterResult.Number(members.currentEpoch());
    }
    members.seeEpoch(claim.epoch());
    myself.configEpoch(claim.epoch());
    for (SlotRange range : claim.ranges()) {
      for (int slot = range.first(); slot <= range.last(); slot++) {
        members.assign(slot, myself);
        members.claimed(slot, true);
      }
    }
    out.saveNow();
    out.log(
        LogLevel.NOTICE, "New configEpoch set to " + claim.epoch() + " after slots were migrated");
    out.pongToAll();
    out.reviewHealth();
    out.news();
    return ClusterResult.OK;
  }

  private ClusterResult reclaim(long epoch) {
    members.seeEpoch(epoch);
    if (members.myself().isPrimary()) {
      members.myself().configEpoch(members.nextEpoch(EpochOrigin.ORDER));
      out.log(
          LogLevel.NOTICE,
          "New configEpoch set to "
              + members.myself().configEpoch()
              + " to take back slots that were not claimed");
      out.pongToAll();
    }
    return changed();
  }

  private ClusterResult bumpEpoch() {
    boolean bumped = members.bumpConfigEpoch();
    long epoch = members.myself().configEpoch();
    if (bumped) {
      out.saveNow();
      out.log(LogLevel.NOTICE, "New configEpoch set to " + epoch);
    }
    return new ClusterResult.Text((bumped ? "BUMPED " : "STILL ") + epoch);
  }

  private ClusterResult setConfigEpoch(long epoch) {
    ClusterNode myself = members.myself();
    if (epoch < 0 || epoch >>> 62 != 0) {
      return ClusterResult.error("Invalid config epoch specified: " + epoch);
    }
    if (members.nodes().size() > 1) {
      return ClusterResult.error(
          "The user can assign a config epoch only when the node does not know any other node.");
    }
    if (myself.configEpoch() != 0) {
      return ClusterResult.error("Node config epoch is already non-zero");
    }
    members.seeEpoch(epoch);
    myself.configEpoch(epoch);
    out.log(LogLevel.NOTICE, "configEpoch set to " + epoch + " via CLUSTER SET-CONFIG-EPOCH");
    return changed();
  }

  private ClusterResult forget(String nodeId, long nowMs) {
    ClusterNode node = members.node(nodeId);
    ClusterNode myself = members.myself();
    if (node == null) {
      return bans.isBanned(nodeId, nowMs) ? ClusterResult.OK : unknown(nodeId);
    }
    if (node == myself) {
      return ClusterResult.error("I tried hard but I can't forget myself...");
    }
    if (node == myself.primary()) {
      return ClusterResult.error("Can't forget my master!");
    }
    bans.ban(nodeId, nowMs);
    out.links().forget(node);
    return changed();
  }

  private ClusterResult replicate(ClusterRequest.Replicate request, long nowMs) {
    ClusterNode node = members.node(request.nodeId());
    ClusterNode myself = members.myself();
    if (node == null) {
      return unknown(request.nodeId());
    }
    if (node == myself) {
      return ClusterResult.error("Can't replicate myself");
    }
    if (node.isReplica()) {
      return ClusterResult.error("I can only replicate a master, not a replica.");
    }
    if (myself.isPrimary() && (myself.slotCount() != 0 || request.hasKeys())) {
      return ClusterResult.error(
          "To set a master the node must be empty and without assigned slots.");
    }
    roles.follow(node, nowMs);
    return changed();
  }

  private ClusterResult failover(ClusterRequest.FailoverMode mode, long nowMs) {
    ClusterNode myself = members.myself();
    ClusterNode primary = myself.primary();
    if (myself.isPrimary()) {
      return ClusterResult.error("You should send CLUSTER FAILOVER to a replica");
    }
    if (primary == null) {
      return ClusterResult.error("I'm a replica but my master is unknown to me");
    }
    boolean coordinated = mode == ClusterRequest.FailoverMode.COORDINATED;
    if (coordinated && (primary.isFailed() || !primary.hasLink())) {
      return ClusterResult.error("Master is down or failed, please use CLUSTER FAILOVER FORCE");
    }
    switch (mode) {
      case TAKEOVER -> {
        out.log(LogLevel.NOTICE, "Taking over the master (user request).");
        local.journal.note(
            primary, nowMs, "this replica was told to take its place, without votes");
        manual.reset(nowMs);
        members.bumpConfigEpoch();
        roles.takePlaceOfPrimary(nowMs);
      }
      case FORCE -> {
        out.log(LogLevel.NOTICE, "Forced failover user request accepted.");
        manual.startAlone(nowMs);
      }
      case COORDINATED -> {
        out.log(LogLevel.NOTICE, "Manual failover user request accepted.");
        manual.startWith(primary, nowMs);
      }
    }
    return ClusterResult.OK;
  }

  private ClusterResult reset(ClusterRequest.Reset request, long nowMs) {
    ClusterNode myself = members.myself();
    if (myself.isPrimary() && request.hasKeys()) {
      return ClusterResult.error("CLUSTER RESET can't be called with master nodes containing keys");
    }
    if (members.makePrimary(myself)) {
      out.add(new ClusterEffect.DropAllData());
    }
    members.closeSlots();
    manual.reset(nowMs);
    for (int slot = 0; slot < SLOT_COUNT; slot++) {
      members.release(slot);
    }
    for (ClusterNode node : members.nodesNow()) {
      if (node != myself) {
        out.links().forget(node);
      }
    }
    bans.clear();
    if (request.hard()) {
      members.resetEpochs();
      members.becomeSomebodyElse();
      out.log(LogLevel.NOTICE, "Node hard reset, now I'm " + myself.id());
    }
    return changed();
  }
}
