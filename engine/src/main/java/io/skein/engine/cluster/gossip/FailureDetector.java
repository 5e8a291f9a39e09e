package io.skein.engine.cluster.gossip;

import io.skein.engine.cluster.bus.NodeFlags;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.ClusterSettings;
import io.skein.engine.cluster.state.LocalState;
import io.skein.engine.cluster.state.LogLevel;
import io.skein.engine.cluster.state.Outbox;

/// Decides who is suspected (PFAIL), who has failed (FAIL), and when either is taken back.
///
/// A node is suspected by one observer alone. It has failed when the observer suspects it and a
/// majority of the primaries with slots do or did within twice the node timeout. The agreement is
/// weak: nobody promises to hold its opinion. It needs no more, since only the vote of a majority
/// promotes a replica.
///
/// # Refused connections
///
/// Redis suspects a node after the node timeout, whatever happened. But when the process is gone
/// and its host is not, the host *says so*: it resets the connections that stood and refuses new
/// ones. So a node is also suspected when, with `Haste.refusedIsEvidence`,
///
/// 1. every attempt to connect has been refused, at least twice and for at least
///    `Haste.refusedGraceMs`, so that a node restarted at once, or a packet filter being loaded, is
///    not mistaken for a death; and
/// 2. the node has no connection to us: one that is cut off by a filter but lives keeps its
///    connection.
///
/// It is an opinion like any other: Redis nodes count it among their reports, and failure still
/// needs a majority.
///
/// # Agreeing soon
///
/// Redis pings a node once in half the node timeout, and hears of other nodes' suspicions by and
/// by. With `Haste.quickElections`
///
/// 1. a replica watches its primary closely (`Cadence`), and tells everybody at once when it
///    suspects it;
/// 2. who hears of a suspicion joins it when the node has been silent for the node timeout, in
///    answer to a ping that has waited for half of it: it has not answered that one since the other
///    began to wait, or it would not be silent;
/// 3. and tells the replicas of the node, who are waiting for a majority.
///
/// So one death costs as many messages as there are nodes, not its square.
///
/// # Whoever was away himself
///
/// A process that did not run for a while finds everybody silent: what they sent waits in its
/// sockets. So after a pause it suspects nobody for as long as that was ([#wasAway]).
public final class FailureDetector {
  private static final int REPORT_VALIDITY = 2;
  private static final int UNDO_TIME = 2;
  private static final int MIN_REFUSALS = 2;

  private final LocalState local;
  private final Outbox out;
  private long blindUntilMs;

  public FailureDetector(LocalState local, Outbox out) {
    this.local = local;
    this.out = out;
  }

  /// A primary says that `node` is failing, or that it is not.
  public void onReport(ClusterNode node, ClusterNode by, boolean failing, long nowMs) {
    if (failing) {
      if (node.failureReports.put(by, nowMs) == null) {
        local.journal.note(node, nowMs, name(by) + " reported that it cannot reach it");
        out.log(LogLevel.VERBOSE, "Node " + by + " reported node " + node + " as not reachable.");
      }
      failIfAgreed(node, nowMs);
    } else if (node.failureReports.remove(by) != null) {
      local.journal.note(node, nowMs, name(by) + " reported that it can reach it again");
      out.log(LogLevel.VERBOSE, "Node " + by + " reported node " + node + " is back online.");
    }
  }

  /// How many primaries reported `node` as failing within the validity of a report.
  public int reports(ClusterNode node, long nowMs) {
    expire(node, nowMs);
    return node.failureReports.size();
  }

  private void expire(ClusterNode node, long nowMs) {
    if (!node.failureReports.isEmpty()) {
      long oldest = nowMs - REPORT_VALIDITY * local.settings().nodeTimeoutMs();
      node.failureReports.values().removeIf(time -> time < oldest);
    }
  }

  /// A node, whoever that is, tells that it cannot reach `node`.
  public void onHint(ClusterNode node, ClusterNode by, long nowMs) {
    if (by.primary() == node) {
      node.hintedMs = nowMs;
    }
    if (node.pingSentMs != 0) {
      onSilence(node, nowMs);
    }
  }

  /// This process did not run for `forMs` before now.
  public void wasAway(long forMs, long nowMs) {
    long graceMs = Math.min(forMs, local.settings().nodeTimeoutMs());
    blindUntilMs = Math.max(blindUntilMs, nowMs + graceMs);
  }

  /// Suspects `node` if it has been silent for longer than the node timeout.
  ///
  /// All data counts as a sign of life, not only pongs: under load they come late.
  public void onSilence(ClusterNode node, long nowMs) {
    long timeoutMs = local.settings().nodeTimeoutMs();
    long waitedMs = nowMs - node.pingSentMs;
    long silentMs = nowMs - node.dataReceivedMs;
    boolean enough = waitedMs > timeoutMs || waitedMs > timeoutMs / 2 && isHinted(node, nowMs);
    if (enough && silentMs > timeoutMs && !isDown(node) && nowMs >= blindUntilMs) {
      suspect(
          node,
          nowMs,
          node.dataReceivedMs == 0
              ? "was never heard of"
              : "has been silent for "
                  + silentMs
                  + " ms, a ping unanswered for "
                  + waitedMs
                  + " ms");
    }
  }

