package io.skein.testkit;

import io.skein.engine.bytes.Slot;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Makes a cluster of nodes that know nothing of each other, and looks at it.
///
/// *Threads*: any.
public final class Formation {
  private static final int SLOT_COUNT = 16384;

  /// Long enough for a machine with much else to do.
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final int LOG_CHARS = 2000;

  private Formation() {}

  /// Makes a cluster of `nodes`, of which the first are its primaries, and waits until it is
  /// healthy.
  public static void form(List<? extends ClusterNode> nodes, int primaries) {
    for (int i = 0; i < primaries; i++) {
      int first = SLOT_COUNT * i / primaries;
      int last = SLOT_COUNT * (i + 1) / primaries - 1;
      nodes.get(i).call("CLUSTER", "ADDSLOTSRANGE", "" + first, "" + last);
      nodes.get(i).call("CLUSTER", "SET-CONFIG-EPOCH", "" + (i + 1));
    }
    // Everybody meets everybody: gossip would do it in time, but a node gossips only of some.
    for (int i = 0; i < nodes.size(); i++) {
      for (ClusterNode other : nodes.subList(i + 1, nodes.size())) {
        nodes.get(i).call("CLUSTER", "MEET", other.host(), "" + other.port());
      }
    }
    for (int i = primaries; i < nodes.size(); i++) {
      replicate(nodes, nodes.get(i), nodes.get(i % primaries));
    }
    awaitHealthy(nodes);
  }

  /// Makes `replica` a replica of `primary`, as soon as it knows it.
  static void replicate(
      List<? extends ClusterNode> nodes, ClusterNode replica, ClusterNode primary) {
    String id = primary.text("CLUSTER", "MYID");
    await(
        nodes,
        replica + " replicates " + primary,
        () -> "OK".equals(replica.call("CLUSTER", "REPLICATE", id)));
  }

  /// Waits until every node that runs says that the cluster is well, all of them tell the same
  /// story, and every replica is in sync with its primary.
  public static void awaitHealthy(List<? extends ClusterNode> nodes) {
    for (ClusterNode node : running(nodes)) {
      await(
          nodes,
          node + " says that the cluster is well",
          () -> node.field("cluster_state", "CLUSTER", "INFO").equals("ok"));
    }
    await(nodes, "all nodes agree", () -> agree(nodes));
    for (ClusterNode node : running(nodes)) {
      await(nodes, node + " is in sync", () -> node.isPrimary() || node.isInSync());
    }
  }

  /// Whether all nodes that run believe the same of every node that runs, its role, its primary and
  /// its slots, and suspect none of them.
  public static boolean agree(List<? extends ClusterNode> nodes) {
    Set<List<String>> stories = new HashSet<>();
    List<? extends ClusterNode> running = running(nodes);
    for (ClusterNode node : running) {
      List<String> story = new ArrayList<>();
      for (ClusterLine line : ClusterLine.all(node)) {
        if (running.stream().anyMatch(other -> other.port() == line.port())) {
          if (line.isSuspected()) {
            return false;
          }
          story.add(line.story());
        }
      }
      story.sort(null);
      if (story.size() != running.size()) {
        return false;
      }
      stories.add(story);
    }
    return stories.size() == 1;
  }

  /// The nodes that run.
  public static <N extends ClusterNode> List<N> running(List<N> nodes) {
    return nodes.stream().filter(ClusterNode::isRunning).toList();
  }

  /// The running primary that says that it serves `key`.
  public static <N extends ClusterNode> N primaryOf(List<N> nodes, String key) {
    int slot = slot(key);
    for (N node : running(nodes)) {
      for (ClusterLine line : ClusterLine.all(node)) {
        if (line.isMyself() && line.isPrimary() && line.serves(slot)) {
          return node;
        }
      }
    }
    throw new IllegalStateException("no running primary serves slot " + slot);
  }

  /// The running replicas of a primary that runs.
  public static <N extends ClusterNode> List<N> replicasOf(List<N> nodes, ClusterNode primary) {
    String id = primary.text("CLUSTER", "MYID");
    List<N> found = new ArrayList<>();
    for (ClusterLine line : ClusterLine.all(primary)) {
      if (line.primaryId().equals(id)) {
        running(nodes).stream().filter(node -> node.port() == line.port()).forEach(found::add);
      }
    }
    return found;
  }

  /// The slot of a key.
  public static int slot(String key) {
    return Slot.of(key.getBytes(StandardCharsets.UTF_8));
  }

  /// Waits until `condition` holds, for a minute at most; the error tells what the nodes said.
  public static void await(
      List<? extends ClusterNode> nodes, String what, Await.Condition condition) {
    try {
      Await.until(what, LIMIT, condition);
    } catch (AssertionError inVain) {
      throw new AssertionError(inVain.getMessage() + report(nodes), inVain.getCause());
    }
  }

  private static String report(List<? extends ClusterNode> nodes) {
    StringBuilder text = new StringBuilder();
    for (ClusterNode node : nodes) {
      String log = node.log();
      text.append("\n--- ").append(node).append(node.isRunning() ? "" : ", which is down");
      text.append("\n").append(log.substring(Math.max(0, log.length() - LOG_CHARS)));
      try {
        text.append(node.isRunning() ? node.text("CLUSTER", "NODES") : "");
      } catch (RuntimeException silent) {
        text.append("no answer: ").append(silent.getMessage()).append("\n");
      }
    }
    return text.toString();
  }
}
