package io.skein.server.bus;

import io.skein.server.log.ServerLog;
import java.util.LinkedHashMap;
import java.util.Map;

/// Logs which nodes are turned away for want of the shared secret: each address once a minute,
/// since nodes try again and again.
///
/// *Threads*: the control plane's loop.
final class Refusals {
  private static final long QUIET_MS = 60_000;
  private static final int MOST_ADDRESSES = 1000;

  private final ServerLog log;
  private final MonotonicWallClock clock;
  private final Map<String, Long> toldMs =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MOST_ADDRESSES;
        }
      };

  Refusals(ServerLog log, MonotonicWallClock clock) {
    this.log = log;
    this.clock = clock;
  }

  void refused(String address, String reason) {
    long now = clock.nowMs();
    Long before = toldMs.get(address);
    if (before == null || now - before >= QUIET_MS) {
      toldMs.put(address, now);
      log.warning(
          "Refused a node of the cluster at "
              + address
              + ", as cluster-bus-secret is set: "
              + reason);
    }
  }
}
