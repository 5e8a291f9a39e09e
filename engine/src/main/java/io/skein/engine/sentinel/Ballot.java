package io.skein.engine.sentinel;

import io.skein.engine.config.LogLevel;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Gives votes and counts them: which Sentinel may replace a primary.
///
/// *Invariants*: one vote per primary and epoch, and none that is not on the disk: a Sentinel that
/// comes back from a crash has not forgotten it.
final class Ballot {
  /// Sentinels that stand in an epoch wait up to this longer before the next, each another time.
  static final int DESYNC_MS = 1000;

  /// Whom a Sentinel voted for, and in which epoch.
  record Vote(String leader, long epoch) {}

  private final SentinelState state;

  Ballot(SentinelState state) {
    this.state = state;
  }

  /// Votes for `candidate` in `epoch` if no vote was given in that epoch or a later one; returns
  /// the vote that stands, or null when there is none, or it could not be saved.
  @Nullable Vote vote(Primary primary, long epoch, String candidate) {
    boolean newEpoch = epoch > state.currentEpoch();
    state.sawEpoch(epoch);
    boolean free = primary.leaderEpoch < epoch && state.currentEpoch() <= epoch;
    String leaderBefore = primary.leader;
    long epochBefore = primary.leaderEpoch;
    if (free) {
      primary.leader = candidate;
      primary.leaderEpoch = epoch;
    }
    boolean saved = !free && !newEpoch || state.save();
    if (newEpoch) {
      state.out.told(LogLevel.WARNING, "+new-epoch", primary, Long.toString(epoch));
    }
    if (!saved) {
      primary.leader = leaderBefore;
      primary.leaderEpoch = epochBefore;
      primary.reasons.add(state.nowMs, "no vote in epoch " + epoch + ": it could not be saved");
      return null;
    }
    if (free) {
      state.out.told(
          LogLevel.WARNING, "+vote-for-leader", primary, candidate + " " + primary.leaderEpoch);
      if (!candidate.equals(state.myId)) {
        primary.failoverStartMs = state.nowMs + state.entropy.nextInt(DESYNC_MS);
      }
    }
    String leader = primary.leader;
    return leader == null ? null : new Vote(leader, primary.leaderEpoch);
  }

  /// The Sentinel that a majority of all that are known, and at least the quorum, has voted for in
  /// `epoch`; null when there is none yet. Gives our own vote: to whoever has most, or ourselves.
  @Nullable String leader(Primary primary, long epoch) {
    Map<String, Integer> votes = new LinkedHashMap<>();
    for (Peer peer : primary.sentinels.values()) {
      String leader = peer.leader;
      if (leader != null && peer.leaderEpoch == epoch) {
        votes.merge(leader, 1, Integer::sum);
      }
    }
    String first = most(votes);
    Vote own = vote(primary, epoch, first == null ? state.myId : first);
    if (own != null && own.epoch() == epoch) {
      votes.merge(own.leader(), 1, Integer::sum);
    }
    String winner = most(votes);
    int majority = (primary.sentinels.size() + 1) / 2 + 1;
    return winner != null && votes.getOrDefault(winner, 0) >= Math.max(majority, primary.quorum)
        ? winner
        : null;
  }

  /// Whether anybody has voted for another than us in `epoch`, as far as we know.
  boolean isContested(Primary primary, long epoch) {
    return primary.leaderEpoch == epoch && !state.myId.equals(primary.leader)
        || primary.sentinels.values().stream()
            .anyMatch(peer ->
                peer.leader != null
                    && peer.leaderEpoch == epoch
                    && !peer.leader.equals(state.myId));
  }

  private static @Nullable String most(Map<String, Integer> votes) {
    String winner = null;
    int most = 0;
    for (Map.Entry<String, Integer> entry : votes.entrySet()) {
      if (entry.getValue() > most) {
        most = entry.getValue();
        winner = entry.getKey();
      }
    }
    return winner;
  }
}
