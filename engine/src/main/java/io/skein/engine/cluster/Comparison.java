package io.skein.engine.cluster;

import io.skein.engine.cluster.bus.NodeFacts;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.LocalState;
import io.skein.engine.cluster.state.Membership;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Hazards in settings and clocks that differ between nodes.
final class Comparison {
  /// What network and scheduling make of two clocks that agree.
  private static final long CLOCK_TOLERANCE_MS = 2000;

  private static final long SHORT_TIMEOUT_MS = 200;
  private static final String CONSISTENT = "Set it to the same value on all nodes.";

  private final LocalState local;
  private final Membership members;

  Comparison(LocalState local) {
    this.local = local;
    this.members = local.members;
  }

  void examine(List<Finding> found, Condition own, long nowMs) {
    Map<ClusterNode, NodeFacts> facts = new LinkedHashMap<>();
    for (ClusterNode node : members.nodes()) {
      NodeFacts told = node == members.myself() ? local.facts(nowMs) : node.facts;
      if (told != null) {
        facts.put(node, told);
      }
    }
    timeouts(facts, found);
    memory(facts, own, found);
    validity(facts, found);
    sync(facts, own, found);
    clocks(found);
  }

  private static void timeouts(Map<ClusterNode, NodeFacts> facts, List<Finding> found) {
    TreeMap<Long, List<String>> values = new TreeMap<>();
    facts.forEach((node, told) ->
        values.computeIfAbsent(told.nodeTimeoutMs(), k -> new ArrayList<>()).add(node.label()));
    if (values.size() > 1) {
      found.add(
          Doctor.danger(
              "The nodes have different cluster-node-timeouts: "
                  + listed(values)
                  + ". Those with short ones suspect what the others still wait for.",
              CONSISTENT));
    }
    if (!values.isEmpty() && values.firstKey() < SHORT_TIMEOUT_MS) {
      found.add(
          Doctor.danger(
              "A cluster-node-timeout of "
                  + values.firstKey()
                  + " ms is less than a busy machine may take to answer: nodes that work will be"
                  + " failed over.",
              "Use 500 ms or more."));
    }
  }

  private static String listed(TreeMap<Long, List<String>> values) {
    List<String> parts = new ArrayList<>();
    values.forEach((value, nodes) ->
        parts.add(
            value
                + " on "
                + (nodes.size() > 3 ? nodes.size() + " nodes" : String.join(" and ", nodes))));
    return String.join(", ", parts);
  }

  private void memory(Map<ClusterNode, NodeFacts> facts, Condition own, List<Finding> found) {
    TreeMap<Long, List<String>> values = new TreeMap<>();
    facts.forEach((node, told) ->
        values.computeIfAbsent(told.maxmemoryBytes(), k -> new ArrayList<>()).add(node.label()));
    if (values.size() > 1) {
      found.add(
          Doctor.danger(
              "The nodes have different limits of memory (maxmemory, in bytes): "
                  + listed(values)
                  + ". A replica with less than its primary cannot take its place in full.",
              CONSISTENT));
    } else if (own.maxmemoryBytes() == 0) {
      found.add(
          Doctor.note(
              "No maxmemory is set: a node that grows beyond its machine is killed by the system.",
              "CONFIG SET maxmemory to what the machine can spare, and choose a maxmemory-policy."));
    }
  }

  private static void validity(Map<ClusterNode, NodeFacts> facts, List<Finding> found) {
    List<String> never = new ArrayList<>();
    facts.forEach((node, told) -> {
      if (node.isReplica() && told.validityFactor() == 0) {
        never.add(node.label());
      }
    });
    if (!never.isEmpty()) {
      found.add(
          Doctor.note(
              "However old their data are, these replicas stand for election"
                  + " (cluster-replica-validity-factor 0): "
                  + String.join(", ", never)
                  + ".",
              "CONFIG SET cluster-replica-validity-factor 10, if losing service is better than losing"
                  + " writes."));
    }
  }

  private void sync(Map<ClusterNode, NodeFacts> facts, Condition own, List<Finding> found) {
    facts.forEach((node, told) -> {
      boolean out = node == members.myself() ? own.outOfSync() : told.isOutOfSync();
      ClusterNode primary = node.primary();
      if (node.isReplica() && out && !node.isFailed()) {
        found.add(
            Doctor.danger(
                node.label()
                    + " is not in sync with its primary"
                    + (primary == null ? "." : " " + primary.label() + "."),
                "Look at master_link_status of its INFO replication and at its log; give it the"
                    + " primary's password (masterauth) and let the primary's client port through."));
      }
    });
  }

  private void clocks(List<Finding> found) {
    long ownMs = local.clockOffsetMs();
    if (Math.abs(ownMs) > CLOCK_TOLERANCE_MS) {
      found.add(
          Doctor.danger(
              "The clock of this node's machine was set "
                  + seconds(ownMs)
                  + " since the node started. Keys expire by it.",
              "Have a time service adjust the clock in small steps, and not by jumps."));
    }
    for (ClusterNode node : members.nodes()) {
      @Nullable NodeFacts told = node.facts;
      if (node != members.myself() && told != null) {
        long aheadMs = told.clockMs() - (node.factsMs + ownMs);
        if (Math.abs(aheadMs) > CLOCK_TOLERANCE_MS) {
          found.add(
              Doctor.danger(
                  "The clock of "
                      + node.label()
                      + " is set "
                      + seconds(aheadMs)
                      + " compared with this node's. Keys expire sooner or later after a failover or"
                      + " a move between them.",
                  "Run a time service on all machines."));
        }
      }
    }
  }

  private static String seconds(long aheadMs) {
    return Math.round(Math.abs(aheadMs) / 1000.0) + " s " + (aheadMs > 0 ? "ahead" : "back");
  }
}
