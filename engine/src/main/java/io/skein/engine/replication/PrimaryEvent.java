package io.skein.engine.replication;

import java.util.List;

/// What can happen to a [PrimarySide]. A link is a client's connection, by the client's id.
public sealed interface PrimaryEvent {
  /// A client sent `REPLCONF` with these arguments, the command's name left out.
  record Replconf(Peer peer, List<byte[]> arguments) implements PrimaryEvent {}

  /// A client sent `PSYNC` with these arguments, or, with `psync` false, `SYNC`.
  ///
  /// `servable` is false on a replica that has no link to its own primary. The caller has refused
  /// what is no number.
  record Sync(Peer peer, boolean psync, String replid, long offset, boolean servable)
      implements PrimaryEvent {}

  /// A client's connection is gone. May be told of any client, known here or not.
  record Closed(long link) implements PrimaryEvent {}

  /// A replica sent an empty line, as it does while it loads: it is alive.
  record Newline(long link) implements PrimaryEvent {}

  /// The connection took something of what was given to it since it was last looked at, or all.
  record Drained(long link) implements PrimaryEvent {}

  /// The connection took nothing since it was last looked at, though there is something to take.
  record Clogged(long link) implements PrimaryEvent {}

  /// All bytes of a saved snapshot have been handed to the connection, after `SendFile`.
  record FileSent(long link) implements PrimaryEvent {}

  /// The snapshot asked for has begun: its cut is the log's present offset, nothing was appended
  /// since.
  record SnapshotStarted(long pass) implements PrimaryEvent {}

  /// The snapshot cannot begin yet, since another one is being taken; it is asked for again later.
  record SnapshotDeferred(long pass) implements PrimaryEvent {}

  /// The snapshot failed, at its start or later.
  record SnapshotFailed(long pass, String reason) implements PrimaryEvent {}

  /// The next bytes of a snapshot that is streamed. The array is not changed afterwards.
  record SnapshotBytes(long pass, byte[] bytes) implements PrimaryEvent {}

  /// The snapshot is complete; if it was saved to a file, that has `fileBytes` bytes.
  record SnapshotDone(long pass, long fileBytes) implements PrimaryEvent {}

  /// Every replica has to go and come back, since what they follow is no longer what it was.
  record DropReplicas(String reason) implements PrimaryEvent {}

  /// Writes are held back for a failover: no PING or GETACK may move the offset until this is taken
  /// back.
  record PausePings(boolean paused) implements PrimaryEvent {}

  /// Where a client's connection comes from.
  record Peer(long link, String ip, int port) {}
}
