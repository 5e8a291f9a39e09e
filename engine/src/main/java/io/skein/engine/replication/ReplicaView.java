package io.skein.engine.replication;

/// What INFO and ROLE show of one replica.
///
/// @param link the client's id
/// @param ip the address that it announced, or that it comes from
/// @param port the port that it said it listens on, 0 if it did not
/// @param ackOffset the offset that it confirmed last
/// @param lagSeconds how long ago that was; 0 while it is not online
/// @param lagBytes how much of the log has not been handed to its connection
public record ReplicaView(
    long link,
    String ip,
    int port,
    LinkState state,
    long ackOffset,
    long lagSeconds,
    long lagBytes) {}
