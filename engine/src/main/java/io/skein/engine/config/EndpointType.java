package io.skein.engine.config;

/// What a redirection and CLUSTER SLOTS name a node by.
public enum EndpointType implements Token {
  /// Its address.
  IP("ip"),

  /// Its announced host name.
  HOSTNAME("hostname"),

  /// Nothing: clients use the address they are connected to.
  UNKNOWN_ENDPOINT("unknown-endpoint");

  private final String token;

  EndpointType(String token) {
    this.token = token;
  }

  @Override
  public String token() {
    return token;
  }
}
