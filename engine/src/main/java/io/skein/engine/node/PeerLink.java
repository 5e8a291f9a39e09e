package io.skein.engine.node;

/// A connection that this node made to another server.
public interface PeerLink {
  /// Sends bytes; they are copied before the call returns.
  void write(byte[] bytes, int offset, int length);

  /// Whether what was written has mostly left. Who writes much waits, when it has not, for
  /// [PeerHandler#drained], so that little lies in memory and it is seen that the peer takes it.
  default boolean hasRoom() {
    return true;
  }

  /// Whether more is read from the connection; true at first.
  void reading(boolean on);

  /// `ip:port` of the other end, or an empty text while it is not known.
  default String remoteAddress() {
    return "";
  }

  /// `ip:port` of our end, or an empty text while it is not known.
  default String localAddress() {
    return "";
  }

  /// The number by which the operating system knows the connection, or -1.
  default int descriptor() {
    return -1;
  }

  /// The number of bytes written that have not left yet.
  default long pendingBytes() {
    return 0;
  }

  /// Closes the connection at once, or gives up making it; its handler is told nothing more.
  void close();
}
