package io.skein.engine.cluster.migration;

/// What can happen to an [Export].
public sealed interface ExportEvent {
  /// The connection to the target stands.
  record Opened() implements ExportEvent {}

  /// It could not be made.
  record Refused(String reason) implements ExportEvent {}

  /// It is gone.
  record Closed(String reason) implements ExportEvent {}

  /// The target has sent a line: a status or an error.
  record Answered(String line) implements ExportEvent {}

  /// The snapshot has begun, and from here on writes are gathered.
  record SnapshotBegun() implements ExportEvent {}

  /// All of the snapshot was sent.
  record SnapshotSent() implements ExportEvent {}

  /// The slots have another owner than before, perhaps.
  record OwnerSeen(Owner owner) implements ExportEvent {}

  /// This node is a replica now.
  record Demoted() implements ExportEvent {}

  /// An administrator calls it off.
  record Cancelled() implements ExportEvent {}

  /// It cannot go on.
  record Failed(String reason) implements ExportEvent {}

  /// Who has the slots, as this node sees it.
  enum Owner {
    MYSELF,
    /// The target, or who has taken its place.
    TARGET,
    /// Others, or not one node alone.
    OTHERS
  }
}
