package io.skein.engine.cluster.failover;

import io.skein.engine.cluster.bus.BusHeader;
import io.skein.engine.cluster.bus.NodeFlags;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.ClusterSettings;
import io.skein.engine.cluster.state.EpochOrigin;
import io.skein.engine.cluster.state.LocalState;
import io.skein.engine.cluster.state.LogLevel;
import io.skein.engine.cluster.state.Membership;
import io.skein.engine.cluster.state.Outbox;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A replica's way to the place of its failed primary.
///
/// *States*: see [ElectionState]. A replica waits for a delay, begins a new epoch, asks all nodes
/// for their vote in it, and with the votes of a majority of the primaries with slots takes over
/// under that epoch.
///
/// *The delay* lets the news of the failure spread, for primaries that do not know of it refuse; is
/// partly random, so that replicas of one primary do not split the votes; and grows with the rank,
/// so that the one with the most data comes first.
///
/// *Quick elections* (`Haste.quickElections`). The delay is a tenth of Redis's. This is safe
/// because none of the delay's purposes is what makes an election safe, and it works because
///
/// - the news of the failure is sent right before the request, on the same connections, so that
///   nobody can refuse for not knowing it;
/// - replicas tell each other their offsets when they set their delay, which takes one way on the
///   network, and a rank still costs more than that (as much as in Redis where a replica of Redis
///   has more data, which waits for so long itself);
/// - when primaries fail together, their replicas wait for each other by the order of their
///   primaries' ids, since in one epoch a voter votes for one of them only;
/// - who denies its vote says so, and in which epoch it is: a candidate that cannot win any more
///   begins anew at once, in an epoch that is newer than any it heard of; and where nobody answers
///   an election is repeated within seconds rather than minutes, later each time.
///
/// *Invariants*: votes count only in the epoch they were asked for, one per voter.
public final class Election {
  private static final long MIN_TIMEOUT_MS = 2000;
  private static final long DELAY_MS = 500;
  private static final int RANDOM_DELAY_MS = 500;
  private static final long RANK_DELAY_MS = 1000;

  private static final long QUICK_DELAY_MS = 50;
  private static final int QUICK_RANDOM_DELAY_MS = 50;
  private static final long QUICK_RANK_DELAY_MS = 200;
  private static final long QUICK_NEIGHBOUR_DELAY_MS = 50;
  private static final long QUICK_TIMEOUT_MS = 1000;
  private static final int MAX_DOUBLINGS = 10;

  private static final long LOG_AGAIN_MS = 10_000;
  private static final long LOG_NOTHING_MS = 5000;

  private final LocalState local;
  private final Membership members;
  private final ManualFailover manual;
  private final Roles roles;
  private final RandomGenerator entropy;
  private final Outbox out;

  private ElectionState state = ElectionState.QUIET;
  private long epoch;
  private int rank;
  private int attempts;
  private final LinkedHashSet<String> voters = new LinkedHashSet<>();
  private final LinkedHashMap<String, String> denials = new LinkedHashMap<>();

  /// When the present state ends by itself.
  private long untilMs = Long.MAX_VALUE;

  private String loggedObstacle = "";
  private long loggedMs;

  public Election(
      LocalState local, ManualFailover manual, Roles roles, RandomGenerator entropy, Outbox out) {
    this.local = local;
    this.members = local.members;
    this.manual = manual;
    this.roles = roles;
    this.entropy = entropy;
    this.out = out;
  }

  public ElectionState state() {
    return state;
  }

  /// When [#review] is due even if nothing happens.
  public long nextDeadlineMs() {
    return untilMs;
  }

  /// A primary gave its vote.
  public void onVote(ClusterNode voter, BusHeader header, long nowMs) {
    if (state == ElectionState.VOTING
        && voter.isPrimary()
        && voter.slotCount() > 0
        && header.currentEpoch() == epoch) {
      voters.add(voter.id());
      note(nowMs, voter.label() + " voted for this node in epoch " + epoch);
      out.reviewElection();
    }
  }

