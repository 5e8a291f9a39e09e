package io.skein.engine.replication;

import io.skein.engine.command.Call;
import java.util.OptionalLong;

/// Replication of one node, as its commands and its cluster see it.
public interface ReplicationPort {
  /// What feeds replicas.
  PrimarySide primary();

  /// What follows a primary.
  ReplicaSide replica();

  /// What hands over to a replica.
  FailoverMachine failover();

  /// Has [#failover] take an event.
  void on(FailoverEvent event);

  /// Has the primary's side take an event that `call` caused; what it answers is part of the reply.
  void on(PrimaryEvent event, Call call);

  /// Follows the primary at this address from now on.
  void follow(String host, int port);

  /// Follows nobody from now on.
  void promote(String reason);

  /// The primary asked, within its stream, for an acknowledgement.
  void acknowledge();

  /// How many milliseconds a replica's data are stale at most, -1 if that is not known; empty when
  /// there is no bound that it is measured for.
  OptionalLong readLagMs();

  /// How safe the log is.
  Confirmations durability();

  /// Writes a line that an operator wants to know.
  void logs(String text);

  /// The time that [PrimarySide] and [ReplicaSide] go by, in milliseconds from some point.
  long nowMs();
}
