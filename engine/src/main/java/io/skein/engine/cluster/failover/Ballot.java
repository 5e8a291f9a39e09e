package io.skein.engine.cluster.failover;

import io.skein.engine.cluster.bus.BusHeader;
import io.skein.engine.cluster.bus.SlotSet;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.LocalState;
import io.skein.engine.cluster.state.LogLevel;
import io.skein.engine.cluster.state.Membership;
import io.skein.engine.cluster.state.Outbox;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Grants or refuses this node's vote to a replica that stands for its primary's place.
///
/// *Invariants*: one vote in an epoch, never in an older one, and on disk before it is sent, so
/// that a crash does not let us vote twice. Hence two candidates cannot both have a majority in one
/// epoch.
public final class Ballot {
  private static final int PATIENCE = 2;

  /// How long a primary's replicas get no second vote with `Haste.quickElections`.
  ///
  /// The wait is not needed for safety. It keeps replicas of one primary from displacing each other
  /// before the first one's claim has spread; that takes a round trip, while waiting for twice the
  /// node timeout turns one split vote into half a minute without service. The same replica may
  /// have another vote at once: it did not get enough of them in the epoch before.
  private static final long QUICK_PATIENCE_MS = 1000;

  private final LocalState local;
  private final Membership members;
  private final Outbox out;

  public Ballot(LocalState local, Outbox out) {
    this.local = local;
    this.members = local.members;
    this.out = out;
  }

  /// Votes for `candidate` if nothing speaks against it. The epoch of the request was seen before.
  public void onRequest(ClusterNode candidate, BusHeader request, long nowMs) {
    ClusterNode myself = members.myself();
    if (!myself.isPrimary() || myself.slotCount() == 0) {
      return; // no part of the electorate
    }
    String objection = objection(candidate, request, nowMs);
    ClusterNode primary = candidate.primary();
    if (!objection.isEmpty()) {
      out.log(LogLevel.WARNING, "Failover auth denied to " + candidate + ": " + objection);
      note(
          primary,
          nowMs,
          "this node denied "
              + candidate.label()
              + " its vote in epoch "
              + request.currentEpoch()
              + ": "
              + objection);
      if (local.settings().haste().quickElections()) {
        out.sendVoteDenied(candidate, request.currentEpoch(), objection);
      }
      return;
    }
    members.votedIn(members.currentEpoch());
    if (primary != null) {
      primary.votedMs = nowMs;
      primary.votedFor = candidate;
    }
    note(
        primary,
        nowMs,
        "this node voted for " + candidate.label() + " in epoch " + members.currentEpoch());
    out.saveNow();
    out.sendAuthAck(candidate);
    out.log(
        LogLevel.NOTICE,
        "Failover auth granted to " + candidate + " for epoch " + members.currentEpoch());
  }

  private void note(@Nullable ClusterNode primary, long nowMs, String text) {
    if (primary != null) {
      local.journal.note(primary, nowMs, text);
    }
  }

  private String objection(ClusterNode candidate, BusHeader request, long nowMs) {
    long epoch = members.currentEpoch();
    if (request.currentEpoch() < epoch) {
      return "reqEpoch (" + request.currentEpoch() + ") < curEpoch(" + epoch + ")";
    }
    if (members.lastVoteEpoch() >= epoch) {
      return "already voted for epoch " + epoch;
    }
    if (candidate.isPrimary()) {
      return "it is a master node";
    }
    ClusterNode primary = candidate.primary();
    if (primary == null) {
      return "I don't know its master";
    }
    if (!primary.isFailed() && !request.forcesVote()) {
      return "its master is up";
    }
    long waitMs = primary.votedMs + patienceMs() - nowMs;
    boolean again =
        local.settings().haste().quickElections() && Objects.equals(primary.votedFor, candidate);
    if (waitMs > 0 && !again) {
      return "can't vote about this master before " + waitMs + " milliseconds";
    }
    return newerOwner(request);
  }

  private long patienceMs() {
    long patienceMs = PATIENCE * local.settings().nodeTimeoutMs();
    return local.settings().haste().quickElections()
        ? Math.min(patienceMs, QUICK_PATIENCE_MS)
        : patienceMs;
  }

  /// Whether any slot claimed was won by another node since the epoch of the claim.
  private String newerOwner(BusHeader request) {
    SlotSet claimed = request.slots();
    for (int slot = claimed.nextSlot(0); slot >= 0; slot = claimed.nextSlot(slot + 1)) {
      ClusterNode owner = members.owner(slot);
      if (owner != null
          && !members.isUnclaimed(slot)
          && owner.configEpoch() > request.configEpoch()) {
        return "slot "
            + slot
            + " epoch ("
            + owner.configEpoch()
            + ") > reqEpoch ("
            + request.configEpoch()
            + ")";
      }
    }
    return "";
  }
}
