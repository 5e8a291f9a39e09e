package io.skein.server.interop;

/// A server to compare with another one.
interface Peer extends AutoCloseable {
  /// One connection to it.
  interface Link {
    /// Sends a command and returns the bytes of its reply; each character is one byte.
    String call(String... arguments);

    /// Sends a command whose reply may take its time.
    void send(String... arguments);

    /// The bytes of a reply that has come or, `waits`, comes soon; empty when there is none.
    String receive(boolean waits);
  }

  /// Opens a connection.
  Link connect();

  @Override
  void close();
}
