package io.skein.engine.value;

/// Up to where values are packed: what the settings of the same names say.
///
/// A value is measured when it grows; a limit that is lowered does not convert what is there.
public record EncodingLimits(
    HashLimits hash,
    SetLimits set,
    SortedSetLimits sortedSet,
    ListLimits list,
    StreamLimits stream) {
  /// The limits that Redis 7.2 has by default.
  public static final EncodingLimits DEFAULT =
      new EncodingLimits(
          new HashLimits(512, 64),
          new SetLimits(512, 128, 64),
          new SortedSetLimits(128, 64),
          new ListLimits(-2, 0, 1 << 30),
          new StreamLimits(4096, 100));

  /// These limits, but for that of large elements in a list.
  public EncodingLimits withLargeBytes(int largeBytes) {
    ListLimits lists = new ListLimits(list.nodeSize, list.plainNodes, largeBytes);
    return new EncodingLimits(hash, set, sortedSet, lists, stream);
  }

  /// @param entries fields of a listpack
  /// @param valueBytes of the longest field or value in one
  public record HashLimits(long entries, long valueBytes) {}

  /// @param intsetEntries members of an intset
  /// @param entries members of a listpack
  /// @param valueBytes of the longest member in one
  public record SetLimits(long intsetEntries, long entries, long valueBytes) {}

  /// @param entries members of a listpack
  /// @param valueBytes of the longest member in one
  public record SortedSetLimits(long entries, long valueBytes) {}

  /// @param nodeSize elements of a node, or -1 to -5 for 4 to 64 KiB
  /// @param plainNodes nodes at each end that are not compressed; 0 for none compressed
  /// @param largeBytes from which length on an element is a node by itself
  public record ListLimits(int nodeSize, int plainNodes, int largeBytes) {}

  /// @param nodeBytes of a node; 0 for any
  /// @param nodeEntries of a node; 0 for any
  public record StreamLimits(long nodeBytes, long nodeEntries) {}
}
