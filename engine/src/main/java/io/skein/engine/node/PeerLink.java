package io.skein.engine.node;

/// A connection that this node made to another server.
public interface PeerLink {
  /// Sends bytes; they are copied before the call returns.
  void write(byte[] bytes, int offset, int length);

  /// Whether more is read from the connection; true at first.
  void reading(boolean on);

  /// Closes the connection at once, or gives up making it; its handler is told nothing more.
  void close();
}
