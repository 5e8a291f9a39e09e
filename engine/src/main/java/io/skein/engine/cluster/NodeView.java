package io.skein.engine.cluster;

import io.skein.engine.cluster.bus.NodeFlags;
import io.skein.engine.cluster.bus.SlotSet;
import org.jspecify.annotations.Nullable;

/// One node as a [ClusterView] shows it.
///
/// @param id 40 hexadecimal digits
/// @param ip the address, empty when it is not known
/// @param tcpPort the plain client port, 0 for none
/// @param tlsPort the TLS client port, 0 for none
/// @param hostname announced, or empty
/// @param humanNodename announced, or empty
/// @param flags bits of [NodeFlags]
/// @param primaryId the primary of a replica, when it is known
/// @param pingSentMs when the ping that is waited for was sent, or 0
/// @param linkUp whether our link to the node stands; true for ourselves
/// @param replicationOffset the last one known
/// @param slots what the node serves; a replica serves none
/// @param ordinal a small number that no other node of the view has, and the node keeps while it is
///   known
public record NodeView(
    String id,
    String ip,
    int tcpPort,
    int tlsPort,
    int busPort,
    String hostname,
    String humanNodename,
    int flags,
    @Nullable String primaryId,
    String shardId,
    long pingSentMs,
    long pongReceivedMs,
    long configEpoch,
    boolean linkUp,
    long replicationOffset,
    SlotSet slots,
    int ordinal) {

  public boolean isPrimary() {
    return (flags & NodeFlags.PRIMARY) != 0;
  }

  public boolean isReplica() {
    return (flags & NodeFlags.REPLICA) != 0;
  }

  public boolean isFailed() {
    return (flags & NodeFlags.FAIL) != 0;
  }

  public boolean isSuspected() {
    return (flags & NodeFlags.PFAIL) != 0;
  }

  public boolean isMyself() {
    return (flags & NodeFlags.MYSELF) != 0;
  }

  public boolean inHandshake() {
    return (flags & NodeFlags.HANDSHAKE) != 0;
  }

  /// The client port for a client that came over TLS, or plain.
  public int clientPort(boolean tls) {
    return tls ? tlsPort : tcpPort;
  }
}