  /// A primary says that it does not vote for us in `deniedEpoch`. When too many do to win any
  /// more, the attempt is over.
  public void onDenied(ClusterNode voter, long deniedEpoch, String reason, long nowMs) {
    if (state != ElectionState.VOTING || deniedEpoch != epoch || !voter.isPrimary()) {
      return;
    }
    if (denials.put(voter.id(), reason) == null) {
      note(nowMs, voter.label() + " denied this node its vote in epoch " + epoch + ": " + reason);
    }
    if (isQuick() && members.size() - denials.size() < members.quorum()) {
      untilMs = nowMs;
      out.reviewElection();
    }
  }

  private void note(long nowMs, String text) {
    ClusterNode primary = members.myself().primary();
    if (primary != null) {
      local.journal.note(primary, nowMs, text);
    }
  }

  /// Why this replica does not stand for the place of its primary at the moment, or how far it is;
  /// empty when it is not called for.
  public String standing(long nowMs) {
    ClusterNode primary = members.myself().primary();
    if (primary == null || !primary.isFailed() && !manual.isActive()) {
      return "";
    }
    if (local.settings().replicas().noFailover() && !manual.isActive()) {
      return "this replica never stands for election (cluster-replica-no-failover yes)";
    }
    if (primary.slotCount() == 0) {
      return "the primary has no slots, so that there is nothing to take over";
    }
    if (!manual.mayStand(nowMs) && isDataTooOld(nowMs)) {
      return "this replica's data are too old: it last heard from its primary "
          + age(nowMs)
          + ", where cluster-replica-validity-factor allows "
          + validityMs()
          + " ms";
    }
    return switch (state) {
      case QUIET -> "this replica has not begun to stand";
      case DELAYED ->
          "this replica waits "
              + Math.max(0, untilMs - nowMs)
              + " ms before it asks for votes, being of rank "
              + rank;
      case VOTING ->
          "this replica has "
              + voters.size()
              + " votes of the "
              + members.quorum()
              + " that it needs in epoch "
              + epoch
              + "; denied by "
              + denials.size();
      case EXPIRED -> "this replica did not get a majority, and tries again soon";
    };
  }

  private String age(long nowMs) {
    long contactMs = local.lastPrimaryContactMs();
    return contactMs == 0 ? "never" : nowMs - contactMs + " ms ago";
  }

  /// Goes as far as it can: to be called ten times a second, and whenever something it depends on
  /// has changed.
  public void review(long nowMs) {
    manual.endIfDue(nowMs);
    ClusterNode primary = members.myself().primary();
    if (primary == null || !isCalledFor(primary, nowMs)) {
      if (state != ElectionState.QUIET) {
        become(ElectionState.QUIET, nowMs, "nothing to stand for");
      }
      attempts = 0;
      loggedObstacle = "";
      return;
    }
    if (!manual.mayStand(nowMs) && isDataTooOld(nowMs)) {
      if (state != ElectionState.QUIET || loggedObstacle.isEmpty()) {
        note(nowMs, standing(nowMs));
      }
      logObstacle(
          "Disconnected from master for longer than allowed. Please check the "
              + "'cluster-replica-validity-factor' configuration option.",
          primary,
          nowMs);
      if (state != ElectionState.QUIET) {
        become(ElectionState.QUIET, nowMs, "data is too old");
      }
      return;
    }
    if (state == ElectionState.VOTING && voters.size() >= members.quorum()) {
      win(nowMs);
      return;
    }
    if (state == ElectionState.VOTING) {
      awaitVotes(primary, nowMs);
    }
    if (state == ElectionState.QUIET || state == ElectionState.EXPIRED && nowMs >= untilMs) {
      schedule(primary, nowMs);
    }
    if (state == ElectionState.DELAYED) {
      delay(primary, nowMs);
    }
  }

