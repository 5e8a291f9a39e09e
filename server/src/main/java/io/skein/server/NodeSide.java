package io.skein.server;

import io.skein.engine.cluster.ClusterEffect;
import io.skein.engine.cluster.ClusterEvent;
import io.skein.engine.cluster.bus.SlotSet;
import io.skein.engine.node.Node;
import io.skein.server.bus.DataSide;
import org.jspecify.annotations.Nullable;

/// A node as its control plane sees it.
final class NodeSide implements DataSide {
  private final Node node;

  NodeSide(Node node) {
    this.node = node;
  }

  @Override
  public void carryOut(ClusterEffect effect) {
    node.carryOut(effect);
  }

  @Override
  public ClusterEvent.DataPlane status() {
    return node.clusterStatus();
  }

  @Override
  public ClusterEvent.Surroundings surroundings() {
    return node.clusterSurroundings();
  }

  @Override
  public @Nullable SlotSet slotsWithKeys() {
    return node.slotsWithKeys();
  }
}
