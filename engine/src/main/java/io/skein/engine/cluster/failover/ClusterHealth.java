package io.skein.engine.cluster.failover;

import static io.skein.engine.bytes.Slot.SLOT_COUNT;

import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.LocalState;
import io.skein.engine.cluster.state.LogLevel;
import io.skein.engine.cluster.state.Membership;
import io.skein.engine.cluster.state.Outbox;

/// Whether the cluster serves clients, from this node's point of view.
///
/// It does not while a slot is without a working owner (unless partial coverage will do) or this
/// node is among a minority. A primary that returns waits before it serves: after a start, and
/// after having been among a minority, so that it can learn first that its slots were given away.
/// And after a start it has to hear from a majority first, or one that is restarted in a minority
/// would serve until its pings time out, as a primary of Redis does.
///
/// A process that stood still (it was stopped, its machine slept) for longer than the node timeout
/// is as one that was cut off, but nothing told it so: it finds its pings answered, or not yet due.
/// It is taken for one that returns ([#overslept]).
///
/// With `Haste.quickElections` replicas are elected soon after the node timeout, so that a primary
/// must not take longer to find itself alone: it ceases to serve when a majority has been silent
/// for nearly the node timeout, though its pings have not waited for so long ([#watch]).
///
/// With `Haste.quickForming` a node that has no past does not wait: it has nothing to learn. And a
/// cluster in which no slot is assigned yet has no majority to be cut off from.
public final class ClusterHealth {
  private static final long MAX_REJOIN_DELAY_MS = 5000;
  private static final long MIN_REJOIN_DELAY_MS = 500;
  private static final long WRITABLE_DELAY_MS = 2000;
  private static final int AWAY_GRACE_PART = 4;
  private static final long MARGIN_MS = 100;

  /// Nobody can tell silence from an answer on its way in less, whatever the node timeout.
  private static final long SHORTEST_MS = 200;

  private final LocalState local;
  private final Membership members;
  private final boolean hasPast;
  private final Outbox out;
  private boolean ok;
  private String reason = "the node has just started";
  private long firstReviewMs = -1;
  private long amongMinorityMs = Long.MIN_VALUE / 2;

  /// When the node last went on after it had stood still; 0 if it never did.
  private long awokeMs;

  /// Until when nobody's silence counts, since we did not run ourselves.
  private long graceUntilMs;

  /// @param hasPast whether the node was a member of a cluster before it started
  public ClusterHealth(LocalState local, boolean hasPast, Outbox out) {
    this.local = local;
    this.members = local.members;
    this.hasPast = hasPast;
    this.out = out;
  }

  public boolean isOk() {
    return ok;
  }

  /// Why the cluster does not serve, or empty.
  public String reason() {
    return reason;
  }

  /// The node did nothing for longer than the node timeout: whoever suspected it meanwhile may have
  /// replaced it.
  public void overslept(long nowMs) {
    if (members.myself().isPrimary() && voters() > 1) {
      awokeMs = nowMs;
      amongMinorityMs = nowMs;
      out.log(
          LogLevel.WARNING,
          "This node stood still for longer than the node timeout. It may have been replaced: not"
              + " serving before it has heard of the others.");
      out.reviewHealth();
    }
  }

  /// The node did nothing for a while, but not for as long as the node timeout: what others sent
  /// meanwhile is still to be read.
  ///
  /// @param forMs how long it did nothing
  public void wasAway(long forMs, long nowMs) {
    graceUntilMs = nowMs + Math.min(forMs, local.settings().nodeTimeoutMs() / AWAY_GRACE_PART);
  }

  /// To be called ten times a second: whether a majority is still heard.
  public void watch(long nowMs) {
    if (!ok || !members.myself().isPrimary() || !local.settings().haste().quickElections()) {
      return;
    }
    if (reachable(nowMs) < voters() / 2 + 1) {
      out.reviewHealth();
    }
  }

  private int reachable(long nowMs) {
    int reachable = 0;
    for (ClusterNode node : members.nodes()) {
      if (node.isPrimary() && node.slotCount() > 0) {
        reachable += isReachable(node) && !isSilent(node, nowMs) ? 1 : 0;
      }
    }
    return reachable;
  }

  /// Whether a node has not been heard of for so long that a majority of such nodes may have
  /// replaced us.
  private boolean isSilent(ClusterNode node, long nowMs) {
    long timeoutMs = Math.max(local.settings().nodeTimeoutMs(), SHORTEST_MS);
    long marginMs = Math.min(MARGIN_MS, timeoutMs / 10);
    return node != members.myself()
        && members.myself().isPrimary()
        && local.settings().haste().quickElections()
        && nowMs >= graceUntilMs
        && node.pingSentMs != 0
        && nowMs - node.pingSentMs > timeoutMs / 3
        && nowMs - node.dataReceivedMs > timeoutMs - marginMs;
  }

  private int voters() {
    int count = 0;
    for (ClusterNode node : members.nodes()) {
      count += node.isPrimary() && node.slotCount() > 0 ? 1 : 0;
    }
    return count;
  }

  /// Looks again; whether the state changed.
  public boolean review(long nowMs) {
    boolean quick = local.settings().haste().quickForming();
    boolean primary = members.myself().isPrimary();
    if (firstReviewMs < 0) {
      firstReviewMs = nowMs;
    }
    if (primary && !ok && (hasPast || !quick) && nowMs - firstReviewMs < WRITABLE_DELAY_MS) {
      return false;
    }
    String obstacle = uncovered();
    int size = voters();
    int reachable = reachable(nowMs);
    if (reachable < size / 2 + 1) {
      obstacle = reachable + " of " + size + " primaries are reachable, which is no majority";
      if (size > 0 || !quick) {
        amongMinorityMs = nowMs;
      }
    }
    boolean nowOk = obstacle.isEmpty();
    if (nowOk && !ok && primary && nowMs - amongMinorityMs < rejoinDelayMs()) {
      return false;
    }
    reason = obstacle;
    if (nowOk == ok) {
      return false;
    }
    ok = nowOk;
    out.log(
        ok ? LogLevel.NOTICE : LogLevel.WARNING, "Cluster state changed: " + (ok ? "ok" : "fail"));
    return true;
  }

  /// Whether a primary counts for the majority: one that we restarted or stood still without and
  /// have not heard from since does not, though it is not suspected yet. It may have been replaced,
  /// as we may.
  private boolean isReachable(ClusterNode node) {
    boolean unheard = node.dataReceivedMs < awokeMs || hasPast && node.dataReceivedMs == 0;
    return !node.isFailed() && !node.isSuspected() && (!unheard || node == members.myself());
  }

  private long rejoinDelayMs() {
    return Math.clamp(local.settings().nodeTimeoutMs(), MIN_REJOIN_DELAY_MS, MAX_REJOIN_DELAY_MS);
  }

  private String uncovered() {
    if (local.settings().requireFullCoverage()) {
      for (int slot = 0; slot < SLOT_COUNT; slot++) {
        ClusterNode owner = members.owner(slot);
        if (owner == null) {
          return "slot " + slot + " is not covered";
        }
        if (owner.isFailed()) {
          return "the primary of slot " + slot + " has failed";
        }
      }
    }
    return "";
  }
}
