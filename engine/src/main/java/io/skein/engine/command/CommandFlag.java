package io.skein.engine.command;

import java.util.Locale;

/// What Redis says about a command in COMMAND INFO; the gates of dispatch read most of them.
public enum CommandFlag {
  WRITE,
  READONLY,
  DENYOOM,
  MODULE,
  ADMIN,
  PUBSUB,
  NOSCRIPT,
  BLOCKING,
  LOADING,
  STALE,
  SKIP_MONITOR,
  SKIP_SLOWLOG,
  ASKING,
  FAST,
  NO_AUTH,
  MAY_REPLICATE,
  NO_ASYNC_LOADING,
  NO_MULTI,
  MOVABLEKEYS,
  ALLOW_BUSY,
  /// Reads or sets a condition that concerns all shards; only shown as a tip.
  NO_MANDATORY_KEYS,
  /// Comes upon keys by chance, so that what it finds expired is no unit of execution; shown
  /// nowhere.
  TOUCHES_ARBITRARY_KEYS;

  /// This flag's bit in a mask.
  public long bit() {
    return 1L << ordinal();
  }

  /// The flag's name in COMMAND INFO.
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
