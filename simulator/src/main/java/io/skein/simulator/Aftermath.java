package io.skein.simulator;

import io.skein.engine.bytes.Slot;
import io.skein.engine.cluster.ClusterView;
import io.skein.engine.cluster.NodeView;
import io.skein.engine.cluster.bus.NodeFlags;
import io.skein.engine.machine.Invariant;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What must hold when nothing goes wrong any more, and what came of the writes.
final class Aftermath {
  private static final int SHOWN_FLAGS =
      NodeFlags.PRIMARY
          | NodeFlags.REPLICA
          | NodeFlags.PFAIL
          | NodeFlags.FAIL
          | NodeFlags.HANDSHAKE
          | NodeFlags.NOADDR;

  private final World world;
  private String obstacle = "";

  Aftermath(World world) {
    this.world = world;
  }

  /// What was in the way when it was looked last.
  String obstacle() {
    return obstacle;
  }

  private boolean not(String why) {
    obstacle = why;
    return false;
  }

  /// Whether everybody knows everybody and has a link to it.
  boolean isAcquainted() {
    for (SimNode node : world.nodes) {
      ClusterView view = node.view();
      if (view == null || view.nodes().size() != world.nodes.size()) {
        return not(node.name + " does not know all");
      }
      for (NodeView other : view.nodes()) {
        if (other.inHandshake() || !other.linkUp()) {
          return not(node.name + " has no link to " + other.ip());
        }
      }
    }
    return true;
  }

  /// Whether each node is what it was meant to be.
  boolean isFormed() {
    for (SimNode node : world.nodes) {
      ClusterView view = node.view();
      boolean primary = node.number < world.options.primaries();
      if (view == null || view.myself().isPrimary() != primary) {
        return not(node.name + " has not its role");
      }
    }
    return true;
  }

  /// Whether all nodes serve and see the same, and replicas have what their primaries have.
  boolean isWhole() {
    ClusterView first = world.nodes.getFirst().view();
    if (first == null) {
      return not("a node is not there");
    }
    for (SimNode node : world.nodes) {
      ClusterView view = node.view();
      if (view == null || !view.ok()) {
        return not(node.name + " does not serve");
      }
      if (!seesTheSame(node.name, view, first)) {
        return false;
      }
      DataPlane plane = node.plane();
      // A node that comes back with keys of slots that are another's now says so by a mark.
      boolean open =
          world.options.profile().losesNothing()
              && (view.isAnyMigrating() || view.isAnyImporting());
      if (plane == null || open || !plane.isSettled()) {
        return not(node.name + " has slots on their way");
      }
      if (!hasEqualData(node, view)) {
        return false;
      }
    }
    for (int slot = 0; slot < Slot.SLOT_COUNT; slot++) {
      if (first.owner(slot) == null) {
        return not("slot " + slot + " has no owner");
      }
    }
    return true;
  }

  private boolean seesTheSame(String who, ClusterView view, ClusterView first) {
    if (view.nodes().size() != world.nodes.size()) {
      return not(who + " knows " + view.nodes().size() + " nodes");
    }
    for (NodeView mine : view.nodes()) {
      NodeView theirs = first.node(mine.id());
      if (theirs == null) {
        return not(who + " knows " + mine.id() + ", which n0 does not");
      }
      boolean same =
          (mine.flags() & SHOWN_FLAGS) == (theirs.flags() & SHOWN_FLAGS)
              && Objects.equals(mine.primaryId(), theirs.primaryId())
              && (mine.configEpoch() == theirs.configEpoch() || mine.isReplica())
              && mine.slots().equals(theirs.slots());
      if (!same) {
        return not(who + " and n0 disagree about " + mine.ip() + ": " + mine + " / " + theirs);
      }
      if (mine.isFailed() || mine.isSuspected() || !mine.linkUp()) {
        return not(who + " does not reach " + mine.ip());
      }
    }
    return true;
  }

  private boolean hasEqualData(SimNode node, ClusterView view) {
    DataPlane plane = node.plane();
    String primaryId = view.myself().primaryId();
    if (plane == null || !plane.isInSync()) {
      return not(node.name + " is not in sync");
    }
    if (primaryId == null) {
      return true;
    }
    for (SimNode primary : world.nodes) {
      DataPlane other = primary.plane();
      if (other != null && primary.id().equals(primaryId)) {
        return plane.digest() == other.digest() || not(node.name + " has other data");
      }
    }
    return not("the primary of " + node.name + " is not there");
  }

  // ---- the writes

  Outcome outcome(long healUs, EnumMap<Fault, Integer> faults, int elections) {
    long acknowledged = 0;
    long lost = 0;
    long replicated = 0;
    EnumMap<Fates.Fate, Integer> replicatedLost = new EnumMap<>(Fates.Fate.class);
    for (SimClient client : world.clients) {
      for (SimClient.Write write : client.acknowledged) {
        String found = find(write.key());
        world.checkRead(write.key(), write.value(), found);
        acknowledged++;
        replicated += write.replicated() ? 1 : 0;
        lost += found == null ? 1 : 0;
        if (found == null) {
          world.losses.check(write);
        }
        if (found == null && write.replicated()) {
          replicatedLost.merge(world.fates.of(write.key()), 1, Integer::sum);
        }
      }
    }
    Invariant.check(acknowledged > 0, "no write was ever acknowledged");
    return new Outcome(
        world.trace.hash(),
        world.schedule.steps(),
        world.schedule.nowUs(),
        healUs,
        elections,
        faults,
        acknowledged,
        lost,
        replicated,
        replicatedLost,
        world.checks.longestIsolatedWriteMs,
        world.losses.crashes());
  }

  private @Nullable String find(String key) {
    int slot = Slot.of(key.getBytes(StandardCharsets.ISO_8859_1));
    for (SimNode node : world.nodes) {
      ClusterView view = node.view();
      DataPlane plane = node.plane();
      if (view != null && plane != null && view.isMine(slot)) {
        return plane.get(key);
      }
    }
    return null;
  }
}
