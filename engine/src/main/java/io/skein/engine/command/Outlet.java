package io.skein.engine.command;

/// Where a session's replies go: the connection, as its shell sees it.
///
/// The engine calls it while it holds the data plane; what is written leaves when the turn ends.
public interface Outlet {
  /// Takes `length` bytes of `bytes` from `offset` on; they are copied before the call returns.
  void write(byte[] bytes, int offset, int length);

  /// Closes the connection, after what was written has left if `afterWrites`.
  void close(boolean afterWrites);

  /// The number of bytes written that have not left yet.
  long pendingBytes();

  /// Of [#pendingBytes()], those in the buffer that is being filled.
  default int bufferedBytes() {
    return 0;
  }

  /// The size of the buffer that is being filled, in bytes; 0 when there is none.
  default int bufferBytes() {
    return 0;
  }

  /// The number of buffers that wait to be sent, but for the one being filled.
  default int queuedBuffers() {
    return 0;
  }

  /// The number by which the operating system knows the connection, or -1.
  default int descriptor() {
    return -1;
  }

  /// Whether the connection is encrypted, so that other nodes are told by the ports for such.
  default boolean isEncrypted() {
    return false;
  }

  /// Whether small pieces are sent at once, as they are at first, or gathered into larger packets.
  default void noDelay(boolean on) {}

  /// Asks for a turn in which the input that the session has left is taken up again.
  void resume();
}
