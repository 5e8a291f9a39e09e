package io.skein.engine.cluster;

import io.skein.engine.cluster.bus.BusType;
import io.skein.engine.cluster.bus.NodeFlags;
import io.skein.engine.cluster.gossip.FailureDetector;
import io.skein.engine.cluster.state.ClusterNode;
import io.skein.engine.cluster.state.ClusterSettings;
import io.skein.engine.cluster.state.LocalState;
import io.skein.engine.cluster.state.Membership;
import org.jspecify.annotations.Nullable;

/// What is done about the nodes ten times a second: handshakes given up, links renewed, pings sent,
/// silence noticed.
final class Cadence {
  private static final int ROUNDS_PER_PING = 10;
  private static final int PING_CANDIDATES = 5;
  private static final long MIN_HANDSHAKE_TIMEOUT_MS = 1000;

  /// A replica pings its primary again so long after a pong, at most...
  private static final long MAX_WATCH_MS = 250;

  private static final long MIN_WATCH_MS = 50;

  /// ... and at least so often within a node timeout.
  private static final int WATCHES_PER_TIMEOUT = 5;

  private final LocalState local;
  private final Membership members;
  private final FailureDetector detector;
  private final Outgoing out;
  private long rounds;
  private long watchedMs;

  Cadence(LocalState local, FailureDetector detector, Outgoing out) {
    this.local = local;
    this.members = local.members;
    this.detector = detector;
    this.out = out;
  }

  void round(long nowMs) {
    giveUpHandshakes(nowMs);
    if (rounds++ % ROUNDS_PER_PING == 0) {
      pingOldest();
    }
    if (out.takeNews() && local.settings().haste().quickForming()) {
      out.pongToAll();
    }
    for (ClusterNode node : members.nodesNow()) {
      if (!node.has(NodeFlags.MYSELF | NodeFlags.NOADDR | NodeFlags.HANDSHAKE)) {
        attend(node, nowMs);
      }
    }
  }

  /// Looks after our primary, if we have one: its replicas are the ones who notice at once when it
  /// is silent, and call on the others (`FailureDetector`).
  void watchPrimary(long nowMs) {
    ClusterNode primary = members.myself().primary();
    if (primary != null && nextWatchMs() <= nowMs) {
      attend(primary, nowMs);
    }
  }

  /// When [#watchPrimary] next has something to do.
  long nextWatchMs() {
    ClusterNode primary = members.myself().primary();
    if (primary == null
        || !local.settings().haste().quickElections()
        || !primary.hasLink()
        || primary.isFailed()
        || primary.isSuspected()
        || primary.has(NodeFlags.NOADDR | NodeFlags.HANDSHAKE)) {
      return Long.MAX_VALUE;
    }
    if (primary.pingSentMs == 0) {
      return primary.pongReceivedMs + watchMs() + 1;
    }
    long silentSinceMs = Math.max(primary.pingSentMs, primary.dataReceivedMs);
    return Math.max(silentSinceMs + local.settings().nodeTimeoutMs() + 1, watchedMs + 1);
  }

  private long watchMs() {
    long oftenMs = local.settings().nodeTimeoutMs() / WATCHES_PER_TIMEOUT;
    return Math.clamp(oftenMs, MIN_WATCH_MS, MAX_WATCH_MS);
  }

  private void giveUpHandshakes(long nowMs) {
    long timeoutMs = Math.max(local.settings().nodeTimeoutMs(), MIN_HANDSHAKE_TIMEOUT_MS);
    for (ClusterNode node : members.nodesNow()) {
      if (node.inHandshake() && nowMs - node.createdMs > timeoutMs) {
        out.links().forget(node);
      }
    }
  }

  /// Pings, of a few nodes drawn, the one whose last pong is the oldest.
  private void pingOldest() {
    ClusterNode oldest = null;
    for (int i = 0; i < PING_CANDIDATES; i++) {
      ClusterNode node = members.draw();
      if (node.hasLink()
          && node.pingSentMs == 0
          && !node.inHandshake()
          && (oldest == null || node.pongReceivedMs < oldest.pongReceivedMs)) {
        oldest = node;
      }
    }
    pingIfAny(oldest);
  }

  private void pingIfAny(@Nullable ClusterNode node) {
    if (node != null) {
      out.greet(node, BusType.PING);
    }
  }

  private void attend(ClusterNode node, long nowMs) {
    ClusterSettings settings = local.settings();
    long halfTimeoutMs = settings.nodeTimeoutMs() / 2;
    if (node.hasLink()
        && node.pingSentMs != 0
        && nowMs - node.linkCreatedMs() > settings.nodeTimeoutMs()
        && isLinkDoubtful(node, nowMs)) {
      // The link may be dead though the node is alive: there is time to try another before the
      // timeout.
      out.links().drop(node);
    }
    long intervalMs = settings.pingIntervalMs() == 0 ? halfTimeoutMs : settings.pingIntervalMs();
    if (node == members.myself().primary()) {
      watchedMs = nowMs;
      intervalMs = settings.haste().quickElections() ? watchMs() : intervalMs;
    }
    if (node.hasLink() && node.pingSentMs == 0 && nowMs - node.pongReceivedMs > intervalMs) {
      out.greet(node, BusType.PING);
    } else if (node.pingSentMs != 0) {
      detector.onSilence(node, nowMs);
    }
  }

  /// Whether a ping has been waited for so long that another link might do better.
  ///
  /// As long as the node is heard on a link of its own, the pong may only be late. But when there
  /// is none for the whole timeout, this link has died without a word, and on it no pong will ever
  /// come to take a failure back.
  private boolean isLinkDoubtful(ClusterNode node, long nowMs) {
    long timeoutMs = local.settings().nodeTimeoutMs();
    long waitedMs = nowMs - node.pingSentMs;
    boolean silent = nowMs - node.dataReceivedMs > timeoutMs / 2;
    return waitedMs > timeoutMs || waitedMs > timeoutMs / 2 && silent;
  }

  /// A link to `node` was opened: greets it.
  void onOpened(ClusterNode node) {
    boolean meet = node.has(NodeFlags.MEET);
    long waitingSinceMs = node.pingSentMs;
    out.greet(node, meet ? BusType.MEET : BusType.PING);
    if (waitingSinceMs != 0) {
      // A ping was under way when the last link broke: its silence counts on.
      node.pingSentMs = waitingSinceMs;
    }
    node.clear(NodeFlags.MEET);
  }

  /// There is no link to `node`: from now on it is silent.
  void onUnreachable(ClusterNode node, long nowMs) {
    if (node.pingSentMs == 0 && !node.inHandshake()) {
      node.pingSentMs = nowMs;
    }
  }
}
