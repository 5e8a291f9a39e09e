package io.skein.engine.cluster;

import io.skein.engine.cluster.bus.NodeFacts;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.LocalState;
import java.util.ArrayList;
import java.util.List;

/// Hazards to what was acknowledged.
final class DataSafety {
  /// How long a replica may be away, at least, without needing a whole copy.
  private static final long LEAST_ABSENCE_S = 60;

  private final LocalState local;
  private final Condition own;

  DataSafety(LocalState local, Condition own) {
    this.local = local;
    this.own = own;
  }

  void examine(List<Finding> found) {
    ClusterNode myself = local.myself();
    persistence(found);
    if (own.appendOnly() && own.neverFlushes()) {
      found.add(
          Doctor.danger(
              "The append only file of this node is never flushed (appendfsync no): half a minute of"
                  + " writes is lost with the machine's power.",
              "CONFIG SET appendfsync everysec."));
    }
    boolean feeds = myself.isPrimary() && myself.slotCount() > 0 && !myself.replicas().isEmpty();
    if (feeds && own.minReplicasToWrite() == 0) {
      found.add(
          Doctor.note(
              "If this primary is cut off from the others, it goes on accepting writes for the node"
                  + " timeout ("
                  + local.settings().nodeTimeoutMs()
                  + " ms), which are lost when a replica was elected meanwhile"
                  + " (min-replicas-to-write 0).",
              "CONFIG SET min-replicas-to-write 1, or have clients use WAIT, where that matters."));
    }
    backlog(found);
  }

  /// A process that comes back without its data is worse than one that stays away: its replicas
  /// copy what it has.
  private void persistence(List<Finding> found) {
    List<String> forgetful = new ArrayList<>();
    for (ClusterNode node : local.members.nodes()) {
      boolean mine = node == local.myself();
      NodeFacts told = node.facts;
      boolean keeps =
          mine ? own.appendOnly() || own.snapshots() : told == null || told.isPersistent();
      if (!keeps && node.isPrimary() && node.slotCount() > 0) {
        forgetful.add(node.label());
      }
    }
    if (!forgetful.isEmpty()) {
      found.add(
          Doctor.danger(
              "Primaries that save nothing (appendonly no, save \"\"): "
                  + String.join(", ", forgetful)
                  + ". If such a process ends and is started again before it was failed over, it comes"
                  + " back empty, and its replicas copy that.",
              "CONFIG SET appendonly yes, or set save; or have no supervisor start it again at once."));
    }
  }

  private void backlog(List<Finding> found) {
    ClusterNode myself = local.myself();
    long perSecond = own.bytesPerSecond();
    if (!myself.isPrimary() || perSecond <= 0) {
      return;
    }
    long seconds = own.backlogBytes() / perSecond;
    if (seconds < LEAST_ABSENCE_S) {
      found.add(
          Doctor.danger(
              "The log of this node grows by "
                  + perSecond
                  + " bytes a second, so that what it keeps ("
                  + own.backlogBytes()
                  + " bytes) reaches back "
                  + seconds
                  + " s: a replica that is away for longer needs a whole copy.",
              "CONFIG SET repl-backlog-size or repl-backlog-disk-size to "
                  + perSecond * LEAST_ABSENCE_S
                  + " or more."));
    }
  }
}
