package io.skein.engine.value;

/// A value too large to be packed into the entry of its key.
///
/// The object on the heap holds the structure; the elements lie in native memory.
public interface LargeValue {
  /// The number of elements.
  long elements();

  /// The native memory it takes, in bytes.
  long memoryBytes();

  /// Frees about `budget` elements; true when nothing is left. Nothing else may be done with the
  /// value after the first call.
  boolean free(int budget);

  /// Frees all of it at once.
  default void freeAll() {
    boolean done;
    do {
      done = free(Integer.MAX_VALUE);
    } while (!done);
  }

  /// A copy that shares nothing with this.
  LargeValue copy();
}
