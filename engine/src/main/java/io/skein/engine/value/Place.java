package io.skein.engine.value;

import io.skein.engine.bytes.KeyHash;
import io.skein.engine.structure.Block;
import io.skein.engine.structure.SlabArena;

/// Where one value lies: the entry of its key, which holds it packed, or a handle of a
/// [LargeValue].
///
/// A place is good for the command in progress, and as long as the key is changed through this very
/// place only.
public interface Place extends Block {
  /// One of [io.skein.engine.structure.EntryKind].
  int kind();

  /// Says that the value is about to change, in whatever way: hands what it was to the snapshot in
  /// progress, and tells those who watch the key. To be called before any change, and free of cost
  /// when it was called before.
  void changing();

  /// As [#changing], for a change of something beside the elements: those who watch the key are not
  /// told.
  void changingAside();

  /// Changes the kind alone; the bytes stay what they are.
  void kind(int kind);

  /// Replaces the value by `length` bytes, their content undefined, of a packed `kind`, and returns
  /// where they are. What the value was is freed: what is to be kept must have been copied.
  long become(int kind, int length);

  /// Replaces the value by a large one. What the value was is freed.
  void become(int kind, LargeValue value);

  /// The large value, if the kind is one of a handle.
  LargeValue large();

  /// Deletes the key, when the value has become empty.
  void remove();

  /// Says that elements of the value, which is a large one, have an expiry time of their own from
  /// now on, so that somebody looks after them.
  default void elementsExpire() {}

  /// Where the elements of a large value lie.
  SlabArena arena();

  /// How members and fields are hashed.
  KeyHash hash();

  /// When values are packed.
  EncodingLimits limits();

  /// The time at which the command in progress began, in Unix milliseconds.
  long nowMs();
}
