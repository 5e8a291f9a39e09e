package io.skein.engine.sentinel;

import io.skein.engine.sentinel.Connection.Purpose;
import org.jspecify.annotations.Nullable;

/// Tells servers what to be.
///
/// The change, its rewriting into the server's configuration and the end of all its clients'
/// connections are one transaction: clients come back asking who the primary is.
final class RoleChange {
  private final SentinelState state;
  private final Connections connections;

  RoleChange(SentinelState state, Connections connections) {
    this.state = state;
    this.connections = connections;
  }

  /// Makes a server the replica of `primary`, or a primary if that is null; returns false when it
  /// is not connected.
  boolean replicaOf(Instance server, @Nullable Address primary) {
    if (!connections.send(server, Purpose.NOTHING, "MULTI")) {
      return false;
    }
    if (primary == null) {
      connections.send(server, Purpose.NOTHING, "SLAVEOF", "NO", "ONE");
    } else {
      connections.send(
          server,
          Purpose.NOTHING,
          "SLAVEOF",
          state.announced(primary),
          Integer.toString(primary.port()));
    }
    settle(server);
    return true;
  }

  /// After a server changed its role by itself: has it keep that, and its clients ask again.
  void keep(Instance server) {
    if (connections.send(server, Purpose.NOTHING, "MULTI")) {
      settle(server);
    }
  }

  private void settle(Instance server) {
    connections.send(server, Purpose.NOTHING, "CONFIG", "REWRITE");
    connections.send(server, Purpose.NOTHING, "CLIENT", "KILL", "TYPE", "normal");
    connections.send(server, Purpose.NOTHING, "CLIENT", "KILL", "TYPE", "pubsub");
    connections.send(server, Purpose.ROLE_CHANGE, "EXEC");
  }

  /// Asks a primary to hand over to `next`, which is to have all that was written first.
  boolean handOver(Primary primary, Replica next, long timeoutMs) {
    return connections.send(
        primary,
        Purpose.FAILOVER,
        "FAILOVER",
        "TO",
        state.announced(next.address()),
        Integer.toString(next.address().port()),
        "TIMEOUT",
        Long.toString(timeoutMs));
  }
}
