package io.skein.engine.cluster;

import io.skein.engine.cluster.Finding.Gravity;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.LocalState;
import io.skein.engine.cluster.state.Membership;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// `CLUSTER DOCTOR`: hazards of the cluster, each with its remedy.
///
/// *What it looks at*: what this node believes of the cluster; its own settings and the growth of
/// its log; and what the other nodes tell of themselves in their heartbeats ([NodeFacts]). Nodes of
/// Redis tell nothing, which the report says. How fast a log grows, whether it is flushed and
/// `min-replicas-to-write` are known of this node alone: ask each node.
final class Doctor {
  private final LocalState local;
  private final Membership members;
  private final Layout layout;
  private final Reach reach;
  private final Comparison comparison;

  Doctor(LocalState local) {
    this.local = local;
    this.members = local.members;
    this.layout = new Layout(local.members);
    this.reach = new Reach(local.members);
    this.comparison = new Comparison(local);
  }

  /// All findings, the worst first.
  List<Finding> examine(Condition own, long nowMs) {
    List<Finding> found = new ArrayList<>();
    layout.examine(found);
    reach.examine(found, nowMs);
    comparison.examine(found, own, nowMs);
    new DataSafety(local, own).examine(found);
    found.sort(Comparator.comparing(Finding::gravity));
    return found;
  }

  /// The findings in words.
  String report(Condition own, long nowMs) {
    List<Finding> found = examine(own, nowMs);
    StringBuilder text = new StringBuilder();
    text.append(
        found.isEmpty()
            ? "No hazards found, as far as this node can see.\n"
            : found.size() + (found.size() == 1 ? " hazard" : " hazards") + " found.\n");
    int number = 0;
    for (Finding finding : found) {
      text.append('\n')
          .append(++number)
          .append(". ")
          .append(finding.gravity().name().toLowerCase(Locale.ROOT))
          .append(": ")
          .append(finding.hazard())
          .append("\n   Remedy: ")
          .append(finding.remedy())
          .append('\n');
    }
    List<String> silent = new ArrayList<>();
    for (ClusterNode node : members.nodes()) {
      if (node != members.myself() && node.facts == null && !node.inHandshake()) {
        silent.add(node.label());
      }
    }
    if (!silent.isEmpty()) {
      text.append(
              "\nThese nodes do not tell their settings (as nodes of Redis), so that they were not")
          .append(" compared: ")
          .append(String.join(", ", silent))
          .append(".\n");
    }
    return text.append(
            "\nThe growth of the log, its flushing and min-replicas-to-write were looked at")
        .append(" on this node only: ask the other primaries as well.\n")
        .toString();
  }

  static Finding broken(String hazard, String remedy) {
    return new Finding(Gravity.BROKEN, hazard, remedy);
  }

  static Finding danger(String hazard, String remedy) {
    return new Finding(Gravity.DANGER, hazard, remedy);
  }

  static Finding note(String hazard, String remedy) {
    return new Finding(Gravity.NOTE, hazard, remedy);
  }
}
