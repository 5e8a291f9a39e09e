package io.skein.engine.sentinel;

import org.jspecify.annotations.Nullable;

/// Another Sentinel, as one that watches the same primary.
final class Peer extends Instance {
  private final Primary primary;
  long helloMs;

  /// Whether it says that the primary is down.
  boolean saysDown;

  long answeredMs;

  /// Whom it voted for, if it said so lately.
  @Nullable String leader;

  long leaderEpoch;

  Peer(String id, Address address, Primary primary, long nowMs) {
    super(id, address, primary.downAfterMs, Role.SENTINEL, nowMs);
    this.primary = primary;
    this.runId = id;
    this.helloMs = nowMs;
    this.answeredMs = nowMs;
  }

  @Override
  Role role() {
    return Role.SENTINEL;
  }

  @Override
  Primary primary() {
    return primary;
  }
}
