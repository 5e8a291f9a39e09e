package io.skein.engine.rdb;

import static io.skein.engine.rdb.Shape.AGAIN;
import static io.skein.engine.rdb.Shape.LENGTH;
import static io.skein.engine.rdb.Shape.MODULE_ITEMS;
import static io.skein.engine.rdb.Shape.REPEAT;
import static io.skein.engine.rdb.Shape.STRING;
import static io.skein.engine.rdb.Shape.TEXT_DOUBLE;

import org.jspecify.annotations.Nullable;

/// The ways in which a value can stand in an RDB file, each with its code and the shape of its
/// bytes.
///
/// Codes up to 21 are those of Redis 7.2. From 22 on the projects went different ways, so the same
/// code means one thing in a file of Redis 7.4 and another in one of Valkey 9: [#of] is told which
/// file it is.
public enum RdbType {
  /// A string.
  STRING_VALUE(0, "string", Shape.of(STRING)),
  /// A list, element by element.
  LIST(1, "list", Shape.of(REPEAT, STRING, AGAIN)),
  /// A set, member by member.
  SET(2, "set", Shape.of(REPEAT, STRING, AGAIN)),
  /// A sorted set with its scores as text.
  ZSET(3, "zset-v1", Shape.of(REPEAT, STRING, TEXT_DOUBLE, AGAIN)),
  /// A hash, field and value in turn.
  HASH(4, "hash-hashtable", Shape.of(REPEAT, STRING, STRING, AGAIN)),
  /// A sorted set with its scores in binary.
  ZSET_2(5, "zset-v2", Shape.of(REPEAT, STRING, 8, AGAIN)),
  /// A module's value, self-describing so that it can be skipped without the module.
  MODULE_2(7, "module-value", Shape.of(LENGTH, MODULE_ITEMS)),
  /// A small hash as a zipmap, from before version 4.
  HASH_ZIPMAP(9, "hash-zipmap", Shape.of(STRING)),
  /// A list as one ziplist.
  LIST_ZIPLIST(10, "list-ziplist", Shape.of(STRING)),
  /// A set of integers as an intset.
  SET_INTSET(11, "set-intset", Shape.of(STRING)),
  /// A sorted set as a ziplist.
  ZSET_ZIPLIST(12, "zset-ziplist", Shape.of(STRING)),
  /// A hash as a ziplist.
  HASH_ZIPLIST(13, "hash-ziplist", Shape.of(STRING)),
  /// A list as a sequence of ziplists.
  LIST_QUICKLIST(14, "quicklist", Shape.of(REPEAT, STRING, AGAIN)),
  /// A stream of Redis 5.
  STREAM_LISTPACKS(15, "stream", stream(1)),
  /// A hash as a listpack.
  HASH_LISTPACK(16, "hash-listpack", Shape.of(STRING)),
  /// A sorted set as a listpack.
  ZSET_LISTPACK(17, "zset-listpack", Shape.of(STRING)),
  /// A list as a sequence of listpacks and of single large elements.
  LIST_QUICKLIST_2(18, "quicklist-v2", Shape.of(REPEAT, LENGTH, STRING, AGAIN)),
  /// A stream of Redis 7.0, which adds its first and its largest deleted id and counts of entries.
  STREAM_LISTPACKS_2(19, "stream-v2", stream(2)),
  /// A set as a listpack.
  SET_LISTPACK(20, "set-listpack", Shape.of(STRING)),
  /// A stream of Redis 7.2, which adds each consumer's time of activity.
  STREAM_LISTPACKS_3(21, "stream-v3", stream(3)),
  /// A hash whose fields expire, of the release candidates of Redis 7.4.
  HASH_METADATA_PRE_GA(
      22, "hash-hashtable-md-pre-release", Shape.of(REPEAT, LENGTH, STRING, STRING, AGAIN)),
  /// The same as a listpack.
  HASH_LISTPACK_EX_PRE_GA(23, "hash-listpack-md-pre-release", Shape.of(STRING)),
  /// A hash whose fields expire, of Redis 7.4: the earliest expiry, then each with its time after
  /// that.
  HASH_METADATA(24, "hash-hashtable-md", Shape.of(8, REPEAT, LENGTH, STRING, STRING, AGAIN)),
  /// The same as a listpack.
  HASH_LISTPACK_EX(25, "hash-listpack-md", Shape.of(8, STRING)),
  /// A hash whose fields expire, of Valkey 9: field, value, time in milliseconds or -1.
  VALKEY_HASH_2(22, "hash-volatile", Shape.of(REPEAT, STRING, STRING, 8, AGAIN));

  private static final @Nullable RdbType[] REDIS = byCode(false);
  private static final @Nullable RdbType[] VALKEY = byCode(true);

  private final int code;
  private final String label;

  /// Never changes, which the checker cannot see through the array inside.
  @SuppressWarnings("ImmutableEnumChecker")
  private final Shape shape;

  RdbType(int code, String label, Shape shape) {
    this.code = code;
    this.label = label;
    this.shape = shape;
  }

  /// Returns the type with this `code` in a file of this `version`, or null when there is none.
  public static @Nullable RdbType of(int code, int version) {
    if (code >= REDIS.length) {
      return null;
    }
    return version >= RdbFormat.FIRST_VALKEY_VERSION ? VALKEY[code] : REDIS[code];
  }

  /// Returns the byte that stands for this type.
  public int code() {
    return code;
  }

  /// Returns the lowest version of the format that can hold it, never less than
  /// [RdbFormat#PLAIN_VERSION].
  public int version() {
    if (this == VALKEY_HASH_2) {
      return RdbFormat.FIRST_VALKEY_VERSION;
    }
    return code >= RdbFormat.FIRST_DISPUTED_TYPE ? 12 : code >= 20 ? 11 : RdbFormat.PLAIN_VERSION;
  }

  /// Returns what it is called where a value of it is refused.
  public String title() {
    String words = this == HASH_ZIPMAP ? "zipmap" : label.replaceFirst("-v[123]$", "");
    String packed = words.equals("stream") ? "stream listpack" : words.replace('-', ' ');
    return Character.toUpperCase(packed.charAt(0)) + packed.substring(1);
  }

  /// Returns the name that `redis-check-rdb` has for it.
  public String label() {
    return label;
  }

  Shape shape() {
    return shape;
  }

  private static @Nullable RdbType[] byCode(boolean valkey) {
    @Nullable RdbType[] table = new RdbType[32];
    for (RdbType type : values()) {
      if (type.code < RdbFormat.FIRST_DISPUTED_TYPE || valkey == (type == VALKEY_HASH_2)) {
        table[type.code] = type;
      }
    }
    return table;
  }

  private static Shape stream(int revision) {
    Shape ids = Shape.of(REPEAT, STRING, STRING, AGAIN, LENGTH, LENGTH, LENGTH);
    Shape positions = Shape.of(LENGTH, LENGTH, LENGTH, LENGTH, LENGTH);
    Shape group = Shape.of(REPEAT, STRING, LENGTH, LENGTH);
    Shape read = Shape.of(LENGTH);
    Shape pending = Shape.of(REPEAT, 16, 8, LENGTH, AGAIN);
    Shape consumer = revision >= 3 ? Shape.of(REPEAT, STRING, 8, 8) : Shape.of(REPEAT, STRING, 8);
    Shape owned = Shape.of(REPEAT, 16, AGAIN, AGAIN, AGAIN);
    Shape head = revision >= 2 ? ids.then(positions).then(group).then(read) : ids.then(group);
    return head.then(pending).then(consumer).then(owned);
  }
}
