package io.skein.engine.sentinel;

import io.skein.engine.config.LogLevel;
import io.skein.engine.sentinel.Replica.Reconfiguration;
import org.jspecify.annotations.Nullable;

/// Puts a replica in the place of its primary, step by step: see [FailoverState].
///
/// 1. A primary is objectively down, or somebody asked. The Sentinel takes a new epoch and asks the
///    others for their votes.
/// 2. With the votes of a majority it chooses a replica and tells it to be a primary; a healthy
///    primary is asked to hand over instead, which loses no write. When somebody asked, and there
///    is no majority to be reached, it does so without, unless another stands in the same epoch.
/// 3. When INFO says that the replica is a primary, the new place has the epoch of the votes as its
///    config epoch. It is saved, and everybody is told; from here on there is no way back.
/// 4. The other replicas are pointed to the new primary, a few at a time.
/// 5. The promoted replica is what is watched under the primary's name; the old primary is one of
///    its replicas, and is made one when it is back.
final class Failover {
  /// Writes are held back for no longer than this while a primary hands over.
  private static final long HAND_OVER_MS = 10_000;

  /// So long an order waits for the votes of Sentinels that do not answer.
  private static final long VOTES_MS = 500;

  /// So long the choice waits for replicas that do not answer.
  private static final long OFFSETS_MS = 500;

  private final SentinelState state;
  private final Connections connections;
  private final Registry registry;
  private final Ballot ballot;
  private final ReplicaChoice choice;
  private final RoleChange roles;
  private final Cadence cadence;

  Failover(
      SentinelState state,
      Connections connections,
      Registry registry,
      Ballot ballot,
      ReplicaChoice choice,
      RoleChange roles,
      Cadence cadence) {
    this.state = state;
    this.connections = connections;
    this.registry = registry;
    this.ballot = ballot;
    this.choice = choice;
    this.roles = roles;
    this.cadence = cadence;
  }

  /// Starts a failover if the primary is down and none was tried lately; returns whether it did.
  boolean startIfNeeded(Primary primary) {
    if (!primary.objectivelyDown || primary.isFailingOver()) {
      return false;
    }
    long waitMs = 2 * primary.failoverTimeoutMs - (state.nowMs - primary.failoverStartMs);
    if (primary.failoverStartMs != 0 && waitMs > 0) {
      if (primary.failoverDelayLoggedMs != primary.failoverStartMs) {
        primary.failoverDelayLoggedMs = primary.failoverStartMs;
        String text = "Next failover delay: I will not start a failover before " + waitMs + " ms";
        state.out.log(LogLevel.NOTICE, text);
        primary.reasons.add(state.nowMs, text);
      }
      return false;
    }
    if (state.isUnsaved() && !state.save()) {
      return false;
    }
    primary.forced = false;
    primary.coordinated = false;
    start(primary);
    return true;
  }

  /// Starts a failover that somebody asked for.
  ///
  /// @param coordinated whether the primary is asked to hand over
  /// @param onlyCoordinated whether the failover ends when it does not
  void force(Primary primary, boolean coordinated, boolean onlyCoordinated) {
    primary.forced = true;
    primary.coordinated = coordinated;
    primary.onlyCoordinated = onlyCoordinated;
    start(primary);
  }

  private void start(Primary primary) {
    primary.become(FailoverState.WAIT_START, state.nowMs);
    state.sawEpoch(state.currentEpoch() + 1);
    primary.failoverEpoch = state.currentEpoch();
    state.out.told(LogLevel.WARNING, "+new-epoch", primary, Long.toString(primary.failoverEpoch));
    state.out.event(LogLevel.WARNING, "+try-failover", primary);
    primary.failoverStartMs = state.nowMs + state.entropy.nextInt(Ballot.DESYNC_MS);
  }

  /// Takes as many steps as can be taken now.
  void advance(Primary primary) {
    FailoverState before;
    do {
      before = primary.failover();
      step(primary);
    } while (before != primary.failover());
  }

