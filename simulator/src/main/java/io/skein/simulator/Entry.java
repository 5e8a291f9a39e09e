package io.skein.simulator;

/// One write of a modelled history.
///
/// @param hash over this write and all before it
record Entry(String key, String value, long hash) {
  /// The value of a key that was deleted.
  static final String DELETED = "";

  /// The write that follows one with hash `before`.
  static Entry after(long before, String key, String value) {
    long hash = (before ^ key.hashCode()) * 0x9E3779B97F4A7C15L;
    return new Entry(key, value, (hash ^ value.hashCode()) * 0xBF58476D1CE4E5B9L);
  }
}
