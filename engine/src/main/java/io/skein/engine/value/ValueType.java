package io.skein.engine.value;

import java.util.function.Function;

/// A type of values, through which a database finds and makes them; each view has one as `TYPE`.
///
/// @param firstKind the first of the kinds that are encodings of the type
/// @param lastKind the last of them
/// @param emptyBytes what an empty value takes in the entry of its key
/// @param view makes a view of a value of the type
public record ValueType<V extends Value>(
    int firstKind, int lastKind, int emptyBytes, Function<Place, V> view) {
  /// Whether a value of this kind is one of the type.
  public boolean has(int kind) {
    return kind >= firstKind && kind <= lastKind;
  }
}
