package io.skein.engine.sentinel;

import org.jspecify.annotations.Nullable;

/// A replica of a watched primary.
final class Replica extends Instance {
  /// How far it is on the way to a new primary.
  enum Reconfiguration {
    NONE,
    /// It was told.
    SENT,
    /// It follows the new primary, but is not in sync yet.
    IN_PROGRESS,
    /// It is in sync.
    DONE
  }

  private static final int USUAL_PRIORITY = 100;

  private final Primary primary;
  boolean promoted;
  private Reconfiguration reconfiguration = Reconfiguration.NONE;
  long reconfigurationSentMs;

  @Nullable String primaryHost;
  int primaryPort;
  long primaryChangedMs;
  boolean primaryLinkUp;
  long primaryLinkDownMs;
  int priority = USUAL_PRIORITY;
  long offset;
  boolean announced = true;

  /// When its primary last listed it in INFO.
  long listedMs;

  Replica(String name, Address address, Primary primary, long nowMs) {
    super(name, address, primary.downAfterMs, Role.REPLICA, nowMs);
    this.primary = primary;
    this.primaryChangedMs = nowMs;
    this.listedMs = nowMs;
  }

  @Override
  Role role() {
    return Role.REPLICA;
  }

  @Override
  Primary primary() {
    return primary;
  }

  Reconfiguration reconfiguration() {
    return reconfiguration;
  }

  void reconfiguration(Reconfiguration now) {
    reconfiguration = now;
  }

  boolean isBeingReconfigured() {
    return reconfiguration == Reconfiguration.SENT
        || reconfiguration == Reconfiguration.IN_PROGRESS;
  }
}