  private boolean isHinted(ClusterNode node, long nowMs) {
    long oldest = nowMs - REPORT_VALIDITY * local.settings().nodeTimeoutMs();
    return local.settings().haste().quickElections()
        && (node.hintedMs > oldest || reports(node, nowMs) > 0);
  }

  /// An attempt to connect to `node` was refused. Says when to try again.
  public long onRefused(ClusterNode node, long nowMs) {
    ClusterSettings.Haste haste = local.settings().haste();
    if (node.refusals++ == 0) {
      node.refusedSinceMs = nowMs;
    }
    long graceEndMs = node.refusedSinceMs + haste.refusedGraceMs();
    boolean convincing =
        haste.refusedIsEvidence()
            && node.refusals >= MIN_REFUSALS
            && nowMs >= graceEndMs
            && node.inboundLinkId == 0
            && !node.inHandshake();
    if (convincing) {
      node.failedByRefusal = true;
      if (!isDown(node)) {
        out.log(LogLevel.NOTICE, "Node " + node + " refuses connections: it is not running.");
        suspect(node, nowMs, "refuses connections: its process is not running");
      }
    }
    long retryMs = nowMs + haste.refusedRetryMs();
    return nowMs < graceEndMs ? Math.min(retryMs, graceEndMs) : retryMs;
  }

  /// A connection to `node` stands, or it sent something.
  public void onAlive(ClusterNode node) {
    node.refusals = 0;
    node.failedByRefusal = false;
  }

  private void suspect(ClusterNode node, long nowMs, String why) {
    node.set(NodeFlags.PFAIL);
    local.journal.note(node, nowMs, "this node suspects it: it " + why);
    out.log(LogLevel.DEBUG, "Node " + node + " is possibly failing.");
    out.reviewHealth();
    failIfAgreed(node, nowMs);
    if (node.isFailed() || !local.settings().haste().quickElections()) {
      return; // everybody was told, or will be by and by
    }
    if (local.myself().primary() == node) {
      out.pongToAll();
    } else if (isVoter(local.myself())) {
      out.pongToReplicasOf(node);
    }
  }

  /// Marks a suspected node as failed when a majority of the primaries with slots agree.
  private void failIfAgreed(ClusterNode node, long nowMs) {
    if (!node.isSuspected() || node.isFailed()) {
      return;
    }
    expire(node, nowMs);
    int agreeing = isVoter(local.myself()) ? 1 : 0;
    for (ClusterNode reporter : node.failureReports.keySet()) {
      agreeing += isVoter(reporter) ? 1 : 0;
    }
    if (agreeing < local.members.quorum()) {
      return;
    }
    out.log(LogLevel.NOTICE, "Marking node " + node + " as failing (quorum reached).");
    local.journal.note(
        node,
        nowMs,
        "this node marks it as failed: "
            + agreeing
            + " of "
            + local.members.size()
            + " primaries with slots cannot reach it, "
            + local.members.quorum()
            + " are needed");
    fail(node, nowMs);
    // A replica does so too: whoever completes the count, all should know.
    out.broadcastFail(node);
  }

  /// Another node says that a majority agreed on the failure of `node`.
  public void onFail(ClusterNode node, ClusterNode by, long nowMs) {
    if (node == local.myself() || node.isFailed()) {
      return;
    }
    out.log(LogLevel.NOTICE, "FAIL message received from " + by + " about " + node);
    local.journal.note(
        node, nowMs, name(by) + " says that a majority of the primaries agreed on its failure");
    fail(node, nowMs);
  }

  private void fail(ClusterNode node, long nowMs) {
    node.clear(NodeFlags.PFAIL);
    node.set(NodeFlags.FAIL);
    node.failedMs = nowMs;
    out.saveSoon();
    out.reviewHealth();
    out.reviewElection();
  }

  /// `node` answered a ping.
  public void onPong(ClusterNode node, long nowMs) {
    node.hintedMs = 0;
    if (node.isSuspected()) {
      local.journal.note(node, nowMs, "it answers this node again");
      node.clear(NodeFlags.PFAIL);
      out.saveSoon();
      out.reviewHealth();
    } else if (node.isFailed()) {
      clearFailure(node, nowMs);
    }
  }

  /// Takes a failure back, at once where nobody can have been promoted for it, else when nobody was
  /// for a while.
  private void clearFailure(ClusterNode node, long nowMs) {
    String why;
    if (node.isReplica() || node.slotCount() == 0) {
      why = (node.isReplica() ? "replica" : "master without slots") + " is reachable again.";
    } else if (nowMs - node.failedMs > UNDO_TIME * local.settings().nodeTimeoutMs()) {
      why = "is reachable again and nobody is serving its slots after some time.";
    } else {
      return;
    }
    out.log(LogLevel.NOTICE, "Clear FAIL state for node " + node + ": " + why);
    local.journal.note(node, nowMs, "this node takes the failure back: " + why);
    node.clear(NodeFlags.FAIL);
    out.saveSoon();
    out.reviewHealth();
  }

  private static String name(ClusterNode node) {
    return node.label();
  }

  private static boolean isDown(ClusterNode node) {
    return node.isSuspected() || node.isFailed();
  }

  private static boolean isVoter(ClusterNode node) {
    return node.isPrimary() && node.slotCount() > 0;
  }
}