  private void step(Primary primary) {
    switch (primary.failover()) {
      case WAIT_START -> waitStart(primary);
      case SELECT_SLAVE -> select(primary);
      case SEND_FAILOVER -> sendFailover(primary);
      case SEND_SLAVEOF_NOONE -> sendPromotion(primary);
      case WAIT_PROMOTION -> waitPromotion(primary);
      case RECONF_SLAVES -> reconfigure(primary);
      case NONE, UPDATE_CONFIG -> {}
    }
  }

  private long elapsed(Primary primary) {
    return state.nowMs - primary.failoverChangedMs;
  }

  private void waitStart(Primary primary) {
    String leader = ballot.leader(primary, primary.failoverEpoch);
    if (!state.myId.equals(leader) && !mayGoWithoutVotes(primary)) {
      long patience =
          Math.min(state.periods.get(Periods.Name.ELECTION_TIMEOUT), primary.failoverTimeoutMs);
      if (state.nowMs - primary.failoverStartMs > patience) {
        state.out.event(LogLevel.WARNING, "-failover-abort-not-elected", primary);
        abort(primary);
      }
      return;
    }
    state.out.event(LogLevel.WARNING, "+elected-leader", primary);
    if (state.crashAfterElection) {
      crash();
      return;
    }
    primary.become(FailoverState.SELECT_SLAVE, state.nowMs);
    state.out.event(LogLevel.WARNING, "+failover-state-select-slave", primary);
    for (Replica replica : primary.replicas.values()) {
      connections.send(replica, Connection.Purpose.INFO, "INFO");
    }
  }

  /// Whether an order is carried out though there is no majority for it: none can be reached, and
  /// as far as we know nobody else stands in this epoch, who might be given an order too.
  private boolean mayGoWithoutVotes(Primary primary) {
    return primary.forced
        && elapsed(primary) >= VOTES_MS
        && !ballot.isContested(primary, primary.failoverEpoch);
  }

  /// The choice is by offsets, so it waits until all that can be chosen have told theirs.
  private boolean awaitsOffsets(Primary primary) {
    return elapsed(primary) < OFFSETS_MS
        && primary.replicas.values().stream()
            .anyMatch(replica ->
                !replica.subjectivelyDown
                    && !replica.link().disconnected
                    && replica.infoMs < primary.failoverChangedMs);
  }

  private void crash() {
    state.out.log(LogLevel.WARNING, "Sentinel CRASH because of SENTINEL simulate-failure");
    state.out.add(new SentinelEffect.Crash(99));
  }

  private void select(Primary primary) {
    if (awaitsOffsets(primary)) {
      return;
    }
    Replica best = choice.best(primary);
    choice
        .verdicts(primary)
        .forEach((name, verdict) -> primary.reasons.add(state.nowMs, name + " " + verdict));
    if (best == null) {
      state.out.event(LogLevel.WARNING, "-failover-abort-no-good-slave", primary);
      abort(primary);
      putBack(primary);
      return;
    }
    state.out.event(LogLevel.WARNING, "+selected-slave", best);
    best.promoted = true;
    primary.promoted = best;
    if (primary.coordinated) {
      primary.become(FailoverState.SEND_FAILOVER, state.nowMs);
      state.out.event(LogLevel.NOTICE, "+failover-state-send-failover", best);
    } else {
      primary.become(FailoverState.SEND_SLAVEOF_NOONE, state.nowMs);
      state.out.event(LogLevel.NOTICE, "+failover-state-send-slaveof-noone", best);
    }
  }

  /// A primary that answers, but says that it is a replica, is made a primary again when no replica
  /// can take its place: or there would be none for good.
  private void putBack(Primary primary) {
    boolean answers = state.nowMs - primary.link().availableMs <= primary.downAfterMs;
    if (primary.roleReported == Role.REPLICA && answers && roles.replicaOf(primary, null)) {
      state.out.event(LogLevel.NOTICE, "+convert-to-master", primary);
    }
  }

