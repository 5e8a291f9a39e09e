package io.skein.engine.rdb;

import org.jspecify.annotations.Nullable;

/// What a file says of itself before its data.
///
/// @param redisVersion the version that writes it, as INFO shows it
/// @param createdAtSeconds the time, in seconds since 1970
/// @param usedMemoryBytes memory in use, from which a reader may guess what it will need
/// @param aofBase whether the file is the base of an append-only file
/// @param aofNext the number of the incremental file that goes on from here, or 0 when none is
///   known to; ours, and passed over by Redis
/// @param history the place in the replication history, or null when the writer has none
public record RdbPreamble(
    String redisVersion,
    long createdAtSeconds,
    long usedMemoryBytes,
    boolean aofBase,
    long aofNext,
    @Nullable History history) {

  /// The same for the base of an append-only file.
  ///
  /// @param next the number of the incremental file that goes on from there, or 0 for none
  public RdbPreamble ofAofBase(long next) {
    return new RdbPreamble(redisVersion, createdAtSeconds, usedMemoryBytes, true, next, history);
  }

  /// A place in a replication history: the data are those after `replicationOffset` bytes of the
  /// history `replid`.
  ///
  /// @param streamDb the database that the stream has selected at that place, or -1 when it will
  ///   select one first
  public record History(int streamDb, String replid, long replicationOffset) {}
}
