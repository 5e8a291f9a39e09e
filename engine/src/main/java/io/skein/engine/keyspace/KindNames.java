package io.skein.engine.keyspace;

import io.skein.engine.structure.EntryKind;

/// What clients call the kinds of entries: the type in TYPE and SCAN, the encoding in OBJECT.
public final class KindNames {
  private KindNames() {}

  /// The type of a value of one of the kinds of [EntryKind].
  public static String type(int kind) {
    return switch (kind) {
      case EntryKind.STRING_INT, EntryKind.STRING_EMBSTR, EntryKind.STRING_RAW -> "string";
      case EntryKind.LIST_LISTPACK, EntryKind.LIST_QUICKLIST -> "list";
      case EntryKind.SET_INTSET, EntryKind.SET_LISTPACK, EntryKind.SET_HASHTABLE -> "set";
      case EntryKind.HASH_LISTPACK, EntryKind.HASH_HASHTABLE -> "hash";
      case EntryKind.ZSET_LISTPACK, EntryKind.ZSET_SKIPLIST -> "zset";
      case EntryKind.STREAM -> "stream";
      default -> throw new IllegalArgumentException("not a kind of value: " + kind);
    };
  }

  /// The encoding of a value of one of the kinds of [EntryKind].
  public static String encoding(int kind) {
    return switch (kind) {
      case EntryKind.STRING_INT -> "int";
      case EntryKind.STRING_EMBSTR -> "embstr";
      case EntryKind.STRING_RAW -> "raw";
      case EntryKind.LIST_LISTPACK,
          EntryKind.SET_LISTPACK,
          EntryKind.HASH_LISTPACK,
          EntryKind.ZSET_LISTPACK ->
          "listpack";
      case EntryKind.LIST_QUICKLIST -> "quicklist";
      case EntryKind.SET_INTSET -> "intset";
      case EntryKind.SET_HASHTABLE, EntryKind.HASH_HASHTABLE -> "hashtable";
      case EntryKind.ZSET_SKIPLIST -> "skiplist";
      case EntryKind.STREAM -> "stream";
      default -> throw new IllegalArgumentException("not a kind of value: " + kind);
    };
  }
}
