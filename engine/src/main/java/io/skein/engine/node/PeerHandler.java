package io.skein.engine.node;

/// Who is told what happens on a [PeerLink], always under the data plane and never within a call of
/// the link.
public interface PeerHandler {
  /// The connection is there.
  void opened();

  /// The connection could not be made.
  void refused(String reason);

  /// Bytes came; the array is only valid during the call.
  void received(byte[] bytes, int offset, int length);

  /// What was written has mostly left: [PeerLink#hasRoom] again.
  default void drained() {}

  /// The connection is gone.
  void closed(String reason);
}