  private boolean isCalledFor(ClusterNode primary, long nowMs) {
    boolean willing = !local.settings().replicas().noFailover() && primary.isFailed();
    return members.myself().isReplica()
        && primary.slotCount() > 0
        && (willing || manual.mayStand(nowMs));
  }

  /// Whether this replica lost touch with its primary too long ago to stand; the time it took to
  /// recognise the failure is not held against it.
  private boolean isDataTooOld(long nowMs) {
    ClusterSettings settings = local.settings();
    int factor = settings.replicas().validityFactor();
    if (factor == 0) {
      return false;
    }
    long ageMs = nowMs - local.lastPrimaryContactMs();
    if (ageMs > settings.nodeTimeoutMs()) {
      ageMs -= settings.nodeTimeoutMs();
    }
    return ageMs > validityMs();
  }

  private long validityMs() {
    ClusterSettings.Replicas replicas = local.settings().replicas();
    return replicas.replPingPeriodMs()
        + local.settings().nodeTimeoutMs() * replicas.validityFactor();
  }

  private void schedule(ClusterNode primary, long nowMs) {
    long delayMs = 0;
    rank = 0;
    if (!manual.isActive()) {
      rank = rank(primary);
      delayMs =
          isQuick()
              ? QUICK_DELAY_MS
                  + entropy.nextInt(QUICK_RANDOM_DELAY_MS)
                  + neighboursBefore(primary) * QUICK_NEIGHBOUR_DELAY_MS
              : DELAY_MS + entropy.nextInt(RANDOM_DELAY_MS);
      delayMs += rankDelayMs(primary);
    }
    become(ElectionState.DELAYED, nowMs, "primary failed or failover requested");
    untilMs = nowMs + delayMs;
    out.log(
        LogLevel.NOTICE,
        "Start of election delayed for "
            + delayMs
            + " milliseconds (rank #"
            + rank
            + ", offset "
            + local.replicationOffset()
            + ").");
    note(
        nowMs,
        "this replica stands for election in "
            + delayMs
            + " ms, with rank "
            + rank
            + " and offset "
            + local.replicationOffset());
    out.pongToReplicas();
  }

  private boolean isQuick() {
    return local.settings().haste().quickElections();
  }

  /// What it costs that others have more data.
  private long rankDelayMs(ClusterNode primary) {
    long delayMs = 0;
    for (ClusterNode replica : primary.replicas()) {
      if (isBetter(replica)) {
        delayMs += isQuick() && replica.takesExtras ? QUICK_RANK_DELAY_MS : RANK_DELAY_MS;
      }
    }
    return delayMs;
  }

  /// How many replicas of the primary have more data and can stand.
  private int rank(ClusterNode primary) {
    int better = 0;
    for (ClusterNode replica : primary.replicas()) {
      better += isBetter(replica) ? 1 : 0;
    }
    return better;
  }

  private boolean isBetter(ClusterNode replica) {
    return replica != members.myself()
        && !replica.has(NodeFlags.NOFAILOVER | NodeFlags.FAIL)
        && replica.replicationOffset > local.replicationOffset();
  }

  /// How many other failed primaries with slots and replicas have a smaller id.
  private int neighboursBefore(ClusterNode primary) {
    int before = 0;
    for (ClusterNode node : members.nodes()) {
      if (node.isPrimary()
          && node.isFailed()
          && node.slotCount() > 0
          && !node.replicas().isEmpty()
          && node.id().compareTo(primary.id()) < 0) {
        before++;
      }
    }
    return before;
  }

