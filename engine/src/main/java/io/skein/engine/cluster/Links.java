package io.skein.engine.cluster;

import io.skein.engine.cluster.bus.NodeFlags;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.Membership;
import io.skein.engine.machine.Invariant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The connections of the bus: to each node one that we open and send on, and from each node one
/// that it opens.
///
/// *Invariants*: a node's `linkId` and `inboundLinkId` name links in this table that belong to it,
/// or are 0.
final class Links {
  private static final long RETRY_MS = 100;

  /// A link that stood for less is not opened again at once, lest two nodes do nothing else.
  private static final long STABLE_MS = 1000;

  private final Membership members;
  private final Consumer<ClusterEffect> effects;
  private final LinkedHashMap<Long, Link> links = new LinkedHashMap<>();
  private long lastId;
  private long overLimit;
  private boolean changed = true;
  private List<LinkView> views = List.of();

  Links(Membership members, Consumer<ClusterEffect> effects) {
    this.members = members;
    this.effects = effects;
  }

  @Nullable Link get(long id) {
    return links.get(id);
  }

  /// How often a link was closed for the size of its send buffer.
  long overLimit() {
    return overLimit;
  }

  /// Opens links to the nodes that have none and are due.
  void connectDue(long nowMs) {
    for (ClusterNode node : members.nodes()) {
      if (isMissing(node) && nowMs >= node.nextConnectMs) {
        connect(node, nowMs);
      }
    }
  }

  /// When [#connectDue] next has something to do.
  long nextDeadlineMs() {
    long next = Long.MAX_VALUE;
    for (ClusterNode node : members.nodes()) {
      if (isMissing(node)) {
        next = Math.min(next, node.nextConnectMs);
      }
    }
    return next;
  }

  private static boolean isMissing(ClusterNode node) {
    return node.linkId() == 0 && !node.has(NodeFlags.MYSELF | NodeFlags.NOADDR);
  }

  private void connect(ClusterNode node, long nowMs) {
    Link link = new Link(++lastId, node, nowMs);
    link.belongsTo(node);
    changed = true;
    links.put(link.id, link);
    node.connecting(link.id, nowMs);
    node.nextConnectMs = nowMs + RETRY_MS;
    effects.accept(new ClusterEffect.Connect(link.id, node.ip(), node.address().busPort()));
  }

  void accepted(ClusterEvent.LinkAccepted event, long nowMs) {
    Invariant.check(event.linkId() < 0, "the driver names inbound links by negative ids");
    Link link = new Link(event.linkId(), null, nowMs);
    link.localIp = event.localIp();
    link.remoteIp = event.remoteIp();
    link.open = true;
    changed = true;
    links.put(link.id, link);
  }

  /// The node that our attempt reached, or null when it is no longer wanted.
  @Nullable ClusterNode opened(ClusterEvent.LinkOpened event) {
    Link link = links.get(event.linkId());
    ClusterNode node = link == null ? null : link.node();
    if (link == null || node == null) {
      return null;
    }
    link.localIp = event.localIp();
    link.remoteIp = event.remoteIp();
    link.open = true;
    changed = true;
    node.connected();
    return node;
  }

  /// An attempt failed, or a link is gone. Returns the node that it led to.
  @Nullable ClusterNode gone(long linkId, long nowMs) {
    Link link = links.get(linkId);
    if (link == null) {
      return null;
    }
    remove(link);
    ClusterNode node = link.node();
    if (link.isInbound() || node == null) {
      return null;
    }
    boolean stood = link.open && nowMs - link.createdMs >= STABLE_MS;
    node.nextConnectMs = stood ? nowMs : nowMs + RETRY_MS;
    return node;
  }

  private void remove(Link link) {
    changed = true;
    links.remove(link.id);
    ClusterNode node = link.node();
    if (node != null && node.linkId() == link.id) {
      node.disconnected();
    } else if (node != null && node.inboundLinkId == link.id) {
      node.inboundLinkId = 0;
    }
  }

  void close(Link link) {
    remove(link);
    effects.accept(new ClusterEffect.Close(link.id));
  }

  /// Closes our link to `node`, to open a new one soon.
  void drop(ClusterNode node) {
    Link link = links.get(node.linkId());
    if (link != null) {
      close(link);
    }
    node.nextConnectMs = 0;
  }

  /// Closes the link that `node` has opened to us.
  void dropInbound(ClusterNode node) {
    Link inbound = links.get(node.inboundLinkId);
    if (inbound != null) {
      close(inbound);
    }
  }

  /// Removes a node and its links.
  void forget(ClusterNode node) {
    drop(node);
    dropInbound(node);
    members.forget(node);
  }

  /// Notes who is at the other end of an inbound link. An older one of the same node is a leftover.
  void belongs(Link link, ClusterNode node) {
    ClusterNode before = link.node();
    if (before == node) {
      return;
    }
    if (before != null && before.inboundLinkId == link.id) {
      before.inboundLinkId = 0;
    }
    Link old = links.get(node.inboundLinkId);
    if (old != null) {
      close(old);
    }
    changed = true;
    link.belongsTo(node);
    node.inboundLinkId = link.id;
  }

  /// Notes how much a link has not sent yet, and closes it when that is too much; whether it did.
  boolean sendBuffer(Link link, long bytes, long limitBytes) {
    changed = true;
    link.sendBufferBytes = bytes;
    if (limitBytes == 0 || bytes <= limitBytes) {
      return false;
    }
    close(link);
    overLimit++;
    return true;
  }

  /// The links to and from known nodes.
  List<LinkView> views() {
    if (changed) {
      views = Collections.unmodifiableList(newViews());
      changed = false;
    }
    return views;
  }

  private List<LinkView> newViews() {
    List<LinkView> all = new ArrayList<>(links.size());
    for (Link link : links.values()) {
      LinkView view = link.view();
      if (view != null) {
        all.add(view);
      }
    }
    return all;
  }
}