  private void sendFailover(Primary primary) {
    Replica next = primary.promoted;
    long timeoutMs = Math.min(HAND_OVER_MS, primary.failoverTimeoutMs);
    if (next == null || !roles.handOver(primary, next, timeoutMs)) {
      notHandedOver(primary, "the primary is not connected");
      return;
    }
    state.out.event(LogLevel.NOTICE, "+failover-state-wait-promotion", next);
    primary.become(FailoverState.WAIT_PROMOTION, state.nowMs);
  }

  /// The answer to FAILOVER has come: an error means that nothing was begun.
  void onHandOver(Primary primary, Answer answer) {
    if (primary.failover() != FailoverState.WAIT_PROMOTION || !primary.coordinated) {
      return;
    }
    if (answer instanceof Answer.Failure(String text)) {
      notHandedOver(primary, text);
    } else if (primary.promoted != null) {
      connections.send(primary.promoted, Connection.Purpose.INFO, "INFO");
    }
  }

  private void notHandedOver(Primary primary, String reason) {
    primary.reasons.add(state.nowMs, "the primary does not hand over: " + reason);
    primary.coordinated = false;
    if (primary.onlyCoordinated || primary.promoted == null) {
      state.out.event(LogLevel.WARNING, "-failover-abort-not-coordinated", primary, " #" + reason);
      abort(primary);
    } else {
      primary.become(FailoverState.SEND_SLAVEOF_NOONE, state.nowMs);
      state.out.event(LogLevel.NOTICE, "+failover-state-send-slaveof-noone", primary.promoted);
    }
  }

  private void sendPromotion(Primary primary) {
    Replica next = primary.promoted;
    if (next == null || next.link().disconnected || !roles.replicaOf(next, null)) {
      if (next == null || elapsed(primary) > primary.failoverTimeoutMs) {
        state.out.event(LogLevel.WARNING, "-failover-abort-slave-timeout", primary);
        abort(primary);
      }
      return;
    }
    state.out.event(LogLevel.NOTICE, "+failover-state-wait-promotion", next);
    primary.become(FailoverState.WAIT_PROMOTION, state.nowMs);
  }

  private void waitPromotion(Primary primary) {
    if (primary.coordinated) {
      // The primary gives up after the time that it was given; then it is as it was.
      long patience = Math.min(HAND_OVER_MS, primary.failoverTimeoutMs) + HAND_OVER_MS / 2;
      if (elapsed(primary) > patience) {
        notHandedOver(primary, "no replica was promoted in time");
      }
      return;
    }
    if (elapsed(primary) > primary.failoverTimeoutMs) {
      state.out.event(LogLevel.WARNING, "-failover-abort-slave-timeout", primary);
      abort(primary);
    }
  }

  /// INFO says that a replica which is to be promoted is a primary; returns whether that was
  /// awaited.
  boolean onPromoted(Replica replica) {
    Primary primary = replica.primary();
    if (!replica.promoted || primary.failover() != FailoverState.WAIT_PROMOTION) {
      return false;
    }
    if (primary.configEpoch() >= primary.failoverEpoch) {
      // Somebody else has replaced the primary since, under a later epoch: that stands.
      state.out.event(LogLevel.WARNING, "-failover-abort-superseded", primary);
      abort(primary);
      return true;
    }
    primary.configEpoch(primary.failoverEpoch);
    primary.become(FailoverState.RECONF_SLAVES, state.nowMs);
    state.save();
    state.out.event(LogLevel.WARNING, "+promoted-slave", replica);
    if (state.crashAfterPromotion) {
      crash();
      return true;
    }
    state.out.event(LogLevel.WARNING, "+failover-state-reconf-slaves", primary);
    state.out.clientsMove(primary, true, primary.address(), replica.address());
    if (primary.coordinated) {
      roles.keep(replica);
      roles.keep(primary);
    }
    cadence.tellSoon(primary);
    return true;
  }

