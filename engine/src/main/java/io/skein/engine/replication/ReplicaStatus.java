package io.skein.engine.replication;

/// What INFO and ROLE show of a server that follows a primary.
///
/// @param lastIoSeconds how long ago something came from the primary, or -1 without a link
/// @param readOffset how far the stream has been received
/// @param appliedOffset how far it has been carried out
/// @param totalBytes the size of the snapshot in transfer, or 0 if unknown
/// @param readBytes how much of it has come
/// @param transferIoSeconds how long ago the last of it came
/// @param downSeconds since when there is no link, or -1 if there never was one
public record ReplicaStatus(
    String host,
    int port,
    ReplicaState state,
    long lastIoSeconds,
    long readOffset,
    long appliedOffset,
    long totalBytes,
    long readBytes,
    long transferIoSeconds,
    long downSeconds) {

  /// Whether the link is up and the data follow the primary's.
  public boolean isUp() {
    return state == ReplicaState.CONNECTED;
  }

  /// Whether a snapshot is being received or loaded.
  public boolean isSyncing() {
    return state == ReplicaState.TRANSFER || state == ReplicaState.LOADING;
  }
}
