package io.skein.engine.cluster.bus;

/// What a heartbeat says about a third node.
///
/// @param pingSentS seconds since the epoch, 0 for no ping under way
/// @param pongReceivedS seconds since the epoch
/// @param port the client port: the TLS one when the bus uses TLS
/// @param secondaryPort the other client port, or 0
/// @param flags bits of [NodeFlags]
public record GossipEntry(
    String nodeId,
    long pingSentS,
    long pongReceivedS,
    String ip,
    int port,
    int secondaryPort,
    int busPort,
    int flags) {}
