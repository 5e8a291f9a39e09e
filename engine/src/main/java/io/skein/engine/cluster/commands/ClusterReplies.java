package io.skein.engine.cluster.commands;

import static io.skein.engine.bytes.Slot.SLOT_COUNT;

import io.skein.engine.cluster.ClusterView;
import io.skein.engine.cluster.LinkView;
import io.skein.engine.cluster.NodeView;
import io.skein.engine.cluster.bus.SlotRange;
import io.skein.engine.cluster.bus.SlotSet;
import io.skein.engine.command.Call;
import io.skein.engine.config.ClusterSettings;
import io.skein.engine.config.EndpointType;
import io.skein.engine.config.Settings;
import io.skein.engine.resp.Reply;
import java.util.ArrayList;
import java.util.List;

/// The replies of CLUSTER that have a structure.
final class ClusterReplies {
  private final Settings settings;

  ClusterReplies(Settings settings) {
    this.settings = settings;
  }

  /// Whether the ports shown are those for TLS: to a client that came over it.
  static boolean tls(Call call) {
    return call.session().outlet().isEncrypted();
  }

  private EndpointType endpointType() {
    return settings.get(ClusterSettings.CLUSTER_PREFERRED_ENDPOINT_TYPE);
  }

  /// CLUSTER SLOTS: for each run of slots with one owner, the owner and its available replicas.
  void slots(Reply reply, ClusterView view, boolean tls) {
    int mark = reply.begin();
    int runs = 0;
    int slot = 0;
    while (slot < SLOT_COUNT) {
      NodeView owner = view.owner(slot);
      int last = slot;
      while (last + 1 < SLOT_COUNT && view.haveOneOwner(slot, last + 1)) {
        last++;
      }
      if (owner != null) {
        run(reply, view, owner, slot, last, tls);
        runs++;
      }
      slot = last + 1;
    }
    reply.endArray(mark, runs);
  }

  private void run(
      Reply reply, ClusterView view, NodeView owner, int first, int last, boolean tls) {
    List<NodeView> nodes = new ArrayList<>();
    nodes.add(owner);
    for (NodeView replica : view.replicasOf(owner)) {
      if (!replica.isFailed() && replica.replicationOffset() != 0) {
        nodes.add(replica);
      }
    }
    reply.array(2 + nodes.size());
    reply.integer(first);
    reply.integer(last);
    for (NodeView node : nodes) {
      endpoint(reply, node, tls);
    }
  }

  private void endpoint(Reply reply, NodeView node, boolean tls) {
    EndpointType type = endpointType();
    reply.array(4);
    switch (type) {
      case IP -> reply.bulk(node.ip());
      case HOSTNAME -> reply.bulk(node.hostname().isEmpty() ? "?" : node.hostname());
      case UNKNOWN_ENDPOINT -> reply.nullBulk();
    }
    reply.integer(node.clientPort(tls));
    reply.bulk(node.id());
    boolean ip = type != EndpointType.IP;
    boolean hostname = type != EndpointType.HOSTNAME && !node.hostname().isEmpty();
    reply.map((ip ? 1 : 0) + (hostname ? 1 : 0));
    if (ip) {
      reply.bulk("ip");
      reply.bulk(node.ip());
    }
    if (hostname) {
      reply.bulk("hostname");
      reply.bulk(node.hostname());
    }
  }

  /// CLUSTER SHARDS: for each shard its slots and its nodes.
  void shards(Reply reply, ClusterView view) {
    List<List<NodeView>> shards = view.shards();
    reply.array(shards.size());
    for (List<NodeView> shard : shards) {
      reply.map(2);
      reply.bulk("slots");
      List<SlotRange> ranges = slots(view, shard).ranges();
      reply.array(2 * ranges.size());
      for (SlotRange range : ranges) {
        reply.integer(range.first());
        reply.integer(range.last());
      }
      reply.bulk("nodes");
      reply.array(shard.size());
      for (NodeView node : shard) {
        shardNode(reply, node);
      }
    }
  }

  /// What a shard serves. After a failover it has two primaries until the one that died comes back:
  /// only one of them has slots.
  private static SlotSet slots(ClusterView view, List<NodeView> shard) {
    for (NodeView node : shard) {
      if (!node.isReplica() && !node.slots().isEmpty()) {
        return node.slots();
      }
    }
    return view.primaryOf(shard.getFirst()).slots();
  }

  private void shardNode(Reply reply, NodeView node) {
    int mark = reply.begin();
    int fields = 6;
    field(reply, "id", node.id());
    if (node.tcpPort() != 0) {
      reply.bulk("port");
      reply.integer(node.tcpPort());
      fields++;
    }
    if (node.tlsPort() != 0) {
      reply.bulk("tls-port");
      reply.integer(node.tlsPort());
      fields++;
    }
    field(reply, "ip", node.ip());
    field(
        reply,
        "endpoint",
        switch (endpointType()) {
          case IP -> node.ip();
          case HOSTNAME -> node.hostname().isEmpty() ? "?" : node.hostname();
          case UNKNOWN_ENDPOINT -> "";
        });
    if (!node.hostname().isEmpty()) {
      field(reply, "hostname", node.hostname());
      fields++;
    }
    field(reply, "role", node.isReplica() ? "replica" : "master");
    reply.bulk("replication-offset");
    reply.integer(node.replicationOffset());
    field(reply, "health", health(node));
    reply.endMap(mark, fields);
  }

  private static String health(NodeView node) {
    if (node.isFailed()) {
      return "fail";
    }
    return node.isReplica() && node.replicationOffset() == 0 ? "loading" : "online";
  }

  private static void field(Reply reply, String name, String value) {
    reply.bulk(name);
    reply.bulk(value);
  }

  /// CLUSTER LINKS: each connection of the bus to or from a known node.
  void links(Reply reply, ClusterView view) {
    reply.array(view.links().size());
    for (LinkView link : view.links()) {
      reply.map(6);
      field(reply, "direction", link.inbound() ? "from" : "to");
      field(reply, "node", link.nodeId());
      reply.bulk("create-time");
      reply.integer(link.createdMs());
      field(reply, "events", (link.open() ? "r" : "") + (link.sendBufferBytes() > 0 ? "w" : ""));
      reply.bulk("send-buffer-allocated");
      reply.integer(link.sendBufferBytes());
      reply.bulk("send-buffer-used");
      reply.integer(link.sendBufferBytes());
    }
  }
}
