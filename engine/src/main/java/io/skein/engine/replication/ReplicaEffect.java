package io.skein.engine.replication;

import io.skein.engine.config.LogLevel;

/// What a [ReplicaSide] asks of its surroundings, to be carried out in the order given.
public sealed interface ReplicaEffect {
  /// Connect to the primary; answered by `Opened` or `Refused`.
  record Connect(long link, String host, int port) implements ReplicaEffect {}

  /// Send these bytes to the primary.
  record Send(long link, byte[] bytes) implements ReplicaEffect {}

  /// Close the connection or give up making it; no event follows.
  record Close(long link) implements ReplicaEffect {}

  /// A snapshot is about to come: `totalBytes` of it, or -1 if that is not known. With
  /// `serveOldData` it is of the same history as the old data, which may be read until it takes
  /// their place.
  record BeginLoad(LoadMode mode, long totalBytes, boolean serveOldData) implements ReplicaEffect {}

  /// The next bytes of the snapshot; only valid until the effect has been carried out.
  record LoadBytes(byte[] data, int offset, int length) implements ReplicaEffect {}

  /// The snapshot is complete: answered by `Loaded` or `LoadFailed`, now or later.
  record FinishLoad() implements ReplicaEffect {}

  /// Give up loading and remove what was received. No event follows.
  record AbortLoad(String reason) implements ReplicaEffect {}

  /// A stream of commands begins, in database `db`: forget what was half read of an earlier one.
  record BeginStream(int db) implements ReplicaEffect {}

  /// Carry out these commands, and report by `Applied`; only valid until the effect has been
  /// carried out.
  record Apply(byte[] data, int offset, int length) implements ReplicaEffect {}

  /// The stream ended: forget a command or a transaction that is not complete.
  record EndStream() implements ReplicaEffect {}

  /// Tell the [PrimarySide] that its replicas have to come anew.
  record DropReplicas(String reason) implements ReplicaEffect {}

  /// The server is a primary from now on, or a replica.
  record RoleChanged(boolean primary) implements ReplicaEffect {}

  /// The one that was asked to take over has agreed, or refuses.
  record HandedOver(boolean accepted) implements ReplicaEffect {}

  /// A line for the log.
  record Log(LogLevel level, String text) implements ReplicaEffect {}

  /// Returns a line that an operator wants to know.
  static Log notice(String text) {
    return new Log(LogLevel.NOTICE, text);
  }

  /// Returns a line that an operator must know.
  static Log warning(String text) {
    return new Log(LogLevel.WARNING, text);
  }

  /// How a snapshot is taken in.
  enum LoadMode {
    /// Into a file; when that is complete, the old data are deleted and it is loaded.
    FILE,
    /// The old data are deleted at once, and it is loaded as it comes.
    DIRECT,
    /// It is loaded as it comes, beside the old data, which serve until it is complete and takes
    /// their place.
    SWAP
  }
}
