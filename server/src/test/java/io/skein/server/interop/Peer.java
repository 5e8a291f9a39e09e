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

  /// A reply in one line of plain text.
  static String shown(String reply) {
    StringBuilder text = new StringBuilder();
    for (char c : reply.toCharArray()) {
      if (c == '\r') {
        text.append("\\r");
      } else if (c == '\n') {
        text.append("\\n");
      } else if (c < ' ' || c > '~') {
        text.append(String.format("\\x%02x", (int) c));
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }
}
