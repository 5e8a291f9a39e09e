package io.skein.engine.replication;

import io.skein.engine.config.LogLevel;

/// What a [PrimarySide] asks of its surroundings, to be carried out in the order given.
public sealed interface PrimaryEffect {
  /// Send these bytes to a client, after what it has been sent before. The array may be shared:
  /// never write to it.
  record Send(long link, byte[] bytes) implements PrimaryEffect {}

  /// Close a client's connection, at once or after what it has been sent has left; `Closed` is not
  /// awaited.
  record Close(long link, boolean afterFlush) implements PrimaryEffect {}

  /// Close a client's connection at once, since it lags over its output limit, and count it.
  record CutOff(long link) implements PrimaryEffect {}

  /// From now on send the client what [PrimarySide#reader] gives, as fast as its connection takes
  /// it.
  record Stream(long link) implements PrimaryEffect {}

  /// Take a snapshot. Answered before anything else is written to the log, by `SnapshotStarted`,
  /// `SnapshotDeferred` or `SnapshotFailed`.
  ///
  /// If `toFile`, save it as the data file and report `SnapshotDone`; else report its bytes by
  /// `SnapshotBytes`, at the pace of the slowest of [PrimarySide#streamedTo]. `data` and
  /// `functions` say what is to be in it.
  record StartSnapshot(long pass, boolean toFile, boolean data, boolean functions)
      implements PrimaryEffect {}

  /// Give up a streamed snapshot, since nobody waits for it any more.
  record CancelSnapshot(long pass) implements PrimaryEffect {}

  /// Send the client the file of a saved snapshot, and report `FileSent`.
  record SendFile(long link, long pass) implements PrimaryEffect {}

  /// Replicas have confirmed more than before: look again at what waits for that.
  record AcksMoved() implements PrimaryEffect {}

  /// A line for the log.
  record Log(LogLevel level, String text) implements PrimaryEffect {}

  /// Returns a line that an operator wants to know.
  static Log notice(String text) {
    return new Log(LogLevel.NOTICE, text);
  }

  /// Returns a line that an operator must know.
  static Log warning(String text) {
    return new Log(LogLevel.WARNING, text);
  }
}
