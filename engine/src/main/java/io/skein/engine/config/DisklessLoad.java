package io.skein.engine.config;

/// How a replica takes in a full synchronization.
public enum DisklessLoad implements Token {
  /// It is stored on disk first.
  DISABLED("disabled"),

  /// From the connection if there is no data to lose.
  ON_EMPTY_DB("on-empty-db"),

  /// From the connection into a second data set, which replaces the first at the end.
  SWAPDB("swapdb");

  private final String token;

  DisklessLoad(String token) {
    this.token = token;
  }

  @Override
  public String token() {
    return token;
  }
}
