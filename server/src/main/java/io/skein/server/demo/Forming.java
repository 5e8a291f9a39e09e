package io.skein.server.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Starts the nodes and makes a cluster of them: meet, slots, replicas.
final class Forming {
  private static final int SLOT_COUNT = 16384;
  private static final long START_MS = 60_000;
  private static final long FORM_MS = 60_000;
  private static final long POLL_MS = 20;
  private static final int TIMEOUT_MS = 5000;

  private final List<NodeProcess> nodes;
  private final int primaries;
  private final PrintStream out;

  Forming(List<NodeProcess> nodes, int primaries, PrintStream out) {
    this.nodes = nodes;
    this.primaries = primaries;
    this.out = out;
  }

  /// Starts all processes and waits until each answers.
  void startAll() throws IOException, InterruptedException {
    out.print("Starting " + nodes.size() + " nodes");
    out.flush();
    for (NodeProcess node : nodes) {
      node.start();
    }
    for (NodeProcess node : nodes) {
      awaitPong(node);
      out.print(" " + node.port());
      out.flush();
    }
    out.println();
  }

  private static void awaitPong(NodeProcess node) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + START_MS * 1_000_000;
    while (true) {
      if (!node.isAlive()) {
        throw new IOException("node " + node.port() + " has ended: " + node.lastWords());
      }
      try (NodeClient client = new NodeClient(node.port(), TIMEOUT_MS)) {
        if (client.ask("PING").equals("PONG")) {
          return;
        }
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw new IOException("node " + node.port() + " does not answer: " + e.getMessage(), e);
        }
      }
      Thread.sleep(POLL_MS);
    }
  }

  /// Makes a cluster of nodes that know nothing of each other.
  void form() throws IOException, InterruptedException {
    out.println(
        "Forming the cluster: "
            + primaries
            + " primaries, "
            + (nodes.size() - primaries)
            + " replicas");
    for (int i = 0; i < primaries; i++) {
      int first = SLOT_COUNT * i / primaries;
      int last = SLOT_COUNT * (i + 1) / primaries - 1;
      try (NodeClient client = client(i)) {
        client.ask("CLUSTER", "ADDSLOTSRANGE", "" + first, "" + last);
        client.ask("CLUSTER", "SET-CONFIG-EPOCH", "" + (i + 1));
      }
      out.println("  " + nodes.get(i).port() + " serves slots " + first + " to " + last);
    }
    try (NodeClient first = client(0)) {
      for (int i = 1; i < nodes.size(); i++) {
        first.ask("CLUSTER", "MEET", "127.0.0.1", "" + nodes.get(i).port());
      }
    }
    out.println("  waiting until all nodes have met");
    for (int i = 0; i < nodes.size(); i++) {
      awaitInfo(i, "cluster_known_nodes:" + nodes.size());
    }
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < primaries; i++) {
      try (NodeClient client = client(i)) {
        ids.add(client.ask("CLUSTER", "MYID"));
      }
    }
    for (int i = primaries; i < nodes.size(); i++) {
      int primary = i % primaries;
      try (NodeClient client = client(i)) {
        replicate(client, ids.get(primary));
      }
      out.println("  " + nodes.get(i).port() + " replicates " + nodes.get(primary).port());
    }
    awaitHealthy();
  }

  /// A node refuses to replicate one that it has not finished shaking hands with.
  private static void replicate(NodeClient client, String id)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + FORM_MS * 1_000_000;
    while (true) {
      try {
        client.ask("CLUSTER", "REPLICATE", id);
        return;
      } catch (IOException e) {
        if (System.nanoTime() > deadline) {
          throw e;
        }
      }
      Thread.sleep(POLL_MS);
    }
  }

  /// Waits until every node says that the cluster is well and every replica is in sync.
  void awaitHealthy() throws IOException, InterruptedException {
    out.println("  waiting until the cluster is healthy");
    long began = System.nanoTime();
    for (int i = 0; i < nodes.size(); i++) {
      awaitInfo(i, "cluster_state:ok");
    }
    for (int i = 0; i < nodes.size(); i++) {
      awaitInSync(i);
    }
    out.println(
        String.format(
            Locale.ROOT, "The cluster is up (%.1f s).", (System.nanoTime() - began) / 1e9));
  }

  private void awaitInSync(int i) throws IOException, InterruptedException {
    await(
        i,
        "is not in sync with its primary",
        client -> {
          String info = client.ask("INFO", "replication");
          return info.contains("role:master") || info.contains("master_link_status:up");
        });
  }

  private void awaitInfo(int i, String line) throws IOException, InterruptedException {
    await(
        i,
        "does not say " + line,
        client -> List.of(client.ask("CLUSTER", "INFO").split("\r\n")).contains(line));
  }

  private interface Check {
    boolean holds(NodeClient client) throws IOException;
  }

  private void await(int i, String complaint, Check check)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + FORM_MS * 1_000_000;
    while (true) {
      try (NodeClient client = client(i)) {
        if (check.holds(client)) {
          return;
        }
      }
      if (System.nanoTime() > deadline) {
        throw new IOException(
            "node " + nodes.get(i).port() + " " + complaint + "; see " + nodes.get(i).log());
      }
      Thread.sleep(POLL_MS);
    }
  }

  private NodeClient client(int i) throws IOException {
    return new NodeClient(nodes.get(i).port(), TIMEOUT_MS);
  }
}
