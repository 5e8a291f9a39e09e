package io.skein.testkit;

import io.skein.engine.bytes.Slot;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/// A cluster of nodes in this JVM.
///
/// It forms as fast as the nodes gossip: every node is told of every other, slots and replicas are
/// assigned at once, and nothing waits but for a condition.
///
/// *Threads*: any.
public final class SkeinCluster implements AutoCloseable {
  private static final int SLOT_COUNT = 16384;

  /// Long enough for a machine with much else to do.
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final List<String> OPTIONS =
      List.of(
          "--cluster-enabled",
          "yes",
          "--cluster-node-timeout",
          "1000",
          "--repl-timeout",
          "5",
          "--repl-ping-replica-period",
          "1",
          "--repl-diskless-sync-delay",
          "0");

  private final List<SkeinNode> nodes = new ArrayList<>();

  private SkeinCluster() {}

  /// Starts a cluster and waits until it is healthy.
  ///
  /// @param primaries how many primaries; they share the slots evenly
  /// @param replicasPerPrimary how many replicas each has
  /// @param options more options for every node, as words of redis-server's command line; they win
  ///   over the kit's own, which are a node timeout of one second and no save points
  public static SkeinCluster start(int primaries, int replicasPerPrimary, String... options) {
    if (primaries < 1 || replicasPerPrimary < 0) {
      throw new IllegalArgumentException(primaries + " primaries, " + replicasPerPrimary + " each");
    }
    List<String> words = new ArrayList<>(OPTIONS);
    words.addAll(Arrays.asList(options));
    SkeinCluster cluster = new SkeinCluster();
    try {
      for (int i = 0; i < primaries * (1 + replicasPerPrimary); i++) {
        cluster.nodes.add(SkeinNode.startOnFreePort(null, words));
      }
      cluster.form(primaries);
      return cluster;
    } catch (RuntimeException | Error failed) {
      cluster.close();
      throw failed;
    }
  }

  private void form(int primaries) {
    for (int i = 0; i < primaries; i++) {
      int first = SLOT_COUNT * i / primaries;
      int last = SLOT_COUNT * (i + 1) / primaries - 1;
      nodes.get(i).call("CLUSTER", "ADDSLOTSRANGE", "" + first, "" + last);
      nodes.get(i).call("CLUSTER", "SET-CONFIG-EPOCH", "" + (i + 1));
    }
    // Everybody meets everybody: gossip would do it in time, but a node gossips only of some.
    for (int i = 0; i < nodes.size(); i++) {
      for (SkeinNode other : nodes.subList(i + 1, nodes.size())) {
        nodes.get(i).call("CLUSTER", "MEET", other.host(), "" + other.port());
      }
    }
    for (int i = primaries; i < nodes.size(); i++) {
      SkeinNode replica = nodes.get(i);
      String primary = id(nodes.get(i % primaries));
      // Refused until the two have shaken hands.
      await(
          replica + " replicates " + primary,
          () -> "OK".equals(replica.call("CLUSTER", "REPLICATE", primary)));
    }
    awaitHealthy();
  }

  /// All nodes, those that are down included: first the original primaries, then the replicas.
  public List<SkeinNode> nodes() {
    return List.copyOf(nodes);
  }

  /// The nodes that run.
  public List<SkeinNode> running() {
    return nodes.stream().filter(SkeinNode::isRunning).toList();
  }

  /// The nodes that run and say that they are primaries.
  public List<SkeinNode> primaries() {
    return running().stream().filter(node -> role(node).equals("master")).toList();
  }

  /// The nodes that run and say that they are replicas.
  public List<SkeinNode> replicas() {
    return running().stream().filter(node -> role(node).equals("slave")).toList();
  }

  private static String role(SkeinNode node) {
    return node.field("role", "INFO", "replication");
  }

  /// The id of a node that runs.
  public String id(SkeinNode node) {
    return node.text("CLUSTER", "MYID");
  }

  /// `host:port` of every node.
  public List<String> addresses() {
    return nodes.stream().map(SkeinNode::address).toList();
  }

  /// The node that serves `key`, as the nodes that run see it.
  public SkeinNode primaryOf(String key) {
    int slot = slot(key);
    for (SkeinNode node : primaries()) {
      for (ClusterLine line : ClusterLine.all(node)) {
        if (line.isMyself() && line.serves(slot)) {
          return node;
        }
      }
    }
    throw new IllegalStateException("no running primary serves slot " + slot);
  }

  /// The running replicas of a primary that runs.
  public List<SkeinNode> replicasOf(SkeinNode primary) {
    String id = id(primary);
    List<SkeinNode> found = new ArrayList<>();
    for (ClusterLine line : ClusterLine.all(primary)) {
      if (line.primaryId().equals(id)) {
        nodes.stream()
            .filter(node -> node.isRunning() && node.port() == line.port())
            .forEach(found::add);
      }
    }
    return found;
  }

  /// The slot of a key.
  public static int slot(String key) {
    byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
    return Slot.of(bytes, 0, bytes.length);
  }

  /// Has the network between two nodes drop everything, both ways, closing nothing; clients still
  /// reach both.
  public void cut(SkeinNode one, SkeinNode other) {
    one.cutTo(other);
    other.cutTo(one);
  }

  /// Has the network between two nodes work again.
  public void heal(SkeinNode one, SkeinNode other) {
    one.healTo(other);
    other.healTo(one);
  }

  /// Cuts every link between the nodes of `side` and all others.
  public void partition(Collection<SkeinNode> side) {
    forEachLinkOut(side, this::cut);
  }

  /// Has the whole network work again.
  public void healAll() {
    for (SkeinNode node : nodes) {
      forEachLinkOut(List.of(node), this::heal);
    }
  }

  private void forEachLinkOut(Collection<SkeinNode> side, BiConsumer<SkeinNode, SkeinNode> action) {
    for (SkeinNode inside : side) {
      for (SkeinNode outside : nodes) {
        if (!side.contains(outside)) {
          action.accept(inside, outside);
        }
      }
    }
  }

  /// Waits until every node that runs says that the cluster is well, all of them tell the same
  /// story, and every replica is in sync with its primary.
  public void awaitHealthy() {
    for (SkeinNode node : running()) {
      await(
          node + " says that the cluster is well",
          () -> node.field("cluster_state", "CLUSTER", "INFO").equals("ok"));
    }
    await("all nodes agree", this::agree);
    for (SkeinNode node : running()) {
      await(
          node + " is in sync",
          () ->
              role(node).equals("master")
                  || node.field("master_link_status", "INFO", "replication").equals("up"));
    }
  }

  /// Whether all nodes that run believe the same of every node that runs: its role, its primary and
  /// its slots.
  public boolean agree() {
    Set<List<String>> stories = new HashSet<>();
    List<SkeinNode> running = running();
    for (SkeinNode node : running) {
      List<String> story = new ArrayList<>();
      for (ClusterLine line : ClusterLine.all(node)) {
        if (running.stream().anyMatch(other -> other.port() == line.port())) {
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

  /// Waits until `condition` holds, for a minute at most.
  public void await(String what, Await.Condition condition) {
    Await.until(what, LIMIT, condition);
  }

  @Override
  public void close() {
    nodes.forEach(SkeinNode::close);
  }

  @Override
  public String toString() {
    return "cluster of " + addresses();
  }
}
