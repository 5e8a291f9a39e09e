package io.skein.engine.value;

/// A view of one value of many elements, whatever its encoding.
///
/// A view is made for one access and not kept: it is good as long as its [Place] is.
public abstract class Value {
  protected final Place place;

  protected Value(Place place) {
    this.place = place;
  }

  /// One of [io.skein.engine.structure.EntryKind].
  public final int kind() {
    return place.kind();
  }

  /// The number of elements.
  public abstract long size();

  /// Makes the place an empty value; it is new and has [ValueType#emptyBytes] bytes of no kind yet.
  /// Only the database calls this.
  public abstract void initialize();

  /// Deletes the key, when nothing is left in the value.
  public final void remove() {
    place.remove();
  }
}
