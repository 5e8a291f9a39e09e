package io.skein.engine.cluster;

import static io.skein.engine.bytes.Slot.SLOT_COUNT;

import io.skein.engine.cluster.bus.NodeFlags;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.Membership;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Hazards in who serves what, who stands in for whom, and where they run.
final class Layout {
  private static final int FEWEST_PRIMARIES = 3;

  private final Membership members;

  Layout(Membership members) {
    this.members = members;
  }

  void examine(List<Finding> found) {
    coverage(found);
    openSlots(found);
    epochs(found);
    electorate(found);
    replicas(found);
    hosts(found);
  }

  private List<ClusterNode> primaries() {
    List<ClusterNode> primaries = new ArrayList<>();
    for (ClusterNode node : members.nodes()) {
      if (node.isPrimary() && node.slotCount() > 0) {
        primaries.add(node);
      }
    }
    return primaries;
  }

  private void coverage(List<Finding> found) {
    StringBuilder ranges = new StringBuilder();
    int missing = 0;
    int first = -1;
    for (int slot = 0; slot <= SLOT_COUNT; slot++) {
      boolean uncovered = slot < SLOT_COUNT && members.owner(slot) == null;
      missing += uncovered ? 1 : 0;
      if (uncovered && first < 0) {
        first = slot;
      } else if (!uncovered && first >= 0) {
        ranges.append(ranges.isEmpty() ? "" : ", ").append(first);
        ranges.append(slot - 1 > first ? "-" + (slot - 1) : "");
        first = -1;
      }
    }
    if (missing == SLOT_COUNT) {
      found.add(
          Doctor.broken(
              "No slot is assigned to any node.",
              "Form the cluster with redis-cli --cluster create, or assign them with CLUSTER"
                  + " ADDSLOTSRANGE."));
    } else if (missing > 0) {
      found.add(
          Doctor.broken(
              missing + " slots are served by nobody: " + ranges + ".",
              "Assign them with redis-cli --cluster fix, or with CLUSTER ADDSLOTS on the primaries"
                  + " that are to serve them."));
    }
    for (ClusterNode primary : primaries()) {
      if (primary.isFailed()) {
        found.add(
            Doctor.broken(
                primary.label() + " has failed, and with it its " + primary.slotCount() + " slots.",
                "Start it again, or see CLUSTER WHY "
                    + primary.id()
                    + " for what keeps its"
                    + " replicas from taking its place."));
      }
    }
  }

  private void openSlots(List<Finding> found) {
    Set<Integer> open = new LinkedHashSet<>();
    members.eachMigrating((slot, to) -> open.add(slot));
    members.eachImporting((slot, from) -> open.add(slot));
    if (!open.isEmpty()) {
      found.add(
          Doctor.note(
              open.size()
                  + (open.size() == 1 ? " slot is" : " slots are")
                  + " marked as moving to or from this node, beginning with "
                  + open.iterator().next()
                  + ".",
              "Nothing, if they are being moved now; else have redis-cli --cluster fix finish it."));
    }
  }

  private void epochs(List<Finding> found) {
    Map<Long, ClusterNode> byEpoch = new LinkedHashMap<>();
    for (ClusterNode primary : primaries()) {
      ClusterNode other = byEpoch.putIfAbsent(primary.configEpoch(), primary);
      if (other != null) {
        found.add(
            Doctor.danger(
                other.label()
                    + " and "
                    + primary.label()
                    + " claim their slots under the same epoch, "
                    + primary.configEpoch()
                    + ": if they ever claim the same slot, it is not settled who serves it.",
                "They part by themselves within seconds when they reach each other; if they do not,"
                    + " send CLUSTER BUMPEPOCH to one of them."));
      }
    }
  }

  private void electorate(List<Finding> found) {
    int primaries = members.size();
    if (primaries > 0 && primaries < FEWEST_PRIMARIES) {
      found.add(
          Doctor.danger(
              "There "
                  + (primaries == 1 ? "is 1 primary" : "are 2 primaries")
                  + " with slots: when one fails, those that are left are no majority, and no"
                  + " replica can be elected in its place.",
              "Have at least three primaries with slots."));
    }
  }

  private void replicas(List<Finding> found) {
    for (ClusterNode primary : primaries()) {
      if (primary.isFailed()) {
        continue;
      }
      int working = 0;
      int willing = 0;
      for (ClusterNode replica : primary.replicas()) {
        boolean works = !replica.has(NodeFlags.FAIL | NodeFlags.PFAIL);
        working += works ? 1 : 0;
        willing += works && !replica.has(NodeFlags.NOFAILOVER) ? 1 : 0;
      }
      if (working == 0) {
        found.add(
            Doctor.danger(
                primary.label()
                    + (primary.replicas().isEmpty()
                        ? " has no replica"
                        : " has no replica that works")
                    + ": when it fails, its "
                    + primary.slotCount()
                    + " slots are down, and what it did not save is lost.",
                primary.replicas().isEmpty()
                    ? "Add one: redis-cli --cluster add-node NEW EXISTING --cluster-slave"
                        + " --cluster-master-id "
                        + primary.id()
                    : "Start its replicas again."));
      } else if (willing == 0) {
        found.add(
            Doctor.danger(
                "No replica of " + primary.label() + " ever stands for election.",
                "CONFIG SET cluster-replica-no-failover no on one of them."));
      }
    }
  }

  private void hosts(List<Finding> found) {
    Map<String, Integer> voters = new LinkedHashMap<>();
    Set<String> hosts = new LinkedHashSet<>();
    for (ClusterNode node : members.nodes()) {
      if (!node.inHandshake()) {
        hosts.add(node.ip());
      }
    }
    if (hosts.size() == 1 && members.nodes().size() > 1) {
      found.add(
          Doctor.danger(
              "All "
                  + members.nodes().size()
                  + " nodes run on one host, "
                  + hosts.iterator().next()
                  + ": the cluster does not survive it.",
              "Spread the nodes over at least three hosts."));
      return;
    }
    for (ClusterNode primary : primaries()) {
      voters.merge(primary.ip(), 1, Integer::sum);
      together(primary, found);
    }
    voters.forEach((host, count) -> {
      if (members.size() >= FEWEST_PRIMARIES && members.size() - count < members.quorum()) {
        found.add(
            Doctor.danger(
                count
                    + " of "
                    + members.size()
                    + " primaries run on one host, "
                    + host
                    + ": when it is lost, those that are left cannot elect anybody.",
                "Let replicas on other hosts take over some of them with CLUSTER FAILOVER."));
      }
    });
  }

  /// Whether one host takes a primary and all that could replace it, or two replicas of it.
  private static void together(ClusterNode primary, List<Finding> found) {
    Set<String> hosts = new LinkedHashSet<>();
    String twice = "";
    hosts.add(primary.ip());
    for (ClusterNode replica : primary.replicas()) {
      twice = hosts.add(replica.ip()) ? twice : replica.ip();
    }
    if (!primary.replicas().isEmpty() && hosts.size() == 1) {
      found.add(
          Doctor.danger(
              primary.label() + " and all of its replicas run on one host, " + primary.ip() + ".",
              "Move a replica to another host, or swap it with one of another primary by CLUSTER"
                  + " REPLICATE."));
    } else if (!twice.isEmpty()) {
      found.add(
          Doctor.note(
              "Two nodes of the shard of " + primary.label() + " run on one host, " + twice + ".",
              "Swap one of them with a replica on another host by CLUSTER REPLICATE."));
    }
  }
}
