package io.skein.engine.cluster.gossip;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/// Nodes that were forgotten, and until when gossip about them is not believed.
///
/// A minute, which is what an administrator has for telling every node to forget.
public final class BanList {
  private static final long BAN_MS = 60_000;
  private static final long MS_PER_S = 1000;

  /// The longest ban that another node can ask for.
  private static final long MAX_BAN_S = 600;

  private final LinkedHashMap<String, Long> untilMs = new LinkedHashMap<>();

  /// Bans a node for a minute.
  public void ban(String nodeId, long nowMs) {
    expire(nowMs);
    untilMs.put(nodeId, nowMs + BAN_MS);
  }

  /// Bans a node for as long as another node does, at most ten minutes.
  public void banFor(String nodeId, long ttlSeconds, long nowMs) {
    expire(nowMs);
    untilMs.put(nodeId, nowMs + Math.clamp(ttlSeconds, 0, MAX_BAN_S) * MS_PER_S);
  }

  /// Whether gossip about the node is not to be believed.
  public boolean isBanned(String nodeId, long nowMs) {
    return untilMs.getOrDefault(nodeId, Long.MIN_VALUE) > nowMs;
  }

  /// Visits the banned nodes and for how many seconds more they are.
  public void each(long nowMs, BiConsumer<String, Long> visitor) {
    if (untilMs.isEmpty()) {
      return;
    }
    expire(nowMs);
    for (Map.Entry<String, Long> ban : untilMs.entrySet()) {
      visitor.accept(ban.getKey(), (ban.getValue() - nowMs + MS_PER_S - 1) / MS_PER_S);
    }
  }

  public void clear() {
    untilMs.clear();
  }

  private void expire(long nowMs) {
    untilMs.values().removeIf(until -> until <= nowMs);
  }
}
