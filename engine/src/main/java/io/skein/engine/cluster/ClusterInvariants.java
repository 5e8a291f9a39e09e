package io.skein.engine.cluster;

import io.skein.engine.machine.Invariant;
import java.util.LinkedHashMap;

/// What must hold across the nodes of a cluster at every moment, to be checked from outside with
/// the views of all of them.
///
/// *Invariants checked*:
/// 1. No two nodes believe that they themselves serve one slot under one configuration epoch.
///    (Under different epochs they may for a while: the older one has not heard yet.)
/// 2. No epoch of an election has two winners.
/// 3. A node's vote never goes back to an older epoch while it keeps its disk, and never is ahead
///    of the epochs it knows.
public final class ClusterInvariants {
  private final LinkedHashMap<Long, String> winners = new LinkedHashMap<>();

  /// What each node that serves slots last said of itself.
  private final LinkedHashMap<String, NodeView> claims = new LinkedHashMap<>();

  private final LinkedHashMap<String, Epochs> seen = new LinkedHashMap<>();

  private record Epochs(long currentEpoch, long lastVoteEpoch) {}

  /// Checks the view that a node has just published against all others.
  ///
  /// @throws Invariant.Broken when an invariant does not hold
  public void onView(ClusterView view) {
    checkEpochs(view);
    NodeView myself = view.myself();
    if (myself.slots().isEmpty()) {
      claims.remove(myself.id());
      return;
    }
    claims.put(myself.id(), myself);
    for (NodeView other : claims.values()) {
      if (!other.id().equals(myself.id())) {
        checkSlots(myself, other);
      }
    }
  }

  /// A node stopped: it serves nothing until it publishes again.
  public void onStopped(String nodeId) {
    claims.remove(nodeId);
  }

  /// Notes that a node has won the election of `epoch`.
  ///
  /// @throws Invariant.Broken when another one has before
  public void onElected(String nodeId, long epoch) {
    String winner = winners.putIfAbsent(epoch, nodeId);
    Invariant.check(
        winner == null || winner.equals(nodeId),
        "epoch " + epoch + " was won by " + winner + " and by " + nodeId);
  }

  /// Forgets what a node has said: its disk is gone.
  public void onDiskLost(String nodeId) {
    seen.remove(nodeId);
  }

  private void checkEpochs(ClusterView view) {
    ClusterView.Summary summary = view.summary();
    Epochs now = new Epochs(summary.currentEpoch(), summary.lastVoteEpoch());
    Epochs before = seen.put(view.myself().id(), now);
    Invariant.check(
        before == null || before.lastVoteEpoch() <= now.lastVoteEpoch(),
        "the vote of " + view.myself().id() + " went back to an older epoch");
    Invariant.check(
        now.lastVoteEpoch() <= now.currentEpoch(),
        view.myself().id() + " voted in an epoch that it does not know");
  }

  private static void checkSlots(NodeView a, NodeView b) {
    if (a.configEpoch() != b.configEpoch()) {
      return;
    }
    int shared = 0;
    for (int slot = a.slots().nextSlot(0); slot >= 0; slot = a.slots().nextSlot(slot + 1)) {
      shared += b.slots().contains(slot) ? 1 : 0;
    }
    Invariant.check(
        shared == 0,
        a.id()
            + " and "
            + b.id()
            + " both serve "
            + shared
            + " slots in configuration epoch "
            + a.configEpoch());
  }
}
