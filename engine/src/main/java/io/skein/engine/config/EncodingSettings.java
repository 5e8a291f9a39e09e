package io.skein.engine.config;

import static io.skein.engine.config.Declarations.INT_MAX;
import static io.skein.engine.config.Declarations.INT_MIN;
import static io.skein.engine.config.Declarations.LONG_MAX;
import static io.skein.engine.config.Setting.MODIFIABLE;

import java.util.List;

/// When a small collection is kept in its compact form.
public final class EncodingSettings {
  private static final Declarations D = new Declarations();

  /// Fields of a compact hash.
  public static final NumberSetting HASH_MAX_LISTPACK_ENTRIES =
      D.unsigned(
          "hash-max-listpack-entries", "hash-max-ziplist-entries", MODIFIABLE, 0, LONG_MAX, 512);

  /// Bytes of a field or value in a compact hash.
  public static final NumberSetting HASH_MAX_LISTPACK_VALUE =
      D.unsignedMemory(
          "hash-max-listpack-value", "hash-max-ziplist-value", MODIFIABLE, 0, LONG_MAX, 64);

  /// The size of a list's node: elements, or -1 to -5 for 4 to 64 KiB.
  public static final NumberSetting LIST_MAX_LISTPACK_SIZE =
      D.number("list-max-listpack-size", "list-max-ziplist-size", MODIFIABLE, INT_MIN, INT_MAX, -2);

  /// Nodes at each end of a list that are not compressed; 0 for none compressed.
  public static final NumberSetting LIST_COMPRESS_DEPTH =
      D.number("list-compress-depth", MODIFIABLE, 0, INT_MAX, 0);

  /// Elements of a set of integers kept as sorted numbers.
  public static final NumberSetting SET_MAX_INTSET_ENTRIES =
      D.unsigned("set-max-intset-entries", null, MODIFIABLE, 0, LONG_MAX, 512);

  /// Elements of a compact set.
  public static final NumberSetting SET_MAX_LISTPACK_ENTRIES =
      D.unsigned("set-max-listpack-entries", null, MODIFIABLE, 0, LONG_MAX, 128);

  /// Bytes of an element in a compact set.
  public static final NumberSetting SET_MAX_LISTPACK_VALUE =
      D.unsigned("set-max-listpack-value", null, MODIFIABLE, 0, LONG_MAX, 64);

  /// Elements of a compact sorted set.
  public static final NumberSetting ZSET_MAX_LISTPACK_ENTRIES =
      D.unsigned(
          "zset-max-listpack-entries", "zset-max-ziplist-entries", MODIFIABLE, 0, LONG_MAX, 128);

  /// Bytes of an element in a compact sorted set.
  public static final NumberSetting ZSET_MAX_LISTPACK_VALUE =
      D.unsignedMemory(
          "zset-max-listpack-value", "zset-max-ziplist-value", MODIFIABLE, 0, LONG_MAX, 64);

  /// Bytes of a sparse HyperLogLog.
  public static final NumberSetting HLL_SPARSE_MAX_BYTES =
      D.unsignedMemory("hll-sparse-max-bytes", null, MODIFIABLE, 0, LONG_MAX, 3000);

  /// Bytes of a node of a stream; 0 for any.
  public static final NumberSetting STREAM_NODE_MAX_BYTES =
      D.unsignedMemory("stream-node-max-bytes", null, MODIFIABLE, 0, LONG_MAX, 4096);

  /// Entries of a node of a stream; 0 for any.
  public static final NumberSetting STREAM_NODE_MAX_ENTRIES =
      D.number("stream-node-max-entries", MODIFIABLE, 0, LONG_MAX, 100);

  /// All of them.
  public static final List<Setting<?>> ALL = D.all();

  private EncodingSettings() {}
}
