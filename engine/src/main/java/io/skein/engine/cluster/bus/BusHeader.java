package io.skein.engine.cluster.bus;

import org.jspecify.annotations.Nullable;

/// What every message says about its sender.
///
/// @param configEpoch the sender's, or its primary's when it is a replica
/// @param slots the sender's, or its primary's when it is a replica
/// @param primaryId the sender's primary, or null for a primary
/// @param ip the address to use for the sender, or empty to use the one it is seen to have
/// @param port the client port: the TLS one when the bus uses TLS
/// @param secondaryPort the other client port, or 0
/// @param flags bits of [NodeFlags]
/// @param clusterOk whether the sender believes that the cluster serves clients
/// @param messageFlags bits: [#PAUSED], [#FORCE_ACK], [#TAKES_OPEN_SLOTS], [#TAKES_EXTRAS],
///   [#HAND_OVER]
public record BusHeader(
    String sender,
    long currentEpoch,
    long configEpoch,
    long replicationOffset,
    SlotSet slots,
    @Nullable String primaryId,
    String ip,
    int port,
    int secondaryPort,
    int busPort,
    int flags,
    boolean clusterOk,
    int messageFlags) {
  /// The sender is a primary that holds back writes for a manual failover: its offset is final.
  public static final int PAUSED = 1;

  /// Vote even though the primary works: a manual failover.
  public static final int FORCE_ACK = 2;

  /// The sender understands [PingExtension.OpenSlots]; in the third byte, which Redis leaves zero.
  public static final int TAKES_OPEN_SLOTS = 1 << 16;

  /// The sender understands [#HAND_OVER], and [PingExtension.VoteDenied] and [PingExtension.Facts];
  /// in the third byte, too.
  public static final int TAKES_EXTRAS = 1 << 17;

  /// The sender, a primary, is about to shut down: the receiver, a replica of its, is to ask for a
  /// manual failover; in the third byte, too.
  public static final int HAND_OVER = 1 << 18;

  /// The bits of the third byte.
  static final int OURS = TAKES_OPEN_SLOTS | TAKES_EXTRAS | HAND_OVER;

  /// Extensions follow the gossip. The codec sets and reads this one.
  static final int EXTENSIONS = 4;

  public boolean isPaused() {
    return (messageFlags & PAUSED) != 0;
  }

  public boolean takesOpenSlots() {
    return (messageFlags & TAKES_OPEN_SLOTS) != 0;
  }

  public boolean takesExtras() {
    return (messageFlags & TAKES_EXTRAS) != 0;
  }

  public boolean asksToTakeOver() {
    return (messageFlags & HAND_OVER) != 0;
  }

  public boolean forcesVote() {
    return (messageFlags & FORCE_ACK) != 0;
  }
}
