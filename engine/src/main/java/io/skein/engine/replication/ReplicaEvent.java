package io.skein.engine.replication;

/// What can happen to a [ReplicaSide]. Events of a link that is no longer the present one are
/// passed over.
public sealed interface ReplicaEvent {
  /// Follow the primary at this address from now on.
  ///
  /// @param handOver whether it is a replica of this server, which is to be a primary first and
  ///   says by `HandedOver` whether it agrees
  record Follow(String host, int port, boolean handOver) implements ReplicaEvent {
    public Follow(String host, int port) {
      this(host, port, false);
    }
  }

  /// Follow nobody from now on.
  record Promote(String reason) implements ReplicaEvent {}

  /// The connection asked for by `Connect` is there.
  record Opened(long link) implements ReplicaEvent {}

  /// It could not be made.
  record Refused(long link, String reason) implements ReplicaEvent {}

  /// It is gone.
  record Closed(long link, String reason) implements ReplicaEvent {}

  /// Bytes came from the primary. The array stays as it is until the effects have been carried out.
  record Received(long link, byte[] data, int offset, int length) implements ReplicaEvent {}

  /// The snapshot has been loaded, and all old data are gone; its stream begins in database
  /// `streamDb`, or -1 if the snapshot did not say.
  record Loaded(int streamDb) implements ReplicaEvent {}

  /// The snapshot could not be loaded: what is there now is empty, or, with `SWAP`, what was there
  /// before.
  record LoadFailed(String reason) implements ReplicaEvent {}

  /// Of what `Apply` gave, `bytes` more have been carried out: whole commands, and whole
  /// transactions. The stream has selected database `db` there.
  record Applied(long bytes, int db) implements ReplicaEvent {}

  /// What `Apply` gave is not a stream of commands.
  record StreamBroken(String reason) implements ReplicaEvent {}

  /// The primary asks for an acknowledgement. What was applied before is to be reported first.
  record AckRequested() implements ReplicaEvent {}
}
