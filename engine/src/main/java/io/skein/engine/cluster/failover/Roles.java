package io.skein.engine.cluster.failover;

import io.skein.engine.cluster.bus.SlotSet;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.Journal;
import io.skein.engine.cluster.state.LocalState;
import io.skein.engine.cluster.state.Membership;
import io.skein.engine.cluster.state.Outbox;
import io.skein.engine.machine.Invariant;

/// Changes this node's own role. What the data plane has to do follows from the role at the end of
/// the event.
public final class Roles {
  private final Membership members;
  private final Journal journal;
  private final ManualFailover manual;
  private final Outbox out;

  public Roles(LocalState local, ManualFailover manual, Outbox out) {
    this.members = local.members;
    this.journal = local.journal;
    this.manual = manual;
    this.out = out;
  }

  /// Becomes a replica of `primary`, having no slots any more.
  public void follow(ClusterNode primary, long nowMs) {
    ClusterNode myself = members.myself();
    Invariant.check(primary != myself, "no node replicates itself");
    Invariant.check(myself.slotCount() == 0, "a node with slots does not become a replica");
    if (myself.primary() != primary) {
      members.closeSlots();
    }
    members.makeReplica(myself, primary);
    myself.shardId(primary.shardId());
    manual.reset(nowMs);
    out.saveNow();
    out.reviewHealth();
  }

  /// Takes the primary's place and all of its slots, under a configuration epoch that this node has
  /// already.
  public void takePlaceOfPrimary(long nowMs) {
    ClusterNode myself = members.myself();
    ClusterNode old = myself.primary();
    if (old == null) {
      return;
    }
    journal.note(myself, nowMs, "this node has taken the place of " + old.label());
    members.makePrimary(myself);
    SlotSet slots = old.slots();
    for (int slot = slots.nextSlot(0); slot >= 0; slot = slots.nextSlot(slot + 1)) {
      members.assign(slot, myself);
    }
    out.saveNow();
    out.reviewHealth();
    out.pongToAll();
    manual.reset(nowMs);
  }
}
