package io.skein.engine.sentinel;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Chooses the replica to promote.
///
/// Those that cannot be trusted to be alive and near the primary's end are left out. Of the others
/// the lowest priority wins, then the greatest offset, then the first run id.
final class ReplicaChoice {
  private static final int DOWN_AFTER_FACTOR = 10;
  private static final int PINGS = 5;
  private static final int INFOS = 3;

  private static final Comparator<Replica> BEST_FIRST =
      Comparator.<Replica>comparingInt(replica -> replica.priority)
          .thenComparing(Comparator.<Replica>comparingLong(replica -> replica.offset).reversed())
          .thenComparing(ReplicaChoice::byRunId);

  private final SentinelState state;

  ReplicaChoice(SentinelState state) {
    this.state = state;
  }

  private static int byRunId(Replica a, Replica b) {
    String first = a.runId;
    String second = b.runId;
    if (first == null || second == null) {
      return Boolean.compare(first == null, second == null);
    }
    return first.toLowerCase(Locale.ROOT).compareTo(second.toLowerCase(Locale.ROOT));
  }

  /// The best replica, or null when none will do.
  @Nullable Replica best(Primary primary) {
    return primary.replicas.values().stream()
        .filter(replica -> objection(primary, replica) == null)
        .min(BEST_FIRST)
        .orElse(null);
  }

  /// Why a replica cannot be promoted, or null when it can.
  @Nullable String objection(Primary primary, Replica replica) {
    long now = state.nowMs;
    long ping = state.periods.get(Periods.Name.PING_PERIOD);
    Link link = replica.link();
    if (replica.subjectivelyDown) {
      return "it is down";
    }
    if (link.disconnected) {
      return "it is not connected";
    }
    if (now - link.availableMs > PINGS * ping) {
      return "its last good answer to PING is " + (now - link.availableMs) + " ms old";
    }
    if (replica.priority == 0) {
      return "its priority is 0";
    }
    long infoMs =
        primary.subjectivelyDown
            ? PINGS * ping
            : INFOS * state.periods.get(Periods.Name.INFO_PERIOD);
    if (now - replica.infoMs > infoMs) {
      return replica.infoMs == 0
          ? "it has not answered INFO yet"
          : "its last INFO is " + (now - replica.infoMs) + " ms old";
    }
    long mostMs = DOWN_AFTER_FACTOR * primary.downAfterMs;
    if (primary.subjectivelyDown) {
      mostMs += now - primary.subjectivelyDownSinceMs;
    }
    if (replica.primaryLinkDownMs > mostMs) {
      return "it has been cut off from its primary for " + replica.primaryLinkDownMs + " ms";
    }
    return null;
  }

  /// What speaks for or against each replica.
  Map<String, String> verdicts(Primary primary) {
    Map<String, String> verdicts = new LinkedHashMap<>();
    Replica best = best(primary);
    for (Replica replica : primary.replicas.values()) {
      String objection = objection(primary, replica);
      String facts =
          "priority "
              + replica.priority
              + ", offset "
              + replica.offset
              + ", run id "
              + replica.runId;
      verdicts.put(
          replica.name(),
          objection != null
              ? "cannot be promoted: " + objection
              : (replica == best ? "would be promoted: " : "could be promoted: ") + facts);
    }
    return verdicts;
  }
}
