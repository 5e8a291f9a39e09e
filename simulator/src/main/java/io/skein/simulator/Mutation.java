package io.skein.simulator;

import io.skein.engine.cluster.ClusterEvent;
import io.skein.engine.cluster.ClusterView;
import io.skein.engine.cluster.bus.BusDecoder;
import io.skein.engine.cluster.bus.BusFormatException;
import io.skein.engine.cluster.bus.BusMessage;
import io.skein.engine.cluster.bus.SlotSet;
import org.jspecify.annotations.Nullable;

/// A bug that nodes have on purpose, so that it is known that the simulation would notice it.
enum Mutation {
  /// Nodes are as they are.
  NONE,
  /// A vote is sent before it is on disk.
  VOTE_BEFORE_DISK,
  /// A primary that was replaced does not hear of it, and keeps its slots.
  STALE_PRIMARY,
  /// A replica says that it has all of its primary's writes, whatever it has.
  MISSED_WRITES;

  /// Whether a node that is [#STALE_PRIMARY] does not take in a message: one that claims its slots
  /// under a newer epoch.
  static boolean isDeaf(SimNode node, byte[] bytes) {
    ClusterView view = node.view();
    if (view == null || !view.myself().isPrimary()) {
      return false;
    }
    try {
      return switch (BusDecoder.decode(bytes)) {
        case BusMessage.Heartbeat heartbeat ->
            takes(view, heartbeat.header().slots(), heartbeat.header().configEpoch());
        case BusMessage.Update update -> takes(view, update.slots(), update.configEpoch());
        default -> false;
      };
    } catch (BusFormatException unreadable) {
      return false;
    }
  }

  private static boolean takes(ClusterView view, SlotSet claimed, long epoch) {
    SlotSet mine = view.myself().slots();
    return epoch > view.myself().configEpoch() && !mine.minus(claimed).equals(mine);
  }

  /// What `node` says of its data plane.
  ClusterEvent.DataPlane status(SimNode node, ClusterEvent.DataPlane truth) {
    @Nullable Host followed = node.followed();
    if (this == MISSED_WRITES
        && followed instanceof SimNode primary
        && primary.plane() instanceof DataPlane data) {
      return new ClusterEvent.DataPlane(
          data.status().replicationOffset(), truth.primarySilentMs(), truth.writesPaused());
    }
    return truth;
  }
}