  private void reconfigure(Primary primary) {
    Replica next = primary.promoted;
    if (next == null) {
      return;
    }
    long busy = primary.replicas.values().stream().filter(Replica::isBeingReconfigured).count();
    for (Replica replica : primary.replicas.values()) {
      if (busy >= primary.parallelSyncs) {
        break;
      }
      if (replica.promoted || replica.reconfiguration() == Reconfiguration.DONE) {
        continue;
      }
      if (replica.reconfiguration() == Reconfiguration.SENT
          && state.nowMs - replica.reconfigurationSentMs
              > state.periods.get(Periods.Name.SLAVE_RECONF_TIMEOUT)) {
        // It is seen as one with a wrong primary later, and put right then.
        state.out.event(LogLevel.NOTICE, "-slave-reconf-sent-timeout", replica);
        replica.reconfiguration(Reconfiguration.DONE);
        continue;
      }
      if (replica.isBeingReconfigured() || replica.link().disconnected) {
        continue;
      }
      if (roles.replicaOf(replica, next.address())) {
        replica.reconfiguration(Reconfiguration.SENT);
        replica.reconfigurationSentMs = state.nowMs;
        state.out.event(LogLevel.NOTICE, "+slave-reconf-sent", replica);
        busy++;
      }
    }
    endIfDone(primary, next);
  }

  private void endIfDone(Primary primary, Replica next) {
    if (next.subjectivelyDown) {
      return;
    }
    boolean done = true;
    for (Replica replica : primary.replicas.values()) {
      done &=
          replica.promoted
              || replica.reconfiguration() == Reconfiguration.DONE
              || replica.subjectivelyDown;
    }
    boolean late = elapsed(primary) > primary.failoverTimeoutMs;
    if (late) {
      state.out.event(LogLevel.WARNING, "+failover-end-for-timeout", primary);
    }
    if (done || late) {
      state.out.event(LogLevel.WARNING, "+failover-end", primary);
      primary.become(FailoverState.UPDATE_CONFIG, state.nowMs);
    }
    if (late) {
      tellTheRest(primary, next);
    }
  }

  private void tellTheRest(Primary primary, Replica next) {
    for (Replica replica : primary.replicas.values()) {
      if (!replica.promoted
          && replica.reconfiguration() != Reconfiguration.DONE
          && replica.reconfiguration() != Reconfiguration.SENT
          && !replica.link().disconnected
          && roles.replicaOf(replica, next.address())) {
        state.out.event(LogLevel.NOTICE, "+slave-reconf-sent-be", replica);
        replica.reconfiguration(Reconfiguration.SENT);
      }
    }
  }

  /// Ends a failover that has come to its end: the promoted replica is the primary now.
  void switchIfDone(Primary primary) {
    if (primary.failover() != FailoverState.UPDATE_CONFIG) {
      return;
    }
    Replica next = primary.promoted;
    Address to = next == null ? primary.address() : next.address();
    Address from = primary.address();
    state.out.told(
        LogLevel.WARNING,
        "+switch-master",
        primary,
        primary.name()
            + " "
            + state.announced(from)
            + " "
            + from.port()
            + " "
            + state.announced(to)
            + " "
            + to.port());
    registry.switchTo(primary, to);
  }

  private void abort(Primary primary) {
    primary.forced = false;
    primary.coordinated = false;
    Replica chosen = primary.promoted;
    if (chosen != null) {
      chosen.promoted = false;
      primary.promoted = null;
    }
    primary.become(FailoverState.NONE, state.nowMs);
  }

  /// A replica is forgotten that might be the chosen one.
  void forgotten(Replica replica) {
    Primary primary = replica.primary();
    if (primary.promoted == replica && primary.failover().canAbort()) {
      abort(primary);
    }
  }

  /// What the failover waits for, in words.
  @Nullable String waitsFor(Primary primary) {
    return switch (primary.failover()) {
      case NONE -> null;
      case WAIT_START ->
          "a failover in epoch " + primary.failoverEpoch + " waits for the votes of a majority";
      case SELECT_SLAVE -> "a replica is about to be chosen";
      case SEND_FAILOVER -> "the primary is about to be asked to hand over";
      case SEND_SLAVEOF_NOONE -> "the chosen replica is not connected, so it cannot be promoted";
      case WAIT_PROMOTION -> "the chosen replica does not say yet that it is a primary";
      case RECONF_SLAVES -> "the replica is promoted; the others are being pointed to it";
      case UPDATE_CONFIG -> "the failover is at its end";
    };
  }
}
