package io.skein.simulator;

import io.skein.engine.cluster.ClusterEffect;
import io.skein.engine.cluster.ClusterEvent;
import io.skein.engine.cluster.bus.BusFrames;
import java.util.LinkedHashMap;

/// The links of one node's control plane, as connections of the network.
final class Bus {
  private final SimNode node;
  private final LinkedHashMap<Long, Side> links = new LinkedHashMap<>();
  private long lastInboundId;

  Bus(SimNode node) {
    this.node = node;
  }

  void clear() {
    links.clear();
    lastInboundId = 0;
  }

  void connect(ClusterEffect.Connect connect) {
    Host to = node.world.host(connect.host());
    if (to == null) {
      node.give(new ClusterEvent.LinkClosed(connect.linkId(), "no such host"));
      return;
    }
    Link link = new Link(connect.linkId());
    links.put(
        connect.linkId(), node.world.network.connect(node, node.control, to, connect.port(), link));
  }

  Handler accept() {
    return new Link(--lastInboundId);
  }

  void send(long linkId, byte[] bytes) {
    Side side = links.get(linkId);
    if (side != null) {
      node.world.network.stream(side, bytes);
    }
  }

  void close(long linkId) {
    Side side = links.remove(linkId);
    if (side != null) {
      node.world.network.close(side);
    }
  }

  private final class Link implements Handler {
    private final long id;
    private final BusFrames frames = new BusFrames(1 << 20);

    Link(long id) {
      this.id = id;
    }

    @Override
    public void opened(Side side) {
      String remote = side.other == null ? "" : side.other.host.ip();
      if (id < 0) {
        links.put(id, side);
        node.on(new ClusterEvent.LinkAccepted(id, node.ip(), remote));
      } else {
        node.on(new ClusterEvent.LinkOpened(id, node.ip(), remote));
      }
    }

    @Override
    public void refused(Side side) {
      links.remove(id);
      node.on(new ClusterEvent.LinkRefused(id));
    }

    @Override
    public void received(Side side, Object message) {
      if (message instanceof byte[] bytes) {
        Side from = side.other;
        if (from != null) {
          node.world.checks.onHeard(node, from.host);
        }
        if (node.world.mutation == Mutation.STALE_PRIMARY) {
          frames.add(bytes);
          for (byte[] frame = frames.next(); frame != null; frame = frames.next()) {
            if (!Mutation.isDeaf(node, frame)) {
              node.on(new ClusterEvent.Received(id, frame));
            }
          }
        } else {
          node.on(new ClusterEvent.Received(id, bytes));
        }
      }
    }

    @Override
    public void closed(Side side, String reason) {
      links.remove(id);
      node.on(new ClusterEvent.LinkClosed(id, reason));
    }
  }
}
