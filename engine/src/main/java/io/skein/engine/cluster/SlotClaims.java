package io.skein.engine.cluster;

import io.skein.engine.cluster.bus.BusHeader;
import io.skein.engine.cluster.bus.SlotSet;
import io.skein.engine.cluster.failover.ClusterHealth;
import io.skein.engine.cluster.failover.Roles;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.EpochOrigin;
import io.skein.engine.cluster.state.LocalState;
import io.skein.engine.cluster.state.LogLevel;
import io.skein.engine.cluster.state.Membership;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/// Decides between claims to slots: the one with the greatest configuration epoch holds.
final class SlotClaims {
  private final LocalState local;
  private final Membership members;
  private final Roles roles;
  private final ClusterHealth health;
  private final Outgoing out;

  SlotClaims(LocalState local, Roles roles, ClusterHealth health, Outgoing out) {
    this.local = local;
    this.members = local.members;
    this.roles = roles;
    this.health = health;
    this.out = out;
  }

  /// A primary claims `slots` under `epoch`, by its own word or by another's UPDATE.
  void onClaim(ClusterNode claimant, long epoch, SlotSet slots, long nowMs) {
    ClusterNode myself = members.myself();
    if (claimant == myself) {
      out.log(LogLevel.NOTICE, "Discarding UPDATE message about myself.");
      return;
    }
    ClusterNode shardPrimary = myself.isPrimary() ? myself : myself.primary();
    long[] lost = new long[SlotSet.BYTES / Long.BYTES];
    int lostByShard = 0;
    LinkedHashSet<ClusterNode> predecessors = new LinkedHashSet<>();
    for (int slot = slots.nextSlot(0); slot >= 0; slot = slots.nextSlot(slot + 1)) {
      ClusterNode owner = members.owner(slot);
      if (owner == claimant) {
        members.claimed(slot, true);
      } else if ((members.importingFrom(slot) == null || succeeds(claimant, owner))
          && (members.isUnclaimed(slot) || owner == null || owner.configEpoch() < epoch)) {
        // A slot being imported is settled by the administrator alone, who closes it; but its
        // old owner can be failed over.
        if (owner != null && succeeds(claimant, owner)) {
          predecessors.add(owner);
          members.succeed(owner, claimant);
        }
        if (owner == myself) {
          lost[slot >> 6] |= 1L << slot;
        }
        lostByShard += owner != null && owner == shardPrimary ? 1 : 0;
        members.assign(slot, claimant);
        out.writeNow();
        out.reviewHealth();
      }
    }
    noteUnclaimed(claimant, slots);
    for (ClusterNode old : predecessors) {
      String epochs = ", in epoch " + epoch;
      local.journal.note(old, nowMs, claimant.label() + " has taken its place" + epochs);
      local.journal.note(claimant, nowMs, "it has taken the place of " + old.label() + epochs);
    }
    boolean shardLeft =
        lostByShard > 0
            && shardPrimary != null
            && shardPrimary.slotCount() == 0
            && (local.settings().replicas().allowMigration() || slots.size() == lostByShard);
    if (shardLeft) {
      out.log(
          LogLevel.NOTICE,
          "Configuration change detected. Reconfiguring myself as a replica of " + claimant);
      roles.follow(claimant, nowMs);
    } else if (!leaveChain(nowMs)) {
      SlotSet dropped = SlotSet.ofWords(lost);
      if (!dropped.isEmpty()) {
        out.add(new ClusterEffect.DropSlots(dropped));
      }
    }
  }

  /// Whether `claimant` claims the slots of `owner` as another node of its shard.
  private static boolean succeeds(ClusterNode claimant, @Nullable ClusterNode owner) {
    return owner != null && owner.shardId().equals(claimant.shardId());
  }

  /// Slots that the owner no longer claims stay with it, so that clients are not turned away, but
  /// nobody is told so any more.
  private void noteUnclaimed(ClusterNode claimant, SlotSet slots) {
    SlotSet silent = claimant.slots().minus(slots);
    for (int slot = silent.nextSlot(0); slot >= 0; slot = silent.nextSlot(slot + 1)) {
      members.claimed(slot, false);
    }
  }

  /// A replica whose primary has become a replica follows that one's primary instead.
  boolean leaveChain(long nowMs) {
    ClusterNode primary = members.myself().primary();
    ClusterNode grand = primary == null ? null : primary.primary();
    if (grand == null || grand == members.myself()) {
      return false;
    }
    out.log(
        LogLevel.NOTICE,
        "I'm a sub-replica! Reconfiguring myself as a replica of grandmaster " + grand);
    roles.follow(grand, nowMs);
    return true;
  }

  /// Tells a sender of the newer owners of slots that it claims under an old epoch.
  ///
  /// It may have been away while its slots were given to others, who cannot reach it themselves.
  void informStale(ClusterNode sender, BusHeader header) {
    LinkedHashSet<ClusterNode> owners = new LinkedHashSet<>();
    SlotSet claimed = header.slots();
    for (int slot = claimed.nextSlot(0); slot >= 0; slot = claimed.nextSlot(slot + 1)) {
      ClusterNode owner = members.owner(slot);
      if (owner != null
          && owner != sender
          && !members.isUnclaimed(slot)
          && owner.configEpoch() > header.configEpoch()) {
        owners.add(owner);
      }
    }
    for (ClusterNode owner : owners) {
      out.log(
          LogLevel.VERBOSE,
          "Node "
              + sender
              + " has old slots configuration, sending an UPDATE message about "
              + owner);
      out.sendUpdate(sender, owner);
    }
  }

  /// Two primaries must not have one configuration epoch: the one with the smaller id takes a new
  /// one.
  ///
  /// Elections never lead to this, but fresh nodes and epochs taken without agreement do. As the
  /// node with the greatest id stays, any number of colliding nodes come apart.
  ///
  /// A newer epoch makes our claims stronger than those of a replica that was elected in our place
  /// while we were away. So a node with slots does this only while it serves, being among a
  /// majority that would have told it. And only what this very message says counts: what we know of
  /// the sender may be newer than the message, which came on another link.
  void resolveCollision(ClusterNode sender, BusHeader header) {
    ClusterNode myself = members.myself();
    if (sender.isPrimary()
        && myself.isPrimary()
        && header.configEpoch() == myself.configEpoch()
        && sender.id().compareTo(myself.id()) > 0
        && (myself.slotCount() == 0 || health.isOk())) {
      myself.configEpoch(members.nextEpoch(EpochOrigin.COLLISION));
      out.saveNow();
      out.log(
          LogLevel.VERBOSE,
          "configEpoch collision with node "
              + sender
              + ". configEpoch set to "
              + myself.configEpoch());
    }
  }
}
