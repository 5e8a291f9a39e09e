package io.skein.engine.cluster;

/// One bus link to or from a known node, for `CLUSTER LINKS`.
///
/// @param inbound whether the other node opened it
public record LinkView(
    boolean inbound, String nodeId, long createdMs, boolean open, long sendBufferBytes) {}
