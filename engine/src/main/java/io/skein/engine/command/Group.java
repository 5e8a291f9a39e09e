package io.skein.engine.command;

import java.util.Locale;

/// The group a command is documented in.
public enum Group {
  GENERIC(Category.KEYSPACE),
  STRING(Category.STRING),
  LIST(Category.LIST),
  SET(Category.SET),
  SORTED_SET(Category.SORTEDSET),
  HASH(Category.HASH),
  PUBSUB(null),
  TRANSACTIONS(Category.TRANSACTION),
  CONNECTION(Category.CONNECTION),
  SERVER(null),
  SCRIPTING(Category.SCRIPTING),
  HYPERLOGLOG(Category.HYPERLOGLOG),
  CLUSTER(null),
  SENTINEL(null),
  GEO(Category.GEO),
  STREAM(Category.STREAM),
  BITMAP(Category.BITMAP);

  private final long categoryBits;

  Group(@org.jspecify.annotations.Nullable Category category) {
    categoryBits = category == null ? 0 : category.bit();
  }

  /// The ACL categories that every command of the group has.
  long categoryBits() {
    return categoryBits;
  }

  /// The group's name in COMMAND DOCS.
  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
