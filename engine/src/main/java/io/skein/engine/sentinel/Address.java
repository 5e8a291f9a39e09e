package io.skein.engine.sentinel;

/// Where an instance is.
///
/// @param host the name or address as it was given
/// @param ip the address that stands for it, empty while a name could not be resolved
record Address(String host, String ip, int port) {
  static final int MAX_PORT = 65_535;

  /// Whether both mean the same instance: by address, or by name while that is not resolved.
  boolean isSame(Address other) {
    return port == other.port
        && (!ip.isEmpty() && ip.equals(other.ip) || host.equalsIgnoreCase(other.host));
  }

  /// `host:port`, with the brackets that IPv6 needs.
  static String text(String host, int port) {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
