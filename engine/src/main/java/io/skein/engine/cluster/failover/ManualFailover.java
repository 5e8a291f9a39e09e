package io.skein.engine.cluster.failover;

import io.skein.engine.cluster.bus.BusHeader;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.LocalState;
import io.skein.engine.cluster.state.LogLevel;
import io.skein.engine.cluster.state.Outbox;
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
/// Either side gives up after five seconds, and the pause ends with that.
public final class ManualFailover {
  private static final long TIMEOUT_MS = 5000;
  private static final long UNKNOWN = -1;

  private final LocalState local;
  private final Outbox out;
  private ManualState state = ManualState.NONE;
  private long endMs;
  private long primaryOffset = UNKNOWN;
  private @Nullable ClusterNode replica;

  public ManualFailover(LocalState local, Outbox out) {
    this.local = local;
    this.out = out;
  }

  /// Whether one is under way, on either side.
  public boolean isActive() {
    return state != ManualState.NONE;
  }

  /// Whether this replica may stand for election though its primary works.
  public boolean mayStand() {
    return state == ManualState.READY;
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
    out.sendManualFailoverStart(primary);
  }

  /// Begins on the replica, without the primary.
  public void startAlone(long nowMs) {
    reset(nowMs);
    endMs = nowMs + TIMEOUT_MS;
    become(ManualState.READY, nowMs, "forced");
    out.reviewElection();
  }

  /// A replica of ours asks us to hold back writes.
  public void onStart(ClusterNode by, long nowMs) {
    if (by.primary() != local.myself()) {
      return;
    }
    reset(nowMs);
    endMs = nowMs + TIMEOUT_MS;
    replica = by;
    become(ManualState.PAUSING, nowMs, "requested by " + by.id());
    out.log(LogLevel.NOTICE, "Manual failover requested by replica " + by + ".");
    out.pauseWrites();
    out.ping(by);
  }

  /// A message from our primary arrived.
  public void onPrimary(BusHeader header, long nowMs) {
    if (state == ManualState.AWAITING_OFFSET && header.isPaused()) {
      primaryOffset = header.replicationOffset();
      out.log(
          LogLevel.NOTICE,
          "Received replication offset for paused master manual failover: " + primaryOffset);
      become(ManualState.CATCHING_UP, nowMs, "offset known");
      onOffset(nowMs);
    }
  }

  /// Our own offset, or whether writes are held back, may have changed.
  public void onOffset(long nowMs) {
    if (state == ManualState.CATCHING_UP && local.replicationOffset() == primaryOffset) {
      out.log(
          LogLevel.NOTICE, "All master replication stream processed, manual failover can start.");
      become(ManualState.READY, nowMs, "caught up");
      out.reviewElection();
    }
    if (isPausedPrimary()) {
      pingReplica();
    }
  }

  /// To be called ten times a second.
  public void tick(long nowMs) {
    if (isActive() && endMs < nowMs) {
      out.log(LogLevel.WARNING, "Manual failover timed out.");
      reset(nowMs);
    }
    if (state == ManualState.PAUSING) {
      pingReplica();
    }
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
