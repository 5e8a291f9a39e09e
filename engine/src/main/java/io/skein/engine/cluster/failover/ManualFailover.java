package io.skein.engine.cluster.failover;

import io.skein.engine.cluster.bus.BusHeader;
import io.skein.engine.cluster.bus.NodeFlags;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.LocalState;
import io.skein.engine.cluster.state.LogLevel;
import io.skein.engine.cluster.state.Outbox;
import java.util.LinkedHashSet;
import org.jspecify.annotations.Nullable;

/// A failover that an administrator asks of a replica while its primary works, without losing a
/// write.
///
/// 1. The replica sends MFSTART to its primary.
/// 2. The primary holds back writes. When they are held back, its offset is final; it marks its
///    heartbeats as paused and sends them to the replica all the time.
/// 3. The replica applies its log up to that offset, and stands for election with a request that
///    other primaries grant though the primary works.
/// 4. Once it has won, its heartbeat turns the old primary into its replica, which lets writes go
///    on (to be redirected).
///
/// The replica gives up after five seconds. The primary holds writes back for twice as long, unless
/// it hears of a new primary before: a replica that won in the last moment has all of them.
///
/// A primary that is about to shut down begins it itself ([#handOver]): it asks the replica with
/// the most data, in its heartbeats, to do step 1. A node of Redis does not understand that, and is
/// asked by CLUSTER FAILOVER, when there is none of ours.
public final class ManualFailover {
  private static final long TIMEOUT_MS = 5000;
  private static final long PRIMARY_TIMEOUT_MS = 2 * TIMEOUT_MS;

  /// How often the data plane is asked whether the offset has been reached.
  private static final long OFFSET_MS = 5;

  private static final long UNKNOWN = -1;

  private final LocalState local;
  private final Outbox out;
  private ManualState state = ManualState.NONE;
  private long endMs;
  private long primaryOffset = UNKNOWN;
  private @Nullable ClusterNode replica;

  /// The replicas that were asked to take our place.
  private final LinkedHashSet<String> asked = new LinkedHashSet<>();

  public ManualFailover(LocalState local, Outbox out) {
    this.local = local;
    this.out = out;
  }

  /// Whether one is under way, on either side.
  public boolean isActive() {
    return state != ManualState.NONE;
  }

  /// Whether this replica may stand for election though its primary works.
  public boolean mayStand(long nowMs) {
    return state == ManualState.READY && nowMs <= endMs;
  }

  /// Whether we ask `node` to take our place.
  public boolean isOfferedTo(ClusterNode node) {
    return state == ManualState.OFFERING && node == replica;
  }

  /// The replica that is to be told by a client to take our place, or null.
  public @Nullable ClusterNode offeredByCommand() {
    ClusterNode to = replica;
    return state == ManualState.OFFERING && to != null && !to.takesExtras ? to : null;
  }

  /// The replica that was told by a client to take our place will not.
  public void refused(String id, String reason, long nowMs) {
    ClusterNode by = offeredByCommand();
    if (by != null && by.id().equals(id)) {
      out.log(LogLevel.WARNING, "Replica " + by + " does not take over: " + reason);
      end(nowMs, reason);
    }
  }

  /// When [#askForOffset] is to be called again.
  public long nextDeadlineMs(long nowMs) {
    return state == ManualState.CATCHING_UP ? nowMs + OFFSET_MS : Long.MAX_VALUE;
  }

  /// Has the data plane report how far it is, if that is waited for.
  public void askForOffset() {
    if (state == ManualState.CATCHING_UP) {
      out.askForOffset();
    }
  }

  /// Asks the replica with the most data to take our place; true as well while that is under way.
  /// False when there is none that works and may stand.
  ///
  /// @param again whether those that were asked before, and did not, are passed over
  public boolean handOver(boolean again, long nowMs) {
    if (isActive()) {
      return true;
    }
    if (!again) {
      asked.clear();
    }
    ClusterNode best = null;
    for (ClusterNode node : local.myself().replicas()) {
      boolean able =
          node.hasLink()
              && !node.has(NodeFlags.FAIL | NodeFlags.PFAIL | NodeFlags.NOFAILOVER)
              && !asked.contains(node.id());
      if (able && (best == null || isBetter(node, best))) {
        best = node;
      }
    }
    if (best == null || local.myself().slotCount() == 0) {
      return false;
    }
    endMs = nowMs + TIMEOUT_MS;
    replica = best;
    asked.add(best.id());
    become(ManualState.OFFERING, nowMs, "shutting down");
    note(nowMs, "this node is shutting down, and asks " + best.label() + " to take its place");
    out.log(LogLevel.NOTICE, "Asking replica " + best + " to take over before shutting down.");
    out.ping(best);
    return true;
  }

  private static boolean isBetter(ClusterNode node, ClusterNode than) {
    return node.takesExtras == than.takesExtras
        ? node.replicationOffset > than.replicationOffset
        : node.takesExtras;
  }

  private void note(long nowMs, String text) {
    ClusterNode primary = local.myself().primary();
    local.journal.note(primary == null ? local.myself() : primary, nowMs, text);
  }

