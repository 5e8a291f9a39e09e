package io.skein.engine.node;

import io.skein.engine.command.Sessions;
import java.util.ArrayList;
import java.util.List;

/// The connections to servers that keys are moved to.
final class TargetLinks {
  /// How many are kept, and for how long after their last use.
  private static final int MOST = 64;

  private static final long KEPT_MS = 10_000;

  private static final int LAST_PORT = 65_535;

  private final NodeHost host;
  private final Sessions sessions;
  private final List<TargetLink> links = new ArrayList<>();

  TargetLinks(NodeHost host, Sessions sessions) {
    this.host = host;
    this.sessions = sessions;
  }

  /// Whether there can be a server at `port`.
  static boolean isPort(long port) {
    return port > 0 && port <= LAST_PORT;
  }

  /// A link for `user`: an idle one, or one that is being made.
  TargetLink obtain(String target, int port, TargetLink.User user, long nowMs) {
    TargetLink idle = null;
    for (TargetLink link : links) {
      if (link.isIdle() && link.isTo(target, port)) {
        link.use(user, nowMs);
        return link;
      }
      boolean longer = idle == null || link.lastUseMs() < idle.lastUseMs();
      idle = link.isIdle() && longer ? link : idle;
    }
    if (links.size() >= MOST && idle != null) {
      idle.close();
    }
    TargetLink link = new TargetLink(this, target, port, user, nowMs);
    links.add(link);
    link.connect(host);
    return link;
  }

  /// Ends those that were not used for a while.
  void tick(long nowMs) {
    for (TargetLink link : List.copyOf(links)) {
      if (link.isIdle() && nowMs - link.lastUseMs() > KEPT_MS) {
        link.close();
      }
    }
  }

  /// The number of connections.
  int size() {
    return links.size();
  }

  void forget(TargetLink over) {
    links.remove(over);
  }

  /// Carries out what came from a connection, as a turn of its own.
  void apart(Runnable event) {
    sessions.turnBegins();
    event.run();
    sessions.turnEnds();
  }
}
