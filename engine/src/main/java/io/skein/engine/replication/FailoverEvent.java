package io.skein.engine.replication;

import org.jspecify.annotations.Nullable;

/// What can happen to a [FailoverMachine].
public sealed interface FailoverEvent {
  /// An operator wants a replica in this server's place. The caller has asked for
  /// [FailoverMachine#objection] before.
  ///
  /// @param target the replica, or null for the first that has caught up
  /// @param timeoutMs for how long to wait until it has caught up; 0 is for ever
  /// @param force whether it takes over after that time though it has not caught up
  record Begin(@Nullable Target target, long timeoutMs, boolean force) implements FailoverEvent {}

  /// Give up what is under way, for this reason.
  record Abort(String reason) implements FailoverEvent {}

  /// Replicas have confirmed more.
  record AcksMoved() implements FailoverEvent {}

  /// The target answered to PSYNC: it is a primary now, or it refuses.
  record Answered(boolean accepted) implements FailoverEvent {}

  /// A replica, by the address that it announced or comes from, and the port that it listens on.
  record Target(String host, int port) {
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }
}
