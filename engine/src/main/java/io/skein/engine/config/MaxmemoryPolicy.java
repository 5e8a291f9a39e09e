package io.skein.engine.config;

/// What gives way when memory is full.
public enum MaxmemoryPolicy implements Token {
  /// Of the keys with an expiry, the least recently used.
  VOLATILE_LRU("volatile-lru"),

  /// Of the keys with an expiry, the least frequently used.
  VOLATILE_LFU("volatile-lfu"),

  /// Of the keys with an expiry, any.
  VOLATILE_RANDOM("volatile-random"),

  /// Of the keys with an expiry, the one that expires first.
  VOLATILE_TTL("volatile-ttl"),

  /// The least recently used key.
  ALLKEYS_LRU("allkeys-lru"),

  /// The least frequently used key.
  ALLKEYS_LFU("allkeys-lfu"),

  /// Any key.
  ALLKEYS_RANDOM("allkeys-random"),

  /// Nothing: writes that need memory are refused.
  NOEVICTION("noeviction");

  private final String token;

  MaxmemoryPolicy(String token) {
    this.token = token;
  }

  @Override
  public String token() {
    return token;
  }
}
