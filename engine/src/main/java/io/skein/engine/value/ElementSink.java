package io.skein.engine.value;

/// Takes elements one after the other, each as it is stored.
public interface ElementSink {
  /// The element is the `length` bytes at `address`, which are good during the call only.
  void string(long address, int length);

  /// The element is the decimal form of `value`.
  void integer(long value);
}
