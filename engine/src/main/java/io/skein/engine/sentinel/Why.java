package io.skein.engine.sentinel;

import java.util.ArrayList;
import java.util.List;

/// SENTINEL WHY: why a primary is seen as it is, why it is or is not replaced, and by what.
final class Why {
  private final SentinelState state;
  private final ReplicaChoice choice;
  private final Failover failover;

  Why(SentinelState state, ReplicaChoice choice, Failover failover) {
    this.state = state;
    this.choice = choice;
    this.failover = failover;
  }

  List<String> of(Primary primary) {
    List<String> lines = new ArrayList<>();
    if (state.tilt) {
      lines.add(
          "TILT: this Sentinel stood still for a while, so it only watches for another "
              + (state.periods.get(Periods.Name.TILT_PERIOD) - (state.nowMs - state.tiltStartMs))
              + " ms");
    }
    if (state.isUnsaved()) {
      lines.add("the configuration could not be saved: no votes are given until it can be");
    }
    health(primary, lines);
    votes(primary, lines);
    next(primary, lines);
    choice
        .verdicts(primary)
        .forEach((name, verdict) -> lines.add("replica " + name + " " + verdict));
    if (primary.replicas.isEmpty()) {
      lines.add("no replica is known");
    }
    lines.add("latest decisions, oldest first:");
    lines.addAll(primary.reasons.lines(state.nowMs));
    return lines;
  }

  private void health(Primary primary, List<String> lines) {
    long now = state.nowMs;
    Link link = primary.link();
    if (!primary.subjectivelyDown) {
      lines.add(
          "the primary is up: it answered PING "
              + (now - link.availableMs)
              + " ms ago, and says that it is a "
              + primary.roleReported.wireName());
      return;
    }
    String cause;
    if (link.pendingPingMs != 0 && now - link.pendingPingMs > primary.downAfterMs) {
      cause = "no good answer to PING for " + (now - link.pendingPingMs) + " ms";
    } else if (link.disconnected) {
      cause =
          "not connected, and the last good answer to PING is "
              + (now - link.availableMs)
              + " ms old";
    } else if (primary.roleReported == Role.REPLICA) {
      cause = "it has said for " + (now - primary.roleReportedMs) + " ms that it is a replica";
    } else {
      cause = "it restarted, and has not answered since as one that is well";
    }
    lines.add(
        "the primary is down (SDOWN) for "
            + (now - primary.subjectivelyDownSinceMs)
            + " ms: "
            + cause
            + " (down-after-milliseconds "
            + primary.downAfterMs
            + ")");
  }

  private static void votes(Primary primary, List<String> lines) {
    int usable = 1;
    List<String> agree = new ArrayList<>();
    for (Peer peer : primary.sentinels.values()) {
      usable += peer.subjectivelyDown ? 0 : 1;
      if (peer.saysDown) {
        agree.add(Address.text(peer.address().ip(), peer.address().port()));
      }
    }
    if (primary.subjectivelyDown) {
      lines.add(
          (primary.objectivelyDown ? "it is agreed (ODOWN): " : "it is not agreed (no ODOWN): ")
              + DownDetector.votes(primary)
              + " of "
              + primary.quorum
              + " wanted Sentinels say so: this one"
              + (agree.isEmpty() ? "" : " and " + String.join(", ", agree)));
    }
    int known = primary.sentinels.size() + 1;
    lines.add(
        usable
            + " of "
            + known
            + " Sentinels are reachable; a failover needs the votes of "
            + Math.max(known / 2 + 1, primary.quorum));
  }

  private void next(Primary primary, List<String> lines) {
    String waits = failover.waitsFor(primary);
    if (waits != null) {
      lines.add(waits);
      return;
    }
    long waitMs = 2 * primary.failoverTimeoutMs - (state.nowMs - primary.failoverStartMs);
    if (primary.failoverStartMs != 0 && waitMs > 0) {
      lines.add(
          "this Sentinel starts no failover for another "
              + waitMs
              + " ms: one was tried or voted for lately (twice failover-timeout "
              + primary.failoverTimeoutMs
              + ")");
    }
  }
}
