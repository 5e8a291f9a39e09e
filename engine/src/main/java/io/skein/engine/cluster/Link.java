package io.skein.engine.cluster;

import io.skein.engine.cluster.bus.BusFrames;
import io.skein.engine.cluster.state.ClusterNode;
import org.jspecify.annotations.Nullable;

/// A connection of the bus, open or being opened.
final class Link {
  /// Enough for the gossip of 65535 nodes; more only from nodes we know.
  private static final int STRANGER_LIMIT = 8 << 20;

  private static final int LIMIT = 1 << 30;

  final long id;
  final long createdMs;
  final BusFrames frames = new BusFrames(STRANGER_LIMIT);
  String localIp = "";
  String remoteIp = "";
  boolean open;
  long sendBufferBytes;
  private @Nullable ClusterNode node;
  private @Nullable LinkView shown;

  Link(long id, @Nullable ClusterNode node, long nowMs) {
    this.id = id;
    this.createdMs = nowMs;
    this.node = node;
  }

  boolean isInbound() {
    return id < 0;
  }

  /// The node at the other end; null for an inbound link until it is known.
  @Nullable ClusterNode node() {
    return node;
  }

  /// What CLUSTER LINKS shows, the same object as long as it is the same; null while the node is
  /// not known.
  @Nullable LinkView view() {
    ClusterNode to = node;
    if (to == null) {
      return null;
    }
    LinkView last = shown;
    if (last != null
        && last.open() == open
        && last.sendBufferBytes() == sendBufferBytes
        && last.nodeId().equals(to.id())) {
      return last;
    }
    LinkView view = new LinkView(isInbound(), to.id(), createdMs, open, sendBufferBytes);
    shown = view;
    return view;
  }

  void belongsTo(ClusterNode owner) {
    node = owner;
    frames.limit(LIMIT);
  }
}
