package io.skein.engine.sentinel;

import io.skein.engine.config.LogLevel;
import io.skein.engine.sentinel.Connection.Purpose;

/// Decides what is down: by what we see (SDOWN), and by what enough Sentinels say (ODOWN).
final class DownDetector {
  /// Another Sentinel's word is good for so many periods of asking.
  private static final int GOOD_FOR = 5;

  private final SentinelState state;
  private final Connections connections;

  DownDetector(SentinelState state, Connections connections) {
    this.state = state;
    this.connections = connections;
  }

  /// Looks at one instance, and closes connections over which nothing comes.
  void look(Instance instance) {
    long now = state.nowMs;
    Link link = instance.link();
    long silentMs = 0;
    if (link.pendingPingMs != 0) {
      silentMs = now - link.pendingPingMs;
    } else if (link.disconnected) {
      silentMs = now - link.availableMs;
    }
    closeSilent(instance, link);
    boolean down = silentMs > instance.downAfterMs || instance instanceof Primary p && isNone(p);
    if (down == instance.subjectivelyDown) {
      return;
    }
    state.out.event(LogLevel.WARNING, down ? "+sdown" : "-sdown", instance);
    instance.subjectivelyDown = down;
    if (down) {
      instance.subjectivelyDownSinceMs = now;
    } else {
      instance.scriptKillSent = false;
    }
  }

  /// Whether what should be a primary is none: it has long said to be a replica, or it came back
  /// from a restart and does not answer as one that has its data.
  private boolean isNone(Primary primary) {
    long now = state.nowMs;
    long patience = primary.downAfterMs + 2 * state.periods.get(Periods.Name.INFO_PERIOD);
    return primary.roleReported == Role.REPLICA && now - primary.roleReportedMs > patience
        || primary.rebooted && now - primary.rebootedMs > primary.rebootDownAfterMs;
  }

  private void closeSilent(Instance instance, Link link) {
    long now = state.nowMs;
    long least = state.periods.get(Periods.Name.MIN_LINK_RECONNECT_PERIOD);
    Connection commands = link.commands;
    long half = instance.downAfterMs / 2;
    if (commands != null
        && now - commands.sinceMs > least
        && link.pendingPingMs != 0
        && now - link.pendingPingMs > half
        && now - link.pongMs > half) {
      connections.close(commands);
    }
    Connection subscription = link.subscription;
    if (subscription != null
        && now - subscription.sinceMs > least
        && now - link.subscriptionActiveMs > 3 * state.periods.get(Periods.Name.PUBLISH_PERIOD)) {
      connections.close(subscription);
    }
  }

  /// Counts who says that a primary is down.
  void count(Primary primary) {
    int votes = votes(primary);
    boolean down = primary.subjectivelyDown && votes >= primary.quorum;
    if (down == primary.objectivelyDown) {
      return;
    }
    primary.objectivelyDown = down;
    if (down) {
      primary.objectivelyDownSince(state.nowMs);
      state.out.event(
          LogLevel.WARNING, "+odown", primary, " #quorum " + votes + "/" + primary.quorum);
    } else {
      state.out.event(LogLevel.WARNING, "-odown", primary);
    }
  }

  /// How many Sentinels, with this one, say that a primary that is down for us is down.
  static int votes(Primary primary) {
    int votes = 1;
    for (Peer peer : primary.sentinels.values()) {
      votes += peer.saysDown ? 1 : 0;
    }
    return votes;
  }

  /// Asks the others whether the primary is down for them too, and while we want to replace it for
  /// their votes; at once if `forced`, else when their last word is old.
  void ask(Primary primary, boolean forced) {
    long period = state.periods.get(Periods.Name.ASK_PERIOD);
    for (Peer peer : primary.sentinels.values()) {
      long age = state.nowMs - peer.answeredMs;
      if (age > GOOD_FOR * period) {
        peer.saysDown = false;
        peer.leader = null;
      }
      // An order waits for votes for a moment only, so it asks all the time.
      boolean ordered = primary.forced && primary.failover() == FailoverState.WAIT_START;
      boolean wanted = primary.subjectivelyDown || ordered;
      boolean due = forced || ordered || age >= period;
      if (!wanted || !due || peer.link().disconnected) {
        continue;
      }
      connections.send(
          peer,
          Purpose.ASK,
          "SENTINEL",
          "is-master-down-by-addr",
          state.announced(primary.address()),
          Integer.toString(primary.address().port()),
          // A vote is for the epoch in which we stand, even if we have seen a later one since:
          // votes of two epochs must not be added up.
          Long.toString(primary.isFailingOver() ? primary.failoverEpoch : state.currentEpoch()),
          primary.isFailingOver() ? state.myId : "*");
    }
  }
}
