package io.skein.engine.value;

import io.skein.engine.structure.Block;
import io.skein.engine.structure.Listpack;

/// The layout of a node of a stream: a listpack of many entries, the bytes of Redis's.
///
/// ```
/// node     entries, deleted entries, n, field 1 ... field n, 0, entry ...
/// entry    flags, ms - node's ms, seq - node's seq, n, field 1, value 1 ..., pieces
/// entry    flags, ms - node's ms, seq - node's seq, value 1 ..., pieces        with SAME_FIELDS
/// ```
///
/// The fields at the head are those of the first entry; most others have the same. `pieces` counts
/// the elements of the entry before it, so that entries can be read backwards. All methods are
/// static and take the address of the listpack and offsets in it.
final class StreamNode {
  static final int DELETED = 1;
  static final int SAME_FIELDS = 2;

  /// What an entry has beside values, if its fields are those at the head.
  static final int FIXED_PIECES = 3;

  private StreamNode() {}

  /// The number of entries that are not deleted.
  static long entries(long lp) {
    return Listpack.integer(lp, Listpack.first(lp));
  }

  private static int deletedAt(long lp) {
    return Listpack.after(lp, Listpack.first(lp));
  }

  /// The number of entries that are deleted.
  static long deleted(long lp) {
    return Listpack.integer(lp, deletedAt(lp));
  }

  private static int fieldCountAt(long lp) {
    return Listpack.after(lp, deletedAt(lp));
  }

  /// The number of fields at the head.
  static long fieldCount(long lp) {
    return Listpack.integer(lp, fieldCountAt(lp));
  }

  /// Where the first field at the head is.
  static int fieldsAt(long lp) {
    return Listpack.after(lp, fieldCountAt(lp));
  }

  /// Where the first entry is.
  static int firstEntry(long lp) {
    return Listpack.after(lp, skip(lp, fieldsAt(lp), fieldCount(lp)));
  }

  /// The offset behind `count` elements from `at` on.
  static int skip(long lp, int at, long count) {
    int p = at;
    for (long i = 0; i < count; i++) {
      p = Listpack.after(lp, p);
    }
    return p;
  }

  /// Adds to the counts of entries and of deleted ones.
  static void count(Block block, long entries, long deleted) {
    if (entries != 0) {
      long lp = block.address();
      Listpack.replace(block, Listpack.first(lp), entries(lp) + entries);
    }
    if (deleted != 0) {
      long lp = block.address();
      Listpack.replace(block, deletedAt(lp), deleted(lp) + deleted);
    }
  }

  /// Marks the entry whose flags are at `at` as deleted; that changes no offset.
  static void delete(Block block, int at) {
    Listpack.replace(block, at, Listpack.integer(block.address(), at) | DELETED);
  }

  /// Whether the `length` bytes at `lp` are a sound node, whose entries' ids ascend.
  static boolean isSound(long lp, int length, long ms, long seq) {
    int elements = Listpack.validate(lp, length);
    return elements > 0 && new StreamNodeCheck(lp, elements, ms, seq).isSound();
  }
}