  private void delay(ClusterNode primary, long nowMs) {
    if (manual.isActive()) {
      untilMs = nowMs;
    } else {
      int newRank = rank(primary);
      if (newRank > rank) {
        long addedMs = (newRank - rank) * (rankDelayMs(primary) / newRank);
        untilMs += addedMs;
        rank = newRank;
        out.log(
            LogLevel.NOTICE,
            "Replica rank updated to #" + rank + ", added " + addedMs + " milliseconds of delay.");
      }
    }
    if (nowMs < untilMs) {
      logObstacle("Waiting the delay before I can start a new failover.", primary, nowMs);
      return;
    }
    epoch = members.nextEpoch(EpochOrigin.ELECTION);
    voters.clear();
    denials.clear();
    become(ElectionState.VOTING, nowMs, "delay is over");
    untilMs = nowMs + attemptMs();
    attempts++;
    note(nowMs, "this replica asks for votes in epoch " + epoch);
    out.log(LogLevel.NOTICE, "Starting a failover election for epoch " + epoch + ".");
    if (primary.isFailed()) {
      out.broadcastFail(primary);
    }
    out.broadcastAuthRequest(manual.isActive());
    out.saveNow();
  }

  private long timeoutMs() {
    return Math.max(2 * local.settings().nodeTimeoutMs(), MIN_TIMEOUT_MS);
  }

  /// How long votes are waited for.
  private long attemptMs() {
    return isQuick()
        ? Math.min(QUICK_TIMEOUT_MS << Math.min(attempts, MAX_DOUBLINGS), timeoutMs())
        : timeoutMs();
  }

  private void awaitVotes(ClusterNode primary, long nowMs) {
    if (nowMs >= untilMs) {
      logObstacle("Failover attempt expired.", primary, nowMs);
      become(ElectionState.EXPIRED, nowMs, voters.size() + " votes of " + members.quorum());
      untilMs = isQuick() ? nowMs : nowMs + timeoutMs();
      note(
          nowMs,
          "the election of epoch "
              + epoch
              + " is over with "
              + voters.size()
              + " votes, "
              + members.quorum()
              + " were needed");
    } else {
      logObstacle("Waiting for votes, but majority still not reached.", primary, nowMs);
    }
  }

  private void win(long nowMs) {
    ClusterNode myself = members.myself();
    out.log(LogLevel.NOTICE, "Failover election won: I'm the new master.");
    note(
        nowMs,
        "this replica won the election of epoch "
            + epoch
            + " with "
            + voters.size()
            + " votes, and takes its place");
    if (myself.configEpoch() < epoch) {
      myself.configEpoch(epoch);
      out.log(LogLevel.NOTICE, "configEpoch set to " + epoch + " after successful failover");
    }
    become(ElectionState.QUIET, nowMs, "won with " + voters.size() + " votes");
    attempts = 0;
    roles.takePlaceOfPrimary(nowMs);
  }

  /// Logs why a failover does not get on, once it takes longer than it should, and not too often.
  private void logObstacle(String obstacle, @Nullable ClusterNode primary, long nowMs) {
    if (obstacle.equals(loggedObstacle) && nowMs - loggedMs < LOG_AGAIN_MS) {
      return;
    }
    loggedObstacle = obstacle;
    long expectedMs = local.settings().nodeTimeoutMs() + LOG_NOTHING_MS;
    if (primary != null && primary.isFailed() && nowMs - primary.failedMs < expectedMs) {
      return;
    }
    loggedMs = nowMs;
    out.log(LogLevel.NOTICE, "Currently unable to failover: " + obstacle);
    if (state == ElectionState.VOTING) {
      out.log(
          LogLevel.NOTICE,
          "Needed quorum: "
              + members.quorum()
              + ". Number of votes received so far: "
              + voters.size());
    }
  }

  private void become(ElectionState next, long nowMs, String reason) {
    ElectionState.TABLE.check(state, next);
    out.log(
        LogLevel.DEBUG,
        "election: "
            + state
            + " -> "
            + next
            + ", "
            + reason
            + ", epoch "
            + members.currentEpoch()
            + ", at "
            + nowMs);
    state = next;
    untilMs = Long.MAX_VALUE;
  }
}
