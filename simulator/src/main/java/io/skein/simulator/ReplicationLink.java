package io.skein.simulator;

import java.util.List;

/// What a modelled primary and its replicas send each other.
sealed interface ReplicationLink {
  /// A replica asks for what it lacks of `replid` after `offset` writes.
  record Psync(String replid, long offset) implements ReplicationLink {}

  /// The whole history, as the answer.
  record FullSync(String replid, List<Entry> entries) implements ReplicationLink {}

  /// The writes that the replica lacks, as the answer.
  record Continue(String replid, List<Entry> entries) implements ReplicationLink {}

  /// The next write.
  record Write(Entry entry) implements ReplicationLink {}

  /// The primary is alive.
  record Ping() implements ReplicationLink {}

  /// The replica has carried out so many writes.
  record Ack(long offset) implements ReplicationLink {}
}
