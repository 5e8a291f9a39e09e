package io.skein.engine.structure;

/// What an [Entry] holds and how it is encoded: a number of four bits.
public final class EntryKind {
  /// A member of a set or a field of a hash: its value, if any, is a plain string.
  public static final int MEMBER = 0;

  /// A string that is a 64-bit integer, stored in eight bytes.
  public static final int STRING_INT = 1;

  public static final int STRING_EMBSTR = 2;
  public static final int STRING_RAW = 3;
  public static final int LIST_LISTPACK = 4;
  public static final int LIST_QUICKLIST = 5;
  public static final int SET_INTSET = 6;
  public static final int SET_LISTPACK = 7;
  public static final int SET_HASHTABLE = 8;
  public static final int HASH_LISTPACK = 9;
  public static final int HASH_HASHTABLE = 10;
  public static final int ZSET_LISTPACK = 11;
  public static final int ZSET_SKIPLIST = 12;
  public static final int STREAM = 13;

  private EntryKind() {}

  /// Whether the value is a string in one of its three encodings.
  public static boolean isString(int kind) {
    return kind >= STRING_INT && kind <= STRING_RAW;
  }

  /// Whether the value holds elements.
  public static boolean isCollection(int kind) {
    return kind >= LIST_LISTPACK;
  }

  /// Whether the value is too large to pack, so that the entry holds a four-byte handle of an
  /// object elsewhere.
  public static boolean isHandle(int kind) {
    return switch (kind) {
      case LIST_QUICKLIST, SET_HASHTABLE, HASH_HASHTABLE, ZSET_SKIPLIST, STREAM -> true;
      default -> false;
    };
  }
}
