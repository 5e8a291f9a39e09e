package io.skein.engine.sentinel;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The connections to an instance, and what pings over them have shown.
///
/// The entries for one Sentinel with several primaries share one link: it is pinged once.
final class Link {
  /// Who uses it.
  final List<Instance> owners = new ArrayList<>();

  @Nullable Connection commands;
  @Nullable Connection subscription;

  /// Whether a connection that should be there is missing.
  boolean disconnected = true;

  /// When a ping was last answered as by one that is well.
  long availableMs;

  /// When a ping was last answered at all.
  long pongMs;

  /// Since when a ping is not answered well; 0 if none is.
  long pendingPingMs;

  long pingSentMs;
  long connectTriedMs = Long.MIN_VALUE / 2;
  long subscriptionActiveMs;

  Link(long nowMs) {
    fresh(nowMs);
    pendingPingMs = nowMs;
  }

  /// Forgets what pings have shown.
  void fresh(long nowMs) {
    availableMs = nowMs;
    pongMs = nowMs;
    pendingPingMs = nowMs;
    pingSentMs = 0;
  }

  int pendingCommands() {
    return commands == null ? 0 : commands.pending.size();
  }
}
