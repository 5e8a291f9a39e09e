package io.skein.engine.cluster.failover;

import io.skein.engine.cluster.bus.NodeFlags;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.LocalState;
import io.skein.engine.cluster.state.LogLevel;
import io.skein.engine.cluster.state.Membership;
import io.skein.engine.cluster.state.Outbox;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Moves this replica to a primary that lost all of its replicas, when its own has some to spare.
///
/// Of all replicas of the primaries with the most of them, the one with the smallest id goes. Two
/// may go at once when they see the cluster differently, which is harmless.
public final class ReplicaMigration {
  /// How long a primary must be orphaned: after a failover its old replicas need a while to say
  /// that they follow it.
  private static final long DELAY_MS = 5000;

  private final LocalState local;
  private final Membership members;
  private final Roles roles;
  private final Outbox out;

  public ReplicaMigration(LocalState local, Roles roles, Outbox out) {
    this.local = local;
    this.members = local.members;
    this.roles = roles;
    this.out = out;
  }

  /// To be called ten times a second.
  ///
  /// @param clusterOk whether the cluster serves clients
  public void tick(boolean clusterOk, long nowMs) {
    ClusterNode myself = members.myself();
    ClusterNode primary = myself.primary();
    if (!clusterOk || primary == null || !local.settings().replicas().allowMigration()) {
      return;
    }
    int most = 0;
    boolean anyOrphan = false;
    for (ClusterNode node : members.nodes()) {
      if (node.isPrimary() && !node.isFailed()) {
        most = Math.max(most, node.workingReplicas());
        anyOrphan |= isOrphan(node) && node.slotCount() > 0;
      }
    }
    if (!anyOrphan || most < 2 || primary.workingReplicas() != most || !canSpareMe(primary)) {
      return;
    }
    ClusterNode target = target(nowMs);
    if (target != null && nowMs - target.orphanedMs > DELAY_MS && isFirst(myself, most)) {
      out.log(LogLevel.NOTICE, "Migrating to orphaned master " + target.id());
      roles.follow(target, nowMs);
    }
  }

  private boolean canSpareMe(ClusterNode primary) {
    int working = 0;
    for (ClusterNode replica : primary.replicas()) {
      working += replica.has(NodeFlags.FAIL | NodeFlags.PFAIL) ? 0 : 1;
    }
    return working > local.settings().replicas().migrationBarrier();
  }

  /// The first orphaned primary with slots; notes since when each is.
  private @Nullable ClusterNode target(long nowMs) {
    ClusterNode target = null;
    for (ClusterNode node : members.nodes()) {
      if (!isOrphan(node)) {
        node.orphanedMs = 0;
      } else {
        node.orphanedMs = node.orphanedMs == 0 ? nowMs : node.orphanedMs;
        target = target == null && node.slotCount() > 0 ? node : target;
      }
    }
    return target;
  }

  /// Whether a primary works, is meant to have replicas, and has none that works.
  private static boolean isOrphan(ClusterNode node) {
    return node.isPrimary()
        && !node.isFailed()
        && node.has(NodeFlags.MIGRATE_TO)
        && node.workingReplicas() == 0;
  }

  private boolean isFirst(ClusterNode myself, int most) {
    for (ClusterNode node : members.nodes()) {
      List<ClusterNode> replicas = node.replicas();
      if (node.isPrimary() && node.workingReplicas() == most) {
        for (ClusterNode replica : replicas) {
          if (replica.id().compareTo(myself.id()) < 0) {
            return false;
          }
        }
      }
    }
    return true;
  }
}
