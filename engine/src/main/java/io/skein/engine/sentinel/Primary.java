package io.skein.engine.sentinel;

import io.skein.engine.machine.Invariant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A primary that is watched by name, wherever it may move.
///
/// *Invariants*: the failover takes only the steps of [FailoverState#leadsTo]; `configEpoch` never
/// goes back.
final class Primary extends Instance {
  /// A command as it is called on the instances.
  record Renamed(String command, String newName) {}

  final Map<String, Replica> replicas = new LinkedHashMap<>();
  final Map<String, Peer> sentinels = new LinkedHashMap<>();

  int quorum;
  long parallelSyncs = 1;
  @Nullable String authPass;
  @Nullable String authUser;
  long rebootDownAfterMs;
  long failoverTimeoutMs;
  @Nullable String notificationScript;
  @Nullable String clientReconfigScript;
  final Map<String, Renamed> renamed = new LinkedHashMap<>();

  /// After how long a replica or Sentinel that is down is forgotten; 0 for never.
  long forgetReplicasAfterMs;

  long forgetSentinelsAfterMs;

  private long configEpoch;

  /// Whom we voted for in `leaderEpoch`.
  @Nullable String leader;

  long leaderEpoch;

  boolean objectivelyDown;
  private long objectivelyDownSinceMs;
  boolean rebooted;
  long rebootedMs;

  private FailoverState failover = FailoverState.NONE;
  long failoverChangedMs;
  long failoverStartMs;
  long failoverEpoch;
  long failoverDelayLoggedMs;
  boolean forced;

  /// Whether the primary itself is asked to hand over, and whether nothing else will do.
  boolean coordinated;

  boolean onlyCoordinated;
  @Nullable Replica promoted;
  final Reasons reasons = new Reasons();

  Primary(String name, Address address, int quorum, Periods periods, long nowMs) {
    super(name, address, periods.get(Periods.Name.DEFAULT_DOWN_AFTER), Role.PRIMARY, nowMs);
    this.quorum = quorum;
    this.failoverTimeoutMs = periods.get(Periods.Name.DEFAULT_FAILOVER_TIMEOUT);
  }

  @Override
  Role role() {
    return Role.PRIMARY;
  }

  @Override
  Primary primary() {
    return this;
  }

  @Override
  long objectivelyDownSinceMs() {
    return objectivelyDownSinceMs;
  }

  void objectivelyDownSince(long ms) {
    objectivelyDownSinceMs = ms;
  }

  long configEpoch() {
    return configEpoch;
  }

  void configEpoch(long epoch) {
    Invariant.check(epoch >= configEpoch, "the config epoch of a primary goes back");
    configEpoch = epoch;
  }

  FailoverState failover() {
    return failover;
  }

  boolean isFailingOver() {
    return failover != FailoverState.NONE;
  }

  /// Makes every transition of the failover.
  void become(FailoverState next, long nowMs) {
    Invariant.check(failover.leadsTo(next), "failover from " + failover + " to " + next);
    failover = next;
    failoverChangedMs = nowMs;
  }

  /// The address that clients are to use: of the promoted replica once it is a primary.
  Address currentAddress() {
    Replica next = promoted;
    boolean switched = failover.compareTo(FailoverState.RECONF_SLAVES) >= 0;
    return next != null && switched ? next.address() : address();
  }

  /// Whether it is a primary by all we know, so that others may be pointed to it.
  boolean looksSane(Periods periods, long nowMs) {
    return roleReported == Role.PRIMARY
        && !subjectivelyDown
        && !objectivelyDown
        && nowMs - infoMs < 2 * periods.get(Periods.Name.INFO_PERIOD);
  }

  /// The name under which its instances know `command`.
  String nameOf(String command) {
    Renamed other = renamed.get(command.toLowerCase(Locale.ROOT));
    return other == null ? command : other.newName();
  }

  void downAfter(long ms) {
    downAfterMs = ms;
    replicas.values().forEach(replica -> replica.downAfterMs = ms);
    sentinels.values().forEach(peer -> peer.downAfterMs = ms);
  }
}
