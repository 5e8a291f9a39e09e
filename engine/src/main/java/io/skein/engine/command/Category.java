package io.skein.engine.command;

import java.util.Locale;

/// The ACL categories of Redis 7.2, in the order of its ACL CAT.
public enum Category {
  KEYSPACE,
  READ,
  WRITE,
  SET,
  SORTEDSET,
  LIST,
  HASH,
  STRING,
  BITMAP,
  HYPERLOGLOG,
  GEO,
  STREAM,
  PUBSUB,
  ADMIN,
  FAST,
  SLOW,
  BLOCKING,
  DANGEROUS,
  CONNECTION,
  TRANSACTION,
  SCRIPTING;

  /// This category's bit in a mask.
  public long bit() {
    return 1L << ordinal();
  }

  /// The category's name without the leading `@`.
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
