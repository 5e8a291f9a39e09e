package io.skein.engine.config;

/// How much unread output a client may have, by class of client.
public record OutputBufferLimits(Limit normal, Limit replica, Limit pubsub) {
  /// The bounds for one class.
  ///
  /// @param hardBytes above this the client is closed at once; 0 for no limit
  /// @param softBytes above this for `softSeconds` without a break the client is closed; 0 for no
  ///   limit
  /// @param softSeconds how long the soft limit may be exceeded
  public record Limit(long hardBytes, long softBytes, int softSeconds) {
    @Override
    public String toString() {
      return Long.toUnsignedString(hardBytes)
          + " "
          + Long.toUnsignedString(softBytes)
          + " "
          + softSeconds;
    }
  }

  static final OutputBufferLimits INITIAL =
      new OutputBufferLimits(
          new Limit(0, 0, 0),
          new Limit(256L << 20, 64L << 20, 60),
          new Limit(32L << 20, 8L << 20, 60));
}
