package io.skein.engine.cluster.bus;

/// The slots from `first` to `last`, both included.
public record SlotRange(int first, int last) {
  @Override
  public String toString() {
    return first == last ? Integer.toString(first) : first + "-" + last;
  }
}
