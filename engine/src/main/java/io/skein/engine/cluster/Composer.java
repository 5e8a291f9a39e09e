package io.skein.engine.cluster;

import io.skein.engine.cluster.bus.BusHeader;
import io.skein.engine.cluster.bus.BusMessage;
import io.skein.engine.cluster.bus.BusType;
import io.skein.engine.cluster.bus.PingExtension;
import io.skein.engine.cluster.failover.ClusterHealth;
import io.skein.engine.cluster.failover.ManualFailover;
import io.skein.engine.cluster.gossip.BanList;
import io.skein.engine.cluster.gossip.GossipSection;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.ClusterSettings;
import io.skein.engine.cluster.state.LocalState;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// Writes what this node says of itself into messages.
final class Composer {
  private static final int MOST_OPEN_SLOTS = 512;

  private final LocalState local;
  private final GossipSection gossip;
  private final BanList bans;
  private final ManualFailover manual;
  private final ClusterHealth health;

  Composer(
      LocalState local,
      GossipSection gossip,
      BanList bans,
      ManualFailover manual,
      ClusterHealth health) {
    this.local = local;
    this.gossip = gossip;
    this.bans = bans;
    this.manual = manual;
    this.health = health;
  }

  /// @param messageFlags bits of [BusHeader] beside those that follow from our state
  BusHeader header(int messageFlags) {
    ClusterSettings settings = local.settings();
    ClusterNode myself = local.myself();
    ClusterNode primary = myself.primary();
    ClusterNode claimant = primary == null ? myself : primary;
    boolean tls = settings.ports().tlsCluster();
    return new BusHeader(
        myself.id(),
        local.members.currentEpoch(),
        claimant.configEpoch(),
        local.replicationOffset(),
        claimant.slots(),
        primary == null ? null : primary.id(),
        settings.announcement().ip(),
        tls ? settings.announcedTlsPort() : settings.announcedTcpPort(),
        tls ? settings.announcedTcpPort() : settings.announcedTlsPort(),
        settings.announcedBusPort(),
        myself.flags(),
        health.isOk(),
        messageFlags
            | BusHeader.TAKES_OPEN_SLOTS
            | BusHeader.TAKES_EXTRAS
            | (manual.isPausedPrimary() ? BusHeader.PAUSED : 0));
  }

  /// @param receiver null when it is not known who that is
  BusMessage.Heartbeat heartbeat(BusType type, @Nullable ClusterNode receiver, long nowMs) {
    int flags =
        receiver != null && receiver.takesExtras && manual.isOfferedTo(receiver)
            ? BusHeader.HAND_OVER
            : 0;
    return new BusMessage.Heartbeat(
        type, header(flags), gossip.compose(receiver), extensions(receiver, nowMs));
  }

  /// A heartbeat that says why `receiver` does not get our vote.
  BusMessage.Heartbeat denial(ClusterNode receiver, long epoch, String reason, long nowMs) {
    List<PingExtension> extensions = extensions(receiver, nowMs);
    if (receiver.takesExtras) {
      extensions.add(new PingExtension.VoteDenied(epoch, reason));
    }
    return new BusMessage.Heartbeat(BusType.PONG, header(0), List.of(), extensions);
  }

  private List<PingExtension> extensions(@Nullable ClusterNode receiver, long nowMs) {
    ClusterNode myself = local.myself();
    List<PingExtension> extensions = new ArrayList<>(2);
    if (!myself.hostname().isEmpty()) {
      extensions.add(new PingExtension.Hostname(myself.hostname()));
    }
    if (!myself.humanNodename().isEmpty()) {
      extensions.add(new PingExtension.HumanNodename(myself.humanNodename()));
    }
    bans.each(nowMs, (id, ttl) -> extensions.add(new PingExtension.ForgottenNode(id, ttl)));
    // Redis 7.0 ignores a shard id, but writes a warning into its log each time.
    if (receiver == null || !receiver.withoutShardId) {
      extensions.add(new PingExtension.ShardId(myself.shardId()));
    }
    if (receiver != null && receiver.takesOpenSlots && receiver.primary() == myself) {
      extensions.add(new PingExtension.OpenSlots(openSlots(true), openSlots(false)));
    }
    if (receiver != null && receiver.takesExtras) {
      extensions.add(new PingExtension.Facts(local.facts(nowMs)));
    }
    return extensions;
  }

  /// The slots that are going, or those that are coming; at most so many that a heartbeat stays
  /// short.
  private TreeMap<Integer, String> openSlots(boolean going) {
    TreeMap<Integer, String> open = new TreeMap<>();
    BiConsumer<Integer, ClusterNode> add =
        (slot, other) -> {
          if (open.size() < MOST_OPEN_SLOTS) {
            open.put(slot, other.id());
          }
        };
    if (going) {
      local.members.eachMigrating(add);
    } else {
      local.members.eachImporting(add);
    }
    return open;
  }
}
