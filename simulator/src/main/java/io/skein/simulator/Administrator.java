package io.skein.simulator;

import io.skein.engine.cluster.ClusterEffect;
import io.skein.engine.cluster.ClusterRequest;
import io.skein.engine.cluster.ClusterView;
import io.skein.engine.cluster.NodeView;
import io.skein.engine.cluster.bus.SlotSet;
import io.skein.engine.cluster.state.EpochOrigin;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Orders what people order of a cluster, at bad moments too, and tidies up after it.
///
/// One rule is kept, since nothing else stands between two orders for the same slots: who orders a
/// node to take an epoch knows of the orders before, and so does that node.
final class Administrator {
  private static final int FORCE_ONE_IN = 4;
  private static final int SLOT_COUNT = 16_384;

  private final World world;
  private final SplittableRandom random;

  /// The newest epoch that was taken because of an order.
  private long ordered;

  private boolean tampered;

  Administrator(World world, SplittableRandom random) {
    this.world = world;
    this.random = random;
  }

  /// Whether nodes were made to forget each other.
  boolean hasTampered() {
    return tampered;
  }

  private @Nullable SimNode draw(Predicate<SimNode> test) {
    List<SimNode> fit = new ArrayList<>();
    for (SimNode node : world.nodes) {
      if (node.isServing() && !node.isPaused() && test.test(node)) {
        fit.add(node);
      }
    }
    return fit.isEmpty() ? null : fit.get(random.nextInt(fit.size()));
  }

  private static boolean isReplica(SimNode node) {
    ClusterView view = node.view();
    return view != null && view.myself().isReplica();
  }

  /// Gives an order, unless the node has died of the one before.
  private static void order(SimNode node, ClusterRequest request) {
    if (node.isServing()) {
      node.say("is told " + request + ": " + node.request(request));
    }
  }

  /// Has a replica take its primary's place, with everybody's help.
  void failOver(boolean mayForce) {
    SimNode replica = draw(Administrator::isReplica);
    if (replica != null) {
      boolean force = mayForce && random.nextInt(FORCE_ONE_IN) == 0;
      order(
          replica,
          new ClusterRequest.Failover(
              force ? ClusterRequest.FailoverMode.FORCE : ClusterRequest.FailoverMode.COORDINATED));
    }
  }

  /// Has a replica take its primary's place without asking anybody.
  void takeOver() {
    SimNode replica = draw(node -> isReplica(node) && node.currentEpoch() >= ordered);
    if (replica != null) {
      ordered = EpochOrigin.ORDER.after(replica.currentEpoch());
      order(replica, new ClusterRequest.Failover(ClusterRequest.FailoverMode.TAKEOVER));
    }
  }

  /// Has a primary take a new epoch.
  void bump() {
    SimNode primary = draw(this::ownsItsSlots);
    if (primary != null) {
      ordered = Math.max(ordered, EpochOrigin.ORDER.after(primary.currentEpoch()));
      order(primary, new ClusterRequest.BumpEpoch());
    }
  }

  /// Whether a primary has slots, and nobody has any of them under a newer epoch.
  private boolean ownsItsSlots(SimNode node) {
    ClusterView view = node.view();
    if (view == null || view.myself().slots().isEmpty()) {
      return false;
    }
    SlotSet slots = view.myself().slots();
    for (SimNode other : world.nodes) {
      String conf = other.disk.nodesConf;
      ClusterView theirs = other.view();
      if (other != node && theirs == null && conf != null) {
        return false; // what it will claim when it comes back is not known
      }
      if (other != node && theirs != null) {
        NodeView owner = theirs.myself();
        for (int slot = 0; slot < SLOT_COUNT; slot++) {
          if (owner.slots().contains(slot) && slots.contains(slot)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  /// Has everybody who can be reached forget a replica, which is not told.
  @Nullable SimNode forget() {
    SimNode gone = draw(Administrator::isReplica);
    if (gone != null) {
      tampered = true;
      gone.say("is to be forgotten");
      for (SimNode node : world.nodes) {
        if (node != gone && node.isServing() && !node.isPaused()) {
          node.request(new ClusterRequest.Forget(gone.id()));
        }
      }
    }
    return gone;
  }

  /// Resets a replica: it knows nobody any more, and after a hard reset nobody knows it.
  @Nullable SimNode reset() {
    SimNode node = draw(Administrator::isReplica);
    if (node != null) {
      tampered = true;
      order(node, new ClusterRequest.Reset(random.nextBoolean(), true));
    }
    return node;
  }

  /// Acquaints those who should know each other, has those forgotten that are no more, and makes a
  /// primary without slots a replica. What cannot be done now has to be tried again.
  void tidyUp() {
    LinkedHashSet<String> ids = new LinkedHashSet<>();
    for (SimNode node : world.nodes) {
      if (!node.isServing() || node.isPaused()) {
        return;
      }
      ids.add(node.id());
    }
    for (SimNode node : world.nodes) {
      ClusterView view = node.view();
      if (view != null) {
        acquaint(node, view);
        for (NodeView other : view.nodes()) {
          if (!other.inHandshake() && !ids.contains(other.id())) {
            order(node, new ClusterRequest.Forget(other.id()));
          }
        }
        if (view.myself().isPrimary() && view.myself().slots().isEmpty()) {
          makeReplica(node, view);
        }
      }
    }
  }

  private void acquaint(SimNode node, ClusterView view) {
    for (SimNode other : world.nodes) {
      if (other != node && other.isServing() && view.node(other.id()) == null) {
        order(node, new ClusterRequest.Meet(other.ip(), SimNode.CLIENT_PORT, SimNode.BUS_PORT));
      }
    }
  }

  private void makeReplica(SimNode node, ClusterView view) {
    List<String> primaries = new ArrayList<>();
    for (NodeView other : view.nodes()) {
      if (other.isPrimary() && !other.slots().isEmpty() && !other.isFailed()) {
        primaries.add(other.id());
      }
    }
    DataPlane plane = node.plane();
    if (!primaries.isEmpty() && plane != null) {
      // A reset left its old file, which a restart since then has loaded.
      node.data.give(() -> {
        if (plane.order("FLUSHALL").isEmpty()) {
          plane.carryOut(new ClusterEffect.DropAllData());
        }
      });
      String primary = primaries.get(random.nextInt(primaries.size()));
      order(node, new ClusterRequest.Replicate(primary, false));
    }
  }
}
