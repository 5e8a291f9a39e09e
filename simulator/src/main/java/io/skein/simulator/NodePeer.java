package io.skein.simulator;

import io.skein.engine.node.PeerHandler;
import io.skein.engine.node.PeerLink;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A connection that a node makes to its primary.
final class NodePeer implements PeerLink, Handler {
  private final SimNode node;
  private final NodeData data;
  private final PeerHandler handler;
  private @Nullable Side side;
  private boolean opened;

  private NodePeer(SimNode node, NodeData data, PeerHandler handler) {
    this.node = node;
    this.data = data;
    this.handler = handler;
  }

  NodePeer(SimNode node, NodeData data, PeerHandler handler, Host to, int port) {
    this(node, data, handler);
    side = node.world.network.connect(node, node.data, to, port, this);
  }

  /// There is no such host.
  static NodePeer unreachable(SimNode node, NodeData data, PeerHandler handler) {
    NodePeer peer = new NodePeer(node, data, handler);
    node.data.give(() -> handler.refused("no such host"));
    return peer;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    Side s = side;
    if (s != null) {
      node.world.network.stream(s, Arrays.copyOfRange(bytes, offset, offset + length));
    }
  }

  @Override
  public void reading(boolean on) {
    // What arrives is small, and taken in at once.
  }

  @Override
  public void close() {
    Side s = side;
    side = null;
    if (s != null) {
      node.world.network.close(s);
    }
  }

  @Override
  public void opened(Side s) {
    if (s == side) {
      opened = true;
      handler.opened();
      data.pump();
    }
  }

  @Override
  public void refused(Side s) {
    closed(s, "Connection refused");
  }

  @Override
  public void received(Side s, Object message) {
    if (s == side && message instanceof byte[] bytes) {
      handler.received(bytes, 0, bytes.length);
      data.pump();
    }
  }

  @Override
  public void closed(Side s, String reason) {
    if (s == side) {
      side = null;
      if (opened) {
        handler.closed(reason);
      } else {
        handler.refused(reason);
      }
      data.pump();
    }
  }
}
