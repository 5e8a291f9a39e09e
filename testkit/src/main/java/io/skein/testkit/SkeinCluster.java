package io.skein.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;

/// A cluster of nodes in this JVM.
///
/// It forms as fast as the nodes gossip: every node is told of every other, slots and replicas are
/// assigned at once, and nothing waits but for a condition.
///
/// *Threads*: any.
public final class SkeinCluster implements AutoCloseable {
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
      Formation.form(cluster.nodes, primaries);
      return cluster;
    } catch (RuntimeException | Error failed) {
      cluster.close();
      throw failed;
    }
  }

  /// All nodes, those that are down included: first the original primaries, then the replicas.
  public List<SkeinNode> nodes() {
    return List.copyOf(nodes);
  }

  /// The nodes that run.
  public List<SkeinNode> running() {
    return Formation.running(nodes);
  }

  /// The nodes that run and say that they are primaries.
  public List<SkeinNode> primaries() {
    return running().stream().filter(SkeinNode::isPrimary).toList();
  }

  /// The nodes that run and say that they are replicas.
  public List<SkeinNode> replicas() {
    return running().stream().filter(node -> !node.isPrimary()).toList();
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
    return Formation.primaryOf(nodes, key);
  }

  /// The running replicas of a primary that runs.
  public List<SkeinNode> replicasOf(SkeinNode primary) {
    return Formation.replicasOf(nodes, primary);
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
    Formation.awaitHealthy(nodes);
  }

  /// Waits until `condition` holds, for a minute at most; the error tells what the nodes said.
  public void await(String what, Await.Condition condition) {
    Formation.await(nodes, what, condition);
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
