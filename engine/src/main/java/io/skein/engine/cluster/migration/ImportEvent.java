package io.skein.engine.cluster.migration;

/// What can happen to an [Import].
public sealed interface ImportEvent {
  /// The source asks to be told that everything before this was carried out.
  record Marked(String number) implements ImportEvent {}

  /// All of the source's snapshot has come.
  record SnapshotEnded() implements ImportEvent {}

  /// The source holds writes back: nothing more comes that matters.
  record Paused() implements ImportEvent {}

  /// All that came is as safe here as the settings ask, and as replicas can make it.
  ///
  /// @param epoch the newest that this node knows of
  record Safe(long epoch) implements ImportEvent {}

  /// The source gives the slots away, under that epoch.
  record Granted(long epoch) implements ImportEvent {}

  /// The control plane has claimed the slots.
  record Claimed() implements ImportEvent {}

  /// The control plane knows of a later epoch than the one that was granted.
  record EpochPassed(long epoch) implements ImportEvent {}

  /// It cannot go on: nothing will be claimed.
  record Failed(String reason) implements ImportEvent {}

  /// The connection is gone.
  record Closed() implements ImportEvent {}
}
