package io.skein.engine.replication;

/// What can happen to a [ReadLag]. Events of a link that is no longer the present one are passed
/// over.
public sealed interface LagEvent {
  /// The primary at this address is followed from now on.
  record Follow(String host, int port) implements LagEvent {}

  /// Nobody is followed from now on.
  record Stop() implements LagEvent {}

  /// The connection asked for by `Connect` is there.
  record Opened(long link) implements LagEvent {}

  /// It could not be made, or is gone.
  record Closed(long link, String reason) implements LagEvent {}

  /// Bytes came over it; the array is only valid during the call.
  record Received(long link, byte[] data, int offset, int length) implements LagEvent {}
}
