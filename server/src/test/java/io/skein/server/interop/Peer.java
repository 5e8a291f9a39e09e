package io.skein.server.interop;

/// A server to compare with another one.
interface Peer extends AutoCloseable {
  /// One connection to it.
  interface Link {
    /// Sends a command and returns the bytes of its reply; each character is one byte.
    String call(String... arguments);
  }

  /// Opens a connection.
  Link connect();

  @Override
  void close();
}