  /// Whether our offset is final because writes are held back for a replica.
  public boolean isPausedPrimary() {
    return state == ManualState.PAUSING && local.writesPaused();
  }

  /// Begins on the replica, with the primary's help.
  public void startWith(ClusterNode primary, long nowMs) {
    reset(nowMs);
    endMs = nowMs + TIMEOUT_MS;
    become(ManualState.AWAITING_OFFSET, nowMs, "requested");
    note(nowMs, "this replica was asked to take its place: it asks it to hold back writes");
    out.sendManualFailoverStart(primary);
  }

  /// Begins on the replica, without the primary.
  public void startAlone(long nowMs) {
    reset(nowMs);
    endMs = nowMs + TIMEOUT_MS;
    become(ManualState.READY, nowMs, "forced");
    note(nowMs, "this replica was told to take its place without its help");
    out.reviewElection();
  }

  /// A replica of ours asks us to hold back writes.
  public void onStart(ClusterNode by, long nowMs) {
    if (by.primary() != local.myself()) {
      return;
    }
    if (state != ManualState.PAUSING || replica != by) {
      pauseFor(by, nowMs);
    }
    endMs = nowMs + PRIMARY_TIMEOUT_MS;
    out.ping(by);
  }

  private void pauseFor(ClusterNode by, long nowMs) {
    if (!isOfferedTo(by)) {
      reset(nowMs);
    }
    replica = by;
    become(ManualState.PAUSING, nowMs, "requested by " + by.id());
    out.log(LogLevel.NOTICE, "Manual failover requested by replica " + by + ".");
    note(nowMs, by.label() + " is to take its place: it holds back writes");
    out.pauseWrites();
  }

  /// A message from our primary arrived.
  public void onPrimary(ClusterNode primary, BusHeader header, long nowMs) {
    if (header.asksToTakeOver()
        && state == ManualState.NONE
        && primary.hasLink()
        && !local.settings().replicas().noFailover()) {
      out.log(LogLevel.NOTICE, "Manual failover: the primary is shutting down.");
      startWith(primary, nowMs);
    }
    if (state == ManualState.AWAITING_OFFSET && header.isPaused()) {
      primaryOffset = header.replicationOffset();
      out.log(
          LogLevel.NOTICE,
          "Received replication offset for paused master manual failover: " + primaryOffset);
      become(ManualState.CATCHING_UP, nowMs, "offset known");
      note(nowMs, "it holds back writes at offset " + primaryOffset);
      onOffset(nowMs);
    }
  }

  /// Our own offset, or whether writes are held back, may have changed.
  public void onOffset(long nowMs) {
    if (state == ManualState.CATCHING_UP && local.replicationOffset() >= primaryOffset) {
      out.log(
          LogLevel.NOTICE, "All master replication stream processed, manual failover can start.");
      become(ManualState.READY, nowMs, "caught up");
      note(nowMs, "this replica has all of its writes");
      out.reviewElection();
    }
    if (isPausedPrimary()) {
      pingReplica();
    }
  }

  /// To be called ten times a second.
  public void tick(long nowMs) {
    endIfDue(nowMs);
    if (state == ManualState.OFFERING && replica != null && !replica.hasLink()) {
      end(nowMs, "the replica is gone");
    } else if (state == ManualState.OFFERING
        && replica != null
        && replica.has(NodeFlags.NOFAILOVER)) {
      end(nowMs, "the replica never stands");
    }
    if (state == ManualState.PAUSING && replica != null && isDead(replica)) {
      end(nowMs, "the replica has died");
    }
    if (state == ManualState.PAUSING || state == ManualState.OFFERING) {
      pingReplica();
    }
  }

  /// Its process is gone, so that it cannot win; of one that is cut off from us we do not know.
  private static boolean isDead(ClusterNode node) {
    return node.refusals > 0 && node.inboundLinkId == 0 && !node.hasLink();
  }

  /// Ends it when its time is up.
  public void endIfDue(long nowMs) {
    if (isActive() && endMs < nowMs) {
      out.log(LogLevel.WARNING, "Manual failover timed out.");
      end(nowMs, "it took too long");
    }
  }

  private void end(long nowMs, String why) {
    note(nowMs, "the manual failover is given up: " + why);
    reset(nowMs);
  }

  private void pingReplica() {
    if (replica != null && local.members.isKnown(replica)) {
      out.ping(replica);
    }
  }

  /// Ends it, whichever way it went.
  public void reset(long nowMs) {
    if (state == ManualState.PAUSING) {
      out.resumeWrites();
    }
    primaryOffset = UNKNOWN;
    replica = null;
    if (isActive()) {
      become(ManualState.NONE, nowMs, "over");
    }
  }

  private void become(ManualState next, long nowMs, String reason) {
    ManualState.TABLE.check(state, next);
    out.log(
        LogLevel.DEBUG,
        "manual failover: " + state + " -> " + next + ", " + reason + ", at " + nowMs);
    state = next;
  }
}
