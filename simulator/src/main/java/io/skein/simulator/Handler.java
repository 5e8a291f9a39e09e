package io.skein.simulator;

/// Who is told what happens to one end of a connection.
interface Handler {
  /// The connection asked for stands.
  void opened(Side side);

  /// The other machine refused: no process listens on the port.
  void refused(Side side);

  /// The next message arrived: bytes, or an object of a modelled protocol.
  void received(Side side, Object message);

  /// The connection is gone, or the attempt failed.
  void closed(Side side, String reason);

  /// Nobody cares.
  Handler NOBODY =
      new Handler() {
        @Override
        public void opened(Side side) {}

        @Override
        public void refused(Side side) {}

        @Override
        public void received(Side side, Object message) {}

        @Override
        public void closed(Side side, String reason) {}
      };
}
